"""Snapshots, pairs of them, and journeys, kept in memory while nothing has changed."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from typing import TYPE_CHECKING, Any

from oppkit.store.opening import Store

if TYPE_CHECKING:
    import pandas as pd

    from oppkit.analysis.journeys import Journeys
    from oppkit.analysis.signing.model import Model
    from oppkit.analysis.signing.panel import Panel
    from oppkit.analysis.snapshot import Snapshot
    from oppkit.analysis.span import Span
    from oppkit.store.snapshot import Request

_KEPT = 3  # one of a million opportunities takes half a gigabyte


class Snapshots:
    """Makes snapshots and hands the same one out again while the change counter stands still."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._counter = -1
        self._made: OrderedDict[Any, Any] = OrderedDict()

    def get(self, request: Request) -> Snapshot:
        """The snapshot asked for, in one consistent read of the workspace."""
        made: Snapshot = self._kept(request, lambda: self._new(request))
        return made

    def span(self, opening: Request, closing: Request) -> Span:
        """Two snapshots to compare, in one consistent read of the workspace."""
        made: Span = self._kept((opening, closing), lambda: self._new_span(opening, closing))
        return made

    def replay(self, days: Sequence[Request], by: Sequence[str], exact: bool) -> pd.DataFrame:
        """The open pipeline at the end of each day, from the history, in one statement."""
        from oppkit.analysis.replay import History, replay
        from oppkit.store.replay import replaying

        [base], [places] = {day.base for day in days}, {day.decimals for day in days}
        ends = [day.ends_at for day in days]
        with replaying(self._store.engine, days, exact) as connection:
            history = History.of_duckdb(connection, ends, base, places, exact)
            frame: pd.DataFrame = replay(history, by).to_pandas()
            return frame

    def journeys(self, request: Request) -> Journeys:
        """What the history tells of each opportunity, in one consistent read of the workspace."""
        made: Journeys = self._kept(("journeys", request), lambda: self._new_journeys(request))
        return made

    def panel(self, origins: Sequence[Request]) -> Panel:
        """What the history tells a model about the ends of these days, in one consistent read.

        The origins are different days in order; the closings are all that are known by now.
        """
        made: Panel = self._kept(("panel", *origins), lambda: self._new_panel(origins))
        return made

    def model(self, origins: Sequence[Request], months: int, prior: Mapping[str, float]) -> Model:
        """What the history of these days says of every open opportunity at the last of them."""
        from oppkit.analysis.signing.model import fit

        def learn() -> Model:
            return fit(self.panel(origins), origins[-1].as_of, months, prior=prior)

        made: Model = self._kept(("model", months, *origins), learn)
        return made

    def _kept(self, key: Any, make: Callable[[], Any]) -> Any:
        with self._store.read() as session:
            counter = session.all("setting.counter")[0]["counter"]
        if counter != self._counter:
            self._made.clear()
            self._counter = counter
        if key not in self._made:
            self._made[key] = make()
            while len(self._made) > _KEPT:
                self._made.popitem(last=False)
        self._made.move_to_end(key)
        return self._made[key]

    def _new(self, request: Request) -> Snapshot:
        from oppkit.analysis.snapshot import Snapshot
        from oppkit.store.snapshot import fill

        connection = fill(self._store.engine, request)
        return Snapshot.of_duckdb(connection, request.as_of, request.base, request.decimals)

    def _new_span(self, opening: Request, closing: Request) -> Span:
        from oppkit.analysis.span import Span
        from oppkit.store.span import fill_span

        days = (opening.as_of, closing.as_of)
        connection = fill_span(self._store.engine, opening, closing)
        return Span.of_duckdb(connection, days, closing.base, closing.decimals)

    def _new_journeys(self, request: Request) -> Journeys:
        from oppkit.analysis.journeys import Journeys
        from oppkit.store.journeys import fill_journeys

        connection = fill_journeys(self._store.engine, request)
        return Journeys.of_duckdb(connection, request.as_of, request.base, request.decimals)

    def _new_panel(self, origins: Sequence[Request]) -> Panel:
        from oppkit.analysis.signing.panel import Panel
        from oppkit.store.panel import fill_panel

        with closing(fill_panel(self._store.engine, origins)) as connection:
            return Panel.of_duckdb(connection, [origin.as_of for origin in origins])
