"""Records as templates see them: texts in the language of the sheet, no identifiers.

Each is a dictionary that JSON can hold. An amount, a date, a choice is the text to print, an empty
text where it is unknown; `raw` beside it holds the plain ones, for templates that compute.
"""

from oppkit.documents.content.affair import affair_content
from oppkit.documents.content.opportunity import opportunity_content
from oppkit.documents.content.quote import quote_content
from oppkit.documents.content.surroundings import Surroundings

__all__ = ["Surroundings", "affair_content", "opportunity_content", "quote_content"]
