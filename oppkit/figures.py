"""What is told of a law: mean, standard deviation, quantiles, and the chance of a target."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from oppkit.model.errors import UserError

if TYPE_CHECKING:
    import pandas as pd

    from oppkit.analysis.distribution import Law


class NoSuchQuantile(UserError):
    """A quantile that is none."""

    code = "no_such_quantile"
    template = "{value} is no quantile. Give numbers above 0 and below 100, such as 10, 50, 90."


CHANCE_PLACES = 6  # of a chance: more would be noise


@dataclass(frozen=True)
class Figures:
    """Which figures: quantiles in percent, a target or None, and the decimals of amounts.

    Raises `NoSuchQuantile`.
    """

    quantiles: tuple[float, ...]
    target: Decimal | None
    decimals: int

    def __post_init__(self) -> None:
        for value in self.quantiles:
            if not 0 < value < 100:
                raise NoSuchQuantile(value=f"{value:g}")

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the columns: mean, sd, p10, p50, p90…, and with a target chance."""
        quantiles = (f"p{value:g}" for value in self.quantiles)
        return ("mean", "sd", *quantiles, *(() if self.target is None else ("chance",)))

    def amount(self, value: float) -> Decimal:
        """Rounded to the decimals of the currency."""
        # A zero that rounding left a sign would be shown with it.
        return Decimal(f"{round(value, self.decimals) + 0.0:.{self.decimals}f}")

    def of(self, law: Law) -> tuple[Any, ...]:
        """Amounts as decimals, the chance from 0 to 1."""
        quantiles = law.quantile([value / 100 for value in self.quantiles]).tolist()
        amounts = [self.amount(value) for value in (law.mean, law.sd, *quantiles)]
        if self.target is None:
            return tuple(amounts)
        return (*amounts, round(float(law.chance(float(self.target))), CHANCE_PLACES))

    def beside(self, rows: pd.DataFrame, laws: Sequence[Law]) -> pd.DataFrame:
        """A frame with these columns after its own, a law to each row."""
        import pandas as pd

        told = pd.DataFrame([self.of(law) for law in laws], columns=list(self.names))
        return pd.concat([rows.reset_index(drop=True), told], axis=1)

    def told(self, law: Law) -> dict[str, Any]:
        """For JSON: amounts as strings, the quantiles by their percentage."""
        mean, sd, *others = self.of(law)
        percentages = [f"{value:g}" for value in self.quantiles]
        named = {q: str(x) for q, x in zip(percentages, others, strict=False)}
        chance = {} if self.target is None else {"chance": others[-1]}
        return {"mean": str(mean), "sd": str(sd), "quantiles": named, **chance}
