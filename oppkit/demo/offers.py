"""What the demo company sells: its offers by subfamily, and how each kind of sale is priced."""

from __future__ import annotations

from dataclasses import dataclass

# Subfamily: family, weight, what an opportunity of it is called.
OFFERS: dict[str, tuple[str, float, tuple[str, ...]]] = {
    "it_strategy": (
        "consulting", 4, ("Schéma directeur informatique", "Audit du système d’information"),
    ),
    "project_management": (
        "consulting", 6, ("Assistance à maîtrise d’ouvrage", "Pilotage du programme"),
    ),
    "change_management": (
        "consulting", 3, ("Conduite du changement", "Plan de communication du projet"),
    ),
    "web": (
        "development", 9, ("Refonte du portail", "Extranet fournisseurs", "Espace client en ligne"),
    ),
    "mobile": (
        "development", 5, ("Application mobile des équipes", "Application mobile des clients"),
    ),
    "legacy": (
        "development", 5, ("Reprise de l’application métier", "Sortie du système historique"),
    ),
    "testing": ("development", 3, ("Campagne de tests", "Automatisation de la recette")),
    "decision_support": ("data", 6, ("Tableaux de bord de gestion", "Refonte du décisionnel")),
    "data_platform": ("data", 5, ("Plateforme de données", "Qualité des données de référence")),
    "machine_learning": (
        "data", 3, ("Prévision de la demande", "Lecture automatique des factures"),
    ),
    "migration": ("cloud", 6, ("Migration vers le cloud", "Sortie du centre de données")),
    "network": ("cloud", 4, ("Renouvellement du réseau", "Interconnexion des sites")),
    "workplace": (
        "cloud", 5, ("Renouvellement des postes de travail", "Messagerie et collaboration"),
    ),
    "audit": ("security", 4, ("Audit de sécurité", "Tests d’intrusion")),
    "identity": ("security", 3, ("Gestion des identités", "Authentification forte")),
    "monitoring": ("security", 3, ("Supervision de la sécurité", "Plan de reprise d’activité")),
    "erp": (
        "business_apps", 6,
        ("Mise en place de la gestion intégrée", "Évolution de la gestion intégrée"),
    ),
    "crm": ("business_apps", 4, ("Outil de relation client", "Reprise des contacts commerciaux")),
    "hr": ("business_apps", 3, ("Dématérialisation de la paie", "Gestion des temps et des congés")),
    "application_support": (
        "operations", 7, ("Tierce maintenance applicative", "Support des utilisateurs"),
    ),
    "hosting": ("operations", 4, ("Hébergement des applications", "Sauvegarde externalisée")),
    "service_desk": ("operations", 4, ("Centre de services", "Assistance de proximité")),
    "technical_training": ("training", 3, ("Formation des équipes techniques",)),
    "user_training": (
        "training", 3, ("Formation des utilisateurs", "Parcours de formation en ligne"),
    ),
}  # fmt: skip

SCOPES = (
    "lot 1", "lot 2", "phase 2", "direction financière", "direction commerciale", "achats",
    "ressources humaines", "production", "logistique", "relation client", "sites régionaux",
    "siège", "filiale", "service public en ligne", "maintenance", "après-vente",
    "étude préalable", "déploiement", "extension", "renouvellement", "comptabilité", "qualité",
    "laboratoire", "bureau d’études",
)  # fmt: skip


@dataclass(frozen=True)
class Sale:
    """How one sale type is priced: prices in euros per unit, quantities in steps of `step`."""

    code: str
    prices: tuple[float, ...]
    step: float
    margin: float
    titles: tuple[str, ...]
    recurring: bool = False
    typed: bool = False  # the amount is typed, no unit price


SALES = (
    Sale("consulting", (520, 580, 640, 710, 780, 860, 980, 1150), 0.5, 0.27,
         ("Consultant", "Chef de projet", "Architecte", "Développement", "Expertise")),
    Sale("fixed_price", (1,), 1, 0.24,
         ("Réalisation", "Étude", "Mise en service", "Paramétrage"), typed=True),
    Sale("training", (890, 990, 1190, 1350), 0.5, 0.42,
         ("Session de formation", "Accompagnement")),
    Sale("licence", (89.9, 149, 349.5, 790, 1490), 1, 0.22,
         ("Licences utilisateurs", "Licence serveur")),
    Sale("hardware", (64.35, 189.9, 849.99, 2390), 1, 0.12,
         ("Équipements", "Serveurs", "Postes de travail")),
    Sale("expenses", (1,), 1, 0.02, ("Frais de déplacement",), typed=True),
    Sale("subscription", (7.9, 12.5, 24.99, 49, 129), 1, 0.35,
         ("Abonnement", "Service en ligne"), recurring=True),
    Sale("maintenance", (290, 450, 890, 1750), 1, 0.38,
         ("Maintenance corrective", "Maintenance évolutive"), recurring=True),
    Sale("managed_services", (390, 1200, 2800), 1, 0.29,
         ("Infogérance", "Hébergement supervisé"), recurring=True),
)  # fmt: skip

# By family: how likely each of SALES is on a line.
MIX = {
    "consulting": (80, 12, 3, 0, 0, 5, 0, 0, 0),
    "development": (42, 30, 4, 3, 1, 4, 4, 12, 0),
    "data": (45, 22, 6, 8, 2, 3, 10, 4, 0),
    "cloud": (22, 14, 2, 10, 24, 3, 12, 3, 10),
    "security": (40, 18, 6, 12, 6, 3, 8, 4, 3),
    "business_apps": (34, 20, 10, 16, 0, 4, 8, 8, 0),
    "operations": (8, 4, 2, 2, 4, 2, 8, 30, 40),
    "training": (6, 8, 78, 2, 0, 6, 0, 0, 0),
}  # fmt: skip
