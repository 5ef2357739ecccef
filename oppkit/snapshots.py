"""Snapshots of a workspace, kept in memory while nothing has changed in it."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING

from oppkit.store.opening import Store

if TYPE_CHECKING:
    from oppkit.analysis.snapshot import Snapshot
    from oppkit.store.snapshot import Request

_KEPT = 3  # one of a million opportunities takes half a gigabyte


class Snapshots:
    """Makes snapshots and hands the same one out again while the change counter stands still."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._counter = -1
        self._made: OrderedDict[Request, Snapshot] = OrderedDict()

    def get(self, request: Request) -> Snapshot:
        """The snapshot asked for, in one consistent read of the workspace."""
        with self._store.read() as session:
            counter = session.all("setting.counter")[0]["counter"]
        if counter != self._counter:
            self._made.clear()
            self._counter = counter
        if request not in self._made:
            self._made[request] = self._new(request)
            while len(self._made) > _KEPT:
                self._made.popitem(last=False)
        self._made.move_to_end(request)
        return self._made[request]

    def _new(self, request: Request) -> Snapshot:
        from oppkit.analysis.snapshot import Snapshot
        from oppkit.store.snapshot import fill

        connection = fill(self._store.file, request)
        return Snapshot.of_duckdb(connection, request.as_of, request.base, request.decimals)
