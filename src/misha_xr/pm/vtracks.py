"""Classic calls that define virtual tracks in the session."""

from __future__ import annotations

from typing import Any

import pandas as pd

from misha_xr.database import ArrayTrack
from misha_xr.errors import UnknownTrackError, VirtualTrackError, closest_hint
from misha_xr.pm.calls import classic
from misha_xr.pm.session import ARRAY_SLICE, CREATED_AS, SESSION, default_function
from misha_xr.pm.vtrack_filters import filter_fields
from misha_xr.query import ValueTableSource, VirtualTrack, column_numbers, open_array, value_column

__all__ = [
    "gvtrack_array_slice",
    "gvtrack_clear",
    "gvtrack_create",
    "gvtrack_info",
    "gvtrack_iterator",
    "gvtrack_iterator_2d",
    "gvtrack_ls",
    "gvtrack_rm",
]

# Keywords of the functions that read sequence; the functions themselves come with a later release.
MOTIF: tuple[str, ...] = (
    "pssm",
    "prior",
    "bidirect",
    "extend",
    "strand",
    "spat_factor",
    "spat_bin",
    "spat_min",
)
MOTIF += (
    "spat_max",
    "score_thresh",
    "max_edits",
    "max_indels",
    "direction",
    "score_min",
    "score_max",
)
POTTS = ("e", "J", "pairs", "intercept", "width", "pair_strength", "attr", "link")
KEYWORDS = {
    "pwm": MOTIF,
    "kmer": ("kmer", "extend", "strand"),
    "potts": (*POTTS, "extend", "bidirect", "strand", "score_thresh"),
}
COMMON = ("vtrack_name", "src", "func", "params", "sshift", "eshift", "filter")


@classic()
def gvtrack_create(
    vtrack_name: str,
    src: pd.DataFrame | str | None,
    func: str | None = None,
    params: Any = None,
    sshift: int = 0,
    eshift: int = 0,
    **kwargs: Any,
) -> None:
    """Define or replace a virtual track.

    Parameters
    ----------
    vtrack_name : str
        Its name in expressions.
    src : str, DataFrame or None
        A track or an interval set by name, or a table.
    func : str, optional
        What to compute of the values in the window; default ``"avg"``, for intervals without
        values ``"distance"``.
    params : number or str, optional
        Parameter of the function, e.g. the quantile.
    sshift, eshift : int
        Base pairs added to the start and the end of each window.
    **kwargs
        ``filter``, and the keywords of the sequence functions.

    Raises
    ------
    ValueError
        If the function does not take a keyword (names those it takes), the table has values of
        intervals that overlap, or the filter is none.
    UnknownTrackError
        If a source is given by a name that nothing has.

    See Also
    --------
    misha_xr.VirtualTrack : The native form.

    Notes
    -----
    Differs from pymisha: a source that is named and not there, and a table whose intervals with
    values overlap, are errors at once; ties, filters, sets by name and empty windows follow one
    rule for all sources. Functions and their parameters are checked when the virtual track is
    used.

    Examples
    --------
    >>> from misha_xr import pm
    >>> _ = pm.gdb_init_examples()
    >>> pm.gvtrack_create("chip.sum", "dense_track", "sum")
    >>> table = pm.gextract("chip.sum", pm.gintervals(1, 0, 400), iterator=200)
    >>> len(table)
    2
    """
    store = SESSION.need().store
    if func is not None and not isinstance(func, str):
        raise VirtualTrackError(f"a function is named by a str; found {func!r}")
    function = (func or default_function(src)).lower()
    filters = filter_fields(store, kwargs.pop("filter", None), vtrack_name)
    _check_keywords(function, kwargs)
    if isinstance(src, pd.DataFrame) and value_column(src) and not _reads_intervals(function):
        ValueTableSource.of(src, store.genome, f"the source of {vtrack_name!r}")
    if isinstance(src, str) and not (store.has_track(src) or store.has_set(src)):
        hint = closest_hint(src, [*store.track_names(), *store.set_names()])
        raise UnknownTrackError(f"no track or interval set named {src!r}", hint=hint)
    entry = {"src": src, "func": function, "params": params, "sshift": sshift, "eshift": eshift}
    with SESSION.change():
        SESSION.vtracks[vtrack_name] = {**entry, **kwargs, **filters}


@classic()
def gvtrack_iterator(
    vtrack_name: str, dim: int | None = None, sshift: int = 0, eshift: int = 0
) -> None:
    """Set the shifts of a virtual track's window; earlier ones are replaced.

    Parameters
    ----------
    vtrack_name : str
        The virtual track.
    dim : {1, 2}, optional
        Axis of a two-dimensional step to read along; 0 and None: none.
    sshift, eshift : int
        Base pairs added to the start and the end of each window.

    Raises
    ------
    KeyError
        If there is no such virtual track.
    ValueError
        If ``dim`` is not 0, 1 or 2.

    See Also
    --------
    misha_xr.VirtualTrack : The native form.

    Notes
    -----
    Differs from pymisha: ``dim=3`` is an error; ``dim`` works under every iterator and band.

    Examples
    --------
    >>> from misha_xr import pm
    >>> _ = pm.gdb_init_examples()
    >>> pm.gvtrack_create("near", "dense_track")
    >>> pm.gvtrack_iterator("near", sshift=-100, eshift=100)
    >>> pm.gvtrack_info("near")["sshift"]
    -100
    """
    if dim not in (None, 0, 1, 2):
        raise VirtualTrackError(f"dim must be 0, 1 or 2; found {dim!r}")
    changes: dict[str, Any] = {"sshift": sshift, "eshift": eshift}
    if dim is not None or "dim" in SESSION.definition(vtrack_name):
        changes["dim"] = dim
    SESSION.define(vtrack_name, **changes)


@classic()
def gvtrack_iterator_2d(
    vtrack_name: str, sshift1: int = 0, eshift1: int = 0, sshift2: int = 0, eshift2: int = 0
) -> None:
    """Set the shifts of a virtual track's window in two dimensions; earlier ones are replaced.

    Parameters
    ----------
    vtrack_name : str
        The virtual track.
    sshift1, eshift1, sshift2, eshift2 : int
        Base pairs added to the start and the end of each side of a rectangle, before anything
        else.

    Raises
    ------
    KeyError
        If there is no such virtual track.

    See Also
    --------
    misha_xr.VirtualTrack : The native form.

    Examples
    --------
    >>> from misha_xr import pm
    >>> _ = pm.gdb_init_examples()
    >>> pm.gvtrack_create("covered", "rects_track", "area")
    >>> pm.gvtrack_iterator_2d("covered", -1000, 1000)
    >>> pm.gvtrack_info("covered")["sshift1"]
    -1000
    """
    shifts = {"sshift1": sshift1, "eshift1": eshift1, "sshift2": sshift2, "eshift2": eshift2}
    SESSION.define(vtrack_name, itr_type="2d", **shifts)


@classic()
def gvtrack_ls() -> list[str]:
    """List the virtual tracks of the session.

    Returns
    -------
    list of str
        Names in the order of definition; empty also without a database.

    See Also
    --------
    misha_xr.Database.vtracks : The native form.

    Examples
    --------
    >>> from misha_xr import pm
    >>> _ = pm.gdb_init_examples()
    >>> pm.gvtrack_ls()
    []
    """
    with SESSION.lock:
        return list(SESSION.vtracks)


@classic()
def gvtrack_info(vtrack_name: str) -> dict[str, Any]:
    """Return the definition of a virtual track.

    Parameters
    ----------
    vtrack_name : str
        The virtual track.

    Returns
    -------
    dict
        ``src``, ``func``, ``params``, ``sshift``, ``eshift``, the function's own keywords,
        ``filter``, ``filter_key`` and ``filter_stats``; a copy. Of an array slice ``kind``,
        ``src``, ``slice_cols`` (numbers from 0, or None), ``func`` and ``params`` of the slice.

    Raises
    ------
    KeyError
        If there is no such virtual track.

    See Also
    --------
    misha_xr.VirtualTrack : The native form: a dataclass.

    Notes
    -----
    Differs from pymisha: a table is shown as it was given (there its column is called ``value``).

    Examples
    --------
    >>> from misha_xr import pm
    >>> _ = pm.gdb_init_examples()
    >>> pm.gvtrack_create("v", "dense_track", "max")
    >>> pm.gvtrack_info("v")["func"]
    'max'
    """
    definition = SESSION.definition(vtrack_name)
    definition.pop(CREATED_AS, None)
    return definition


@classic()
def gvtrack_array_slice(
    vtrack: str,
    slice: list[str] | list[int] | None = None,
    func: str = "avg",
    params: Any = None,
) -> None:
    """Choose the columns of a virtual track on an array track.

    Parameters
    ----------
    vtrack : str
        The virtual track.
    slice : list of str or of int, optional
        Columns by name or by number from 0; None or empty: all.
    func : str
        Reduces the columns of one interval: ``"avg"``, ``"sum"``, ``"min"``, ``"max"``,
        ``"stddev"`` or ``"quantile"``. The function that the virtual track was created with then
        reduces the intervals in a window.
    params : number, optional
        The quantile.

    Raises
    ------
    ValueError
        If there is no such virtual track, its source is no array track, or lacks a column; for an
        unknown function, a missing or an unneeded parameter.

    See Also
    --------
    misha_xr.VirtualTrack : The native form.

    Notes
    -----
    Differs from pymisha: the function and the shifts that the virtual track was created with
    stay in force; there, intervals are averaged in the step itself.

    Examples
    --------
    >>> from misha_xr import pm
    >>> from misha_xr.testing.semantics import semantics_database
    >>> pm.gdb_init(semantics_database().store.root)
    >>> pm.gvtrack_create("v", "arr")
    >>> pm.gvtrack_array_slice("v", ["a", "b"], "sum")
    >>> pm.gextract("v", pm.gintervals(1, 100, 320), iterator=-1)["v"].tolist()
    [7.0]
    >>> _ = pm.gdb_init_examples()
    """
    with SESSION.change():
        if vtrack not in SESSION.vtracks:
            hint = closest_hint(vtrack, SESSION.vtracks)
            raise VirtualTrackError(f"no virtual track {vtrack!r}", hint=hint)
        entry = SESSION.definition(vtrack)
        created = entry.get(CREATED_AS, entry)
        track = _array_source(vtrack, entry["src"])
        columns = slice if slice is None or len(slice) else None
        numbers = None if columns is None else list(column_numbers(track, columns))
        function = func.lower() if func.lower() != "stdev" else "stddev"
        VirtualTrack(slice=numbers, slice_func=function, slice_params=params)
        chosen = {"slice_cols": numbers, "func": function, "params": params}
        SESSION.vtracks[vtrack] = {
            "kind": ARRAY_SLICE, "src": entry["src"], **chosen, CREATED_AS: created,
        }  # fmt: skip


def _array_source(vtrack: str, source: object) -> ArrayTrack:
    if not isinstance(source, str) or not SESSION.need().store.has_track(source):
        raise VirtualTrackError(f"the source of {vtrack!r} is no array track")
    return open_array(SESSION.need().store, source)


@classic()
def gvtrack_rm(vtrack_name: str) -> None:
    """Remove a virtual track; an unknown name is no error.

    Parameters
    ----------
    vtrack_name : str
        The virtual track.

    See Also
    --------
    misha_xr.Database.vtrack : The native form: leave out what is not needed, nothing is shared.

    Examples
    --------
    >>> from misha_xr import pm
    >>> pm.gvtrack_rm("no such")
    """
    with SESSION.change():
        SESSION.vtracks.pop(vtrack_name, None)


@classic()
def gvtrack_clear() -> None:
    """Remove all virtual tracks.

    See Also
    --------
    misha_xr.Database.vtrack : The native form: returns a Database that knows one more.

    Examples
    --------
    >>> from misha_xr import pm
    >>> pm.gvtrack_clear()
    """
    with SESSION.change():
        SESSION.vtracks.clear()


def _reads_intervals(function: str) -> bool:
    """Tell whether a function takes intervals with or without values; unknown ones do not."""
    name = function.partition(".")[0]
    return name in ("distance", "coverage", "neighbor")


def _check_keywords(function: str, given: dict[str, Any]) -> None:
    """Refuse keywords that the function does not take, naming those it takes."""
    family = next((name for name in KEYWORDS if function.startswith(name)), None)
    accepted = KEYWORDS.get(family or "", ())
    for name in given:
        if name in accepted:
            continue
        takes = (
            f"this function takes {', '.join(accepted)}"
            if accepted
            else ("this function takes no additional keyword arguments")
        )
        hint = closest_hint(name, [*COMMON, *accepted])
        text = f"function {function!r} does not accept parameter {name!r}; {takes}"
        raise VirtualTrackError(text, hint=hint)
