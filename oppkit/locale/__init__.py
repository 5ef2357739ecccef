"""The words of the screens in French and English, and the language to use.

    from oppkit import locale
    locale.text("part.overdue", "fr")          # 'En retard'
    locale.problems(validation_error, "fr")    # {'expected_signature': ['...']}

Importing this is cheap: catalogues are read, and Babel loaded, when they are first needed.
"""

from oppkit.locale.catalogue import LANGUAGES, language, text
from oppkit.locale.messages import problem, problems, say

__all__ = ["LANGUAGES", "language", "problem", "problems", "say", "text"]
