"""French words that people, firms and places of the demo are made of, in invented combinations.

Mail addresses use the reserved ending `.example`, telephone numbers the blocks that the French
regulator keeps for fiction.
"""

from __future__ import annotations

FIRST_NAMES = (  # noqa: SIM905
    "Adèle Agathe Alice Amélie Anaïs Antoine Arnaud Aurélie Bastien Benoît Bérénice Camille "
    "Cécile Chloé Claire Clément Corentin Cyril Damien Delphine Édouard Élise Éloïse Émilie "
    "Étienne Fabien Fanny Florian Gabrielle Gaël Gilles Guillaume Hélène Hugo Inès Irène Jérémy "
    "Joël Julie Karim Laëtitia Laure Léa Léo Lilian Loïc Lucie Maël Manon Margaux Mathilde "
    "Maxime Mélanie Michaël Nadia Nathan Nicolas Noémie Océane Olivier Pascal Pauline Quentin "
    "Rachid Raphaël Rémi Romane Samira Sébastien Simon Solène Sophie Théo Thibault Timothée "
    "Valérie Victor Violette Yann Zoé"
).split()

LAST_NAMES = (  # noqa: SIM905
    "Aubrac Bailleul Barbançon Bastide Beaugendre Belcastel Berthomieu Boisselier Bonnafous "
    "Bourguet Brécourt Cabrol Castagné Chabert Chantreuil Charpin Clairval Coëtmeur Combescure "
    "Corbière Courtadon Dampierre Delaunoy Desmarets Dormoy Dubrulle Escoffre Estève Fabrègue "
    "Fauvel Ferrandon Fontvieille Fougeray Gadreau Garrigue Gaubert Gélinas Granval Grimault "
    "Guérinière Hauteserre Hémery Jaubertie Jouvenel Kerdraon Kermarec Lagarrigue Landréat "
    "Lartigue Lavergnolle Lécuyer Lemoigne Lhermitte Lormeau Maillefer Malbosc Marcillac "
    "Maugein Ménardais Mercadier Mirandol Montredon Mourgues Naudet Nivelle Noirmont Orsival "
    "Pélissac Peyrolle Planchard Pontcarré Poujade Quéméner Rambourg Rastignon Rieussec Rivesal "
    "Roquefeuille Rouvière Sablon Salvagnac Sérignac Soubeyran Tailhandier Tavernier Thibaudeau "
    "Tournemire Trégarot Valadier Vauclin Ventajou Verdelet Vernazobre Viallard Vignerot "
    "Villedary Yvernault"
).split()

JOBS = (
    "Directeur général", "Directrice générale", "Directeur des systèmes d’information",
    "Directrice des systèmes d’information", "Directeur financier", "Directrice financière",
    "Responsable des achats", "Acheteur informatique", "Cheffe de projet", "Chef de projet",
    "Responsable de la sécurité informatique", "Responsable d’exploitation",
    "Directrice des ressources humaines", "Responsable de la production", "Architecte technique",
)  # fmt: skip

PLACES = (  # noqa: SIM905
    "Valombre Clairmont Montferrain Belleroche Hauterive Rochebrune Val-Dormant Fontclaire "
    "Grandlieu Larmorique Mirevent Port-Sablon Saint-Aubrin Saint-Genestet Sainte-Orle "
    "Marvejoie Bois-Renaud Châteauvieil Villeneuve-sur-Arve Beauvallon Longefont Pierrelune "
    "Rivebelle Tourmaline Corbelande Salvetère Brézolles-le-Val Cransac-l’Étang "
    "Montorgueil-le-Haut Kervalo Lannédern Pontarmel Vauvert-la-Plaine Maresquière Douvrelande "
    "Hautecombe-la-Vallée Noirlac Gravelande Chantefeuille Brumelande"
).split()

# By sector: what stands before the name of a place or of a family.
FIRMS = {
    "banking": ("Mutuelle de", "Banque coopérative de", "Assurances", "Caisse de prévoyance de"),
    "industry": ("Ateliers", "Mécanique", "Fonderies de", "Industries", "Plasturgie"),
    "energy": ("Énergies de", "Syndicat des eaux de", "Solaire", "Recyclage", "Chaleur urbaine de"),
    "public": ("Ville de", "Communauté de communes de", "Office public de", "Agence publique de"),
    "health": ("Clinique de", "Centre hospitalier de", "Laboratoires", "Résidences médicales de"),
    "retail": ("Magasins", "Comptoir de", "Maison", "Distribution", "Jardineries"),
    "transport": ("Transports", "Logistique", "Messageries de", "Autocars", "Port de"),
    "telecom": ("Réseaux", "Éditions", "Radio", "Télécoms de", "Studios"),
    "food": ("Laiteries de", "Moulins de", "Conserverie", "Vergers de", "Biscuiterie"),
    "services": ("Cabinet", "Intérim", "Conseil et gestion", "Propreté", "Formation"),
    "construction": ("Constructions", "Charpentes", "Habitat de", "Travaux publics", "Foncière de"),
}

# City, postcode, country, weight: where customers are.
CITIES = (
    ("Paris", "75011", "FR", 16), ("Lyon", "69003", "FR", 10), ("Nantes", "44000", "FR", 7),
    ("Toulouse", "31000", "FR", 7), ("Lille", "59000", "FR", 7), ("Rennes", "35000", "FR", 5),
    ("Bordeaux", "33000", "FR", 5), ("Strasbourg", "67000", "FR", 5),
    ("Nanterre", "92000", "FR", 5), ("Grenoble", "38000", "FR", 4), ("Marseille", "13002", "FR", 5),
    ("Montpellier", "34000", "FR", 4), ("Dijon", "21000", "FR", 3), ("Angers", "49000", "FR", 3),
    ("Orléans", "45000", "FR", 3), ("Saint-Étienne", "42000", "FR", 2),
    ("Clermont-Ferrand", "63000", "FR", 2), ("Bruxelles", "1000", "BE", 2),
    ("Luxembourg", "1611", "LU", 1), ("Genève", "1204", "CH", 1.2),
    ("Londres", "EC2A 4NE", "GB", 2), ("Boston", "02110", "US", 1.6),
    ("Montréal", "H2Y 1C6", "CA", 0.6), ("Tunis", "1002", "TN", 2), ("Sousse", "4000", "TN", 0.8),
    ("Casablanca", "20250", "MA", 0.4),
)  # fmt: skip
CURRENCIES = {"CH": "CHF", "GB": "GBP", "US": "USD", "TN": "TND", "MA": "MAD", "CA": "USD"}

STREETS = (
    "rue des Tilleuls", "avenue de la République", "rue du Moulin", "quai des Marchands",
    "boulevard des Acacias", "place du Marché", "rue de l’Église", "chemin des Vignes",
    "avenue des Platanes", "rue de la Gare", "allée des Érables", "impasse du Lavoir",
)  # fmt: skip
SITES = ("Siège", "Usine", "Entrepôt", "Agence", "Centre technique", "Direction régionale")
PHONES = ("01 99 00", "02 61 91", "03 53 01", "04 65 71", "05 36 49")
MOBILE = "06 39 98"
