"""The distribution of what is signed: cells of deals in, the law of their sum out.

For one period the sum is S = Σ aᵢBᵢ, Bᵢ a coin that shows 1 with probability pᵢ. The logarithm of
its characteristic function is a sum over deals, so a database can add it up (`cells`), and Python
turns it back into a distribution (`summing`).
"""

from oppkit.analysis.distribution.arrivals import Arrivals
from oppkit.analysis.distribution.cells import Cells
from oppkit.analysis.distribution.laws import Law
from oppkit.analysis.distribution.summing import law

__all__ = ["Arrivals", "Cells", "Law", "law"]
