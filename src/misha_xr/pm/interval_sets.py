"""Classic calls on saved interval sets, and on tracks and tables that stand for one."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pandas as pd

from misha_xr.database import ArrayTrack, SparseTrack, Store, Track2D
from misha_xr.errors import IntervalError, TrackTypeError, UnknownSetError, closest_hint
from misha_xr.intervals import sort_order2d
from misha_xr.intervals.frames import from_intervals2d, is_2d, to_intervals, to_intervals2d
from misha_xr.pm.calls import classic
from misha_xr.pm.frames import classic_frame
from misha_xr.pm.session import SESSION
from misha_xr.query import resolve_scope
from misha_xr.query.plane_scope import track_rectangles

__all__ = [
    "gintervals_chrom_sizes",
    "gintervals_exists",
    "gintervals_is_bigset",
    "gintervals_is_indexed",
    "gintervals_load",
    "gintervals_ls",
    "gintervals_path",
]


@classic()
def gintervals_ls(pattern: str = "", ignore_case: bool = False) -> list[str]:
    """List the saved interval sets.

    Parameters
    ----------
    pattern : str
        A regular expression searched anywhere in the name.
    ignore_case : bool
        Compare without regard to case.

    Returns
    -------
    list of str
        Sorted; maybe empty.

    Raises
    ------
    re.error
        If the pattern is no regular expression.

    See Also
    --------
    misha_xr.Database.find_sets : The native form, by glob.

    Notes
    -----
    Differs from pymisha: after `gdir_cd` the list has what is below that directory, with names
    relative to it.

    Examples
    --------
    >>> from misha_xr import pm
    >>> _ = pm.gdb_init_examples()
    >>> pm.gintervals_ls("^anno")
    ['annotations']
    """
    search = re.compile(pattern, re.IGNORECASE if ignore_case else 0)
    return [name for name in SESSION.need().store.set_names() if search.search(name)]


@classic()
def gintervals_exists(name: Any) -> bool:
    """Tell whether there is a saved interval set of this name.

    Parameters
    ----------
    name : str
        A name.

    Returns
    -------
    bool
        False also for names of tracks.

    Raises
    ------
    AttributeError
        If the name is no text.

    See Also
    --------
    misha_xr.Database.find_sets : The native form.

    Examples
    --------
    >>> from misha_xr import pm
    >>> _ = pm.gdb_init_examples()
    >>> pm.gintervals_exists("annotations"), pm.gintervals_exists("dense_track")
    (True, False)
    """
    if not isinstance(name, str):
        kind = type(name).__name__
        raise AttributeError(f"the name of an interval set is text; found {kind}")  # noqa: TRY004
    return bool(SESSION.need().store.has_set(name))


@classic()
def gintervals_path(name: str) -> str:
    """Return where a saved interval set is stored.

    Parameters
    ----------
    name : str
        Its name.

    Returns
    -------
    str
        Path of its file, or of its folder in the big layout.

    Raises
    ------
    UnknownSetError
        If there is no such set; a ValueError.

    See Also
    --------
    gintervals_dataset : The root that provides it.

    Examples
    --------
    >>> from misha_xr import pm
    >>> _ = pm.gdb_init_examples()
    >>> pm.gintervals_path("annotations").endswith("annotations.interv")
    True
    """
    return str(SESSION.need().store.set_path(name))


@classic()
def gintervals_load(
    intervals_set: str | pd.DataFrame,
    chrom: Any = None,
    chrom1: Any = None,
    chrom2: Any = None,
    progress: bool = False,
) -> pd.DataFrame | None:
    """Load a saved interval set, whole or one chromosome.

    Parameters
    ----------
    intervals_set : str or DataFrame
        Name of a set, or of a sparse, array or 2D track, whose intervals are meant; or a table.
    chrom : str, optional
        Rows of this chromosome; for 1D sets.
    chrom1, chrom2 : str, optional
        Rows of this pair; for 2D sets. One of them may be left out.
    progress : bool
        Accepted; without effect.

    Returns
    -------
    DataFrame or None
        The columns of the set, chromosomes as text, coordinates int64; of a track its coordinates.
        None if there is no row.

    Raises
    ------
    UnknownSetError
        If there is no such set; a ValueError.
    IntervalError
        If ``chrom`` is given for a 2D set, or ``chrom1`` for a 1D set; a ValueError.
    UnknownChromosomeError
        If the genome does not have a chromosome.
    TrackTypeError
        For a dense track, which is no set of intervals.

    See Also
    --------
    misha_xr.Database.extract : A saved set can be the scope or the iterator of any question.

    Notes
    -----
    Differs from pymisha: dense tracks are refused.

    Examples
    --------
    >>> from misha_xr import pm
    >>> _ = pm.gdb_init_examples()
    >>> len(pm.gintervals_load("annotations", chrom="chr2"))
    3
    """
    del progress
    store = SESSION.need().store
    asked = {"chrom": chrom, "chrom1": chrom1, "chrom2": chrom2}
    chosen = {key: _one(value, key) for key, value in asked.items() if value is not None}
    if isinstance(intervals_set, str) and store.has_set(intervals_set):
        if chosen:
            _check_choice(chosen, two_dimensional=store.set_is_2d(intervals_set))
        frame = _saved(store, intervals_set, chosen)
    else:
        frame = _frame(store, intervals_set)
        _check_choice(chosen, two_dimensional=is_2d(frame))
        for column, name in chosen.items():
            frame = frame[store.genome.codes(frame[column]) == store.genome.code(name)]
    return classic_frame(frame.reset_index(drop=True)) if len(frame) else None


def _saved(store: Store, name: str, chosen: dict[str, Any]) -> pd.DataFrame:
    """Load a saved set; of a big one only what was chosen is read."""
    if "chrom" in chosen:
        return store.load_set(name, chroms=[chosen["chrom"]])
    if chosen:
        return store.load_set(name, pairs=[(chosen.get("chrom1"), chosen.get("chrom2"))])
    return store.load_set(name)


def _check_choice(chosen: dict[str, Any], *, two_dimensional: bool) -> None:
    if two_dimensional and "chrom" in chosen:
        raise IntervalError("chrom is for 1D intervals; chrom1 and chrom2 choose pairs of 2D ones")
    if not two_dimensional and chosen.keys() - {"chrom"}:
        raise IntervalError("chrom1/chrom2 parameters can be applied only to 2D intervals")


def _one(value: Any, name: str) -> Any:
    if isinstance(value, list | tuple):
        if len(value) != 1:
            raise IntervalError(f"{name} parameter should mark only one chromosome")
        return value[0]
    return value


def _frame(store: Store, given: object) -> pd.DataFrame:
    """Return the intervals that a name or a table stands for."""
    if isinstance(given, pd.DataFrame):
        check = to_intervals2d if is_2d(given) else to_intervals
        check(given, store.genome)
        return given
    if not isinstance(given, str):
        kind = type(given).__name__
        raise IntervalError(f"an interval set is a name or a DataFrame; found {kind}")
    if store.has_set(given):
        return store.load_set(given)
    if not store.has_track(given):
        hint = closest_hint(given, store.set_names())
        raise UnknownSetError(f"Intervals set {given!r} does not exist", hint=hint)
    track = store.track(given)
    if isinstance(track, SparseTrack | ArrayTrack):
        here = resolve_scope(store, given).intervals
        return store.genome.frame(here.codes, here.starts, here.ends)
    if isinstance(track, Track2D):
        return _objects_frame(store, track)
    raise TrackTypeError(
        f"{given!r} is a dense track, which is no set of intervals",
        hint="gscreen gives the intervals where a condition holds",
    )


def _objects_frame(store: Store, track: Track2D) -> pd.DataFrame:
    rectangles = track_rectangles(track)
    return from_intervals2d(rectangles.take(sort_order2d(rectangles)), store.genome)


@classic()
def gintervals_is_bigset(intervals_set: str) -> bool:
    """Tell whether a saved interval set is stored in the big layout: a folder, not a file.

    Parameters
    ----------
    intervals_set : str
        A name.

    Returns
    -------
    bool
        False also if there is no such set.

    See Also
    --------
    misha_xr.set_options : `big_set_rows`, above which sets are stored so.

    Examples
    --------
    >>> from misha_xr import pm
    >>> _ = pm.gdb_init_examples()
    >>> pm.gintervals_is_bigset("annotations")
    False
    """
    store = SESSION.need().store
    known = isinstance(intervals_set, str) and store.has_set(intervals_set)
    return bool(known and store.set_path(intervals_set).is_dir())


@classic()
def gintervals_is_indexed(intervals_set: str) -> bool:
    """Tell whether a saved interval set is stored in the indexed layout.

    Parameters
    ----------
    intervals_set : str
        Its name.

    Returns
    -------
    bool
        True for a big set with one data file and an index.

    Raises
    ------
    UnknownSetError
        If there is no such set; a ValueError.

    See Also
    --------
    gintervals_is_bigset : Whether it is a big set at all.

    Examples
    --------
    >>> from misha_xr import pm
    >>> _ = pm.gdb_init_examples()
    >>> pm.gintervals_is_indexed("annotations")
    False
    """
    place = SESSION.need().store.set_path(intervals_set)
    return any((place / name).is_file() for name in ("intervals.idx", "intervals2d.idx"))


@classic()
def gintervals_chrom_sizes(intervals: pd.DataFrame | str) -> pd.DataFrame:
    """Count intervals by chromosome, or by pair of chromosomes.

    Parameters
    ----------
    intervals : str or DataFrame
        A saved set, a sparse, array or 2D track, or a table.

    Returns
    -------
    DataFrame
        `chrom` (text), or `chrom1` and `chrom2`, and `size` (int64: how many intervals), in genome
        order; without chromosomes that have none.

    Raises
    ------
    UnknownSetError
        If there is no such set; a ValueError.
    TrackTypeError
        For a dense track, which is no set of intervals.

    See Also
    --------
    gintervals_load : The intervals themselves.

    Notes
    -----
    Differs from pymisha: dense tracks are refused; no rows give no rows, with the same columns.

    Examples
    --------
    >>> from misha_xr import pm
    >>> _ = pm.gdb_init_examples()
    >>> pm.gintervals_chrom_sizes("annotations")["size"].tolist()
    [4, 3, 2]
    """
    store = SESSION.need().store
    if isinstance(intervals, str) and store.has_set(intervals):
        return classic_frame(store.set_sizes(intervals))
    frame = _frame(store, intervals)
    names = ["chrom1", "chrom2"] if is_2d(frame) else ["chrom"]
    codes = [store.genome.codes(frame[name]) for name in names]
    found, sizes = np.unique(np.stack(codes), axis=1, return_counts=True)
    columns: dict[str, Any] = {
        name: store.genome.categorical(column.astype(np.int32))
        for name, column in zip(names, found, strict=True)
    }
    return classic_frame(pd.DataFrame({**columns, "size": sizes.astype(np.int64)}))
