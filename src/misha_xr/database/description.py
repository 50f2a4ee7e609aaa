"""What a database is, in a few numbers."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from misha_xr.database.links import links_may_leave
from misha_xr.database.store import Store

__all__ = ["DatabaseInfo", "describe_database"]


@dataclass(frozen=True, slots=True)
class DatabaseInfo:
    """A database in short.

    Attributes
    ----------
    path : Path
        Its root.
    sequence : str or None
        Layout of the sequence: ``"indexed"`` or ``"per-chromosome"``; None without sequence.
    n_chroms, total_bp : int
        Chromosomes, and base pairs of all of them.
    n_tracks, n_sets : int
        Tracks and interval sets, those of loaded datasets included.
    parent : Path or None
        Where the sequence of a linked database or of a dataset really lies.

    Examples
    --------
    >>> import misha_xr
    >>> info = misha_xr.example_database().info()
    >>> info.sequence, info.n_chroms, info.total_bp, info.n_tracks, info.n_sets
    ('per-chromosome', 3, 1000000, 5, 2)
    """

    path: Path
    sequence: str | None
    n_chroms: int
    total_bp: int
    n_tracks: int
    n_sets: int
    parent: Path | None


def describe_database(store: Store) -> DatabaseInfo:
    """Describe a database.

    Parameters
    ----------
    store : Store
        The database.

    Returns
    -------
    DatabaseInfo
        No file of a track is opened.

    Examples
    --------
    >>> import misha_xr
    >>> describe_database(misha_xr.example_database().store).parent is None
    True
    """
    seq = store.root / "seq"
    leaves = links_may_leave(str(store.root)) and seq.is_symlink()
    return DatabaseInfo(
        store.root,
        _layout(seq),
        store.genome.n_chroms,
        store.genome.total_bp,
        len(store.track_names()),
        len(store.set_names()),
        seq.resolve().parent if leaves else None,
    )


def _layout(seq: Path) -> str | None:
    if all((seq / name).exists() for name in ("genome.idx", "genome.seq")):
        return "indexed"
    has_files = seq.is_dir() and next(seq.glob("*.seq"), None) is not None
    return "per-chromosome" if has_files else None
