"""A whole workspace at another place, in a backup, and back from one; history included.

All of it arrives, or nothing: counts and sums of every column are compared before it counts as
done. Others may go on working at the source meanwhile; what they save from then on is not in it.
"""

from __future__ import annotations

from pathlib import Path

from oppkit.store import whole
from oppkit.store.opening import engine_at
from oppkit.store.whole import Progress


def copy(source: str | Path, target: str | Path, progress: Progress | None = None) -> int:
    """Copy a workspace, between files and servers either way. Returns the number of rows.

    Raises `NotEmpty` unless the target is an empty database or a file that is not there yet.
    """
    with whole.content(engine_at(source)) as content:
        whole.make(engine_at(target), content, progress)
        return content.rows


def backup(source: str | Path, file: str | Path, progress: Progress | None = None) -> int:
    """Write a backup of a workspace. Returns the number of rows. Raises `NotEmpty`."""
    from oppkit.store import backup_file

    with whole.content(engine_at(source)) as content:
        backup_file.write(Path(file), content, progress)
        return content.rows


def restore(file: str | Path, target: str | Path, progress: Progress | None = None) -> int:
    """Make a workspace of a backup. Returns the number of rows.

    Raises `NotEmpty` as `copy` does, `NotABackup`, `BackupDamaged` and `NewerBackup`.
    """
    from oppkit.store import backup_file

    with backup_file.reading(Path(file)) as content:
        whole.make(engine_at(target), content, progress)
        return content.rows
