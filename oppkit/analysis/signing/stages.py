"""Which parts of the model take part: each can be left out, to see what it adds."""

from __future__ import annotations

from dataclasses import dataclass, fields


@dataclass(frozen=True)
class Stages:
    """All but the challenger unless told otherwise; with none, the prior is what remains.

    shrunk          shares that were won, by status: in place of the default probabilities
    regression      what is known of a deal beside its status: amount, age, pushes, owner, customer…
    time            when a deal is signed, and how many are lost before; without it every deal is in
                    the month in which it is expected
    arrivals        new business that is not in the pipeline yet
    factor          deals are won and lost together, as much as they were
    recalibration   the level of past forecasts against what came
    challenger      gradient boosting in place of the regression of `time`, where it was better
    """

    shrunk: bool = True
    regression: bool = True
    time: bool = True
    arrivals: bool = True
    factor: bool = True
    recalibration: bool = True
    challenger: bool = False

    @classmethod
    def none(cls) -> Stages:
        """The prior alone."""
        return cls(**{field.name: False for field in fields(cls)})

    @property
    def on(self) -> tuple[str, ...]:
        """The names of those that take part, in order."""
        return tuple(field.name for field in fields(self) if getattr(self, field.name))
