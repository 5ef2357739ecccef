"""Is a path on a network drive? There, file locks and DuckDB's file format are not safe."""

from __future__ import annotations

from pathlib import Path

_NETWORK = {"nfs", "nfs4", "cifs", "smb3", "smbfs", "afs", "sshfs", "fuse.sshfs", "9p", "davfs"}
_MOUNTS = Path("/proc/mounts")


def network_kind(path: Path) -> str | None:
    """The kind of network file system that holds `path`, or None for a local disk.

    Where the system does not tell (no /proc), only a Windows share is recognised.
    """
    if str(path).startswith("\\\\"):
        return "share"
    if not _MOUNTS.exists():
        return None
    folder = path.resolve().parent
    mounts = [line.split() for line in _MOUNTS.read_text(encoding="utf-8").splitlines()]
    holding = [
        (len(parts[1]), parts[2])
        for parts in mounts
        if len(parts) > 2 and folder.is_relative_to(parts[1].replace("\\040", " "))
    ]
    kind = max(holding, default=(0, ""))[1]
    return kind if kind in _NETWORK else None
