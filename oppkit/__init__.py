"""oppkit: a sales-opportunity workbench for JupyterLab.

    import oppkit
    workbench = oppkit.open()
    workbench.forecast(by=["month", "owner"])

Plotting, widgets, Ibis and pandas are loaded when they are first needed.
"""

from oppkit.extracts import open_extract
from oppkit.model import (
    Customer,
    Employee,
    Event,
    Line,
    Opportunity,
    Responsible,
    Search,
    UserError,
)
from oppkit.workbench import Workbench

open = Workbench.open  # noqa: A001 - `oppkit.open(url)` is how one starts
rehearse = Workbench.rehearse

__version__ = "0.1.0"

__all__ = [
    "Customer",
    "Employee",
    "Event",
    "Line",
    "Opportunity",
    "Responsible",
    "Search",
    "UserError",
    "Workbench",
    "open",
    "open_extract",
    "rehearse",
]
