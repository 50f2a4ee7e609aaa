"""Classic calls that write interval sets: save, update, remove, convert, attributes."""

from __future__ import annotations

from typing import Any

import pandas as pd

from misha_xr.database import Store
from misha_xr.database.writing.set_conversion import convert_set
from misha_xr.database.writing.set_metadata import remove_set, write_set_attributes
from misha_xr.database.writing.set_saving import save_set
from misha_xr.database.writing.set_updates import update_set
from misha_xr.database.writing.targets import check_name, existing_target
from misha_xr.errors import IntervalError
from misha_xr.pm.calls import classic
from misha_xr.pm.session import SESSION

__all__ = [
    "gintervals_2d_convert_to_indexed",
    "gintervals_attr_import",
    "gintervals_attr_set",
    "gintervals_convert_to_indexed",
    "gintervals_rm",
    "gintervals_save",
    "gintervals_update",
]


@classic()
def gintervals_save(intervals: pd.DataFrame, intervals_set: str) -> None:
    """Save a table of intervals as a named set.

    Parameters
    ----------
    intervals : DataFrame
        1D or 2D intervals with any further columns; at least one row.
    intervals_set : str
        A new name; dots separate folders, which are made.

    Raises
    ------
    NameSyntaxError, NameCollisionError
        If the name will not do, or is that of a set or track; both ValueErrors.
    IntervalError
        If there is no row or a row is not legal; a ValueError.
    TypeError
        If the first argument is no table.

    See Also
    --------
    misha_xr.Database.save_intervals : The native form.

    Notes
    -----
    Differs from pymisha: rows with start = end are refused; so is the name of a track, with which
    R does not open the database; more rows than ``big_set_rows`` make a set of several files.

    Examples
    --------
    >>> from misha_xr import pm
    >>> _ = pm.gdb_init_examples()
    >>> pm.gintervals_save(pm.gintervals(1, [0, 50], [10, 80]), "lab.peaks")
    >>> len(pm.gintervals_load("lab.peaks"))
    2
    """
    check_name("set", intervals_set)
    if not isinstance(intervals, pd.DataFrame):
        raise TypeError(f"intervals must be a DataFrame; found {type(intervals).__name__}")
    if not len(intervals):
        raise IntervalError("Cannot save empty intervals")
    save_set(SESSION.need().store, intervals_set, intervals)


@classic()
def gintervals_update(
    intervals_set: str,
    intervals: pd.DataFrame | None,
    chrom: str | None = None,
    chrom1: str | None = None,
    chrom2: str | None = None,
) -> None:
    """Replace or delete the rows of one chromosome, or pair, of a saved set.

    Parameters
    ----------
    intervals_set : str
        Its name.
    intervals : DataFrame or None
        The new rows, with the columns of the set; None deletes the old ones.
    chrom : str, optional
        For 1D sets.
    chrom1, chrom2 : str, optional
        For 2D sets; one of them may be left out.

    Raises
    ------
    UnknownSetError
        If there is no such set; a ValueError.
    IntervalError
        If no chromosome is given, the rows lie elsewhere or have other columns, or the set would
        become empty; a ValueError.

    See Also
    --------
    misha_xr.Database.update_intervals : The native form.

    Notes
    -----
    Differs from pymisha: rows on another chromosome, or with other columns than the set has, are
    refused.

    Examples
    --------
    >>> from misha_xr import pm
    >>> _ = pm.gdb_init_examples()
    >>> pm.gintervals_update("annotations", None, chrom="chr2")
    >>> pm.gintervals_chrom_sizes("annotations")["size"].tolist()
    [4, 2]
    """
    store = SESSION.need().store
    existing_target(store, "set", intervals_set)
    rows = intervals if intervals is not None and len(intervals) else None
    chosen = {"chrom": chrom, "chrom1": chrom1, "chrom2": chrom2}
    given = {key: value for key, value in chosen.items() if value is not None}
    if not given:
        raise IntervalError(
            "Chromosome must be specified in chrom (for 2D intervals: chrom1, chrom2) parameter"
        )
    if rows is None and _would_be_empty(store, intervals_set, given):
        raise IntervalError("Cannot save empty intervals", hint="gintervals_rm removes the set")
    update_set(store, intervals_set, rows, **chosen)


def _would_be_empty(store: Store, name: str, chosen: dict[str, Any]) -> bool:
    """Tell whether no rows lie elsewhere; a choice that does not fit the set is told later."""
    sizes = store.set_sizes(name)
    if not set(chosen) <= set(sizes.columns):
        return False
    inside = pd.Series(True, index=sizes.index)
    for column, chrom in chosen.items():
        inside &= store.genome.codes(sizes[column]) == store.genome.code(chrom)
    return bool(inside.all())


@classic()
def gintervals_rm(intervals_set: str, force: bool = False) -> None:
    """Delete a saved set.

    Parameters
    ----------
    intervals_set : str
        Its name.
    force : bool
        Say nothing if there is no such set.

    Raises
    ------
    UnknownSetError
        If there is none and ``force`` is false; a ValueError.
    ReadOnlyError
        If a dataset holds it; a ValueError.

    See Also
    --------
    misha_xr.Database.remove_intervals : The native form.

    Notes
    -----
    Differs from pymisha: sets of datasets are not deleted.

    Examples
    --------
    >>> from misha_xr import pm
    >>> _ = pm.gdb_init_examples()
    >>> pm.gintervals_rm("rects_set")
    >>> pm.gintervals_exists("rects_set")
    False
    """
    remove_set(SESSION.need().store, intervals_set, missing_ok=force)


@classic()
def gintervals_attr_set(intervals_set: str, attr: str, value: str) -> None:
    """Write one attribute of a saved set.

    Parameters
    ----------
    intervals_set : str
        Its name.
    attr : str
        Name of the attribute.
    value : str
        Its value; an empty text removes it.

    Raises
    ------
    UnknownSetError
        If there is no such set; a ValueError.
    ValueError
        If the name is empty, or there is a NUL.

    See Also
    --------
    misha_xr.Database.set_interval_attributes : The native form.

    Notes
    -----
    Differs from pymisha: a set with an index is stored as a file per chromosome from then on;
    pymisha does not read its rows otherwise.

    Examples
    --------
    >>> from misha_xr import pm
    >>> _ = pm.gdb_init_examples()
    >>> pm.gintervals_attr_set("annotations", "lab", "ours")
    >>> pm.gintervals_attr_get("annotations", "lab")
    'ours'
    """
    write_set_attributes(SESSION.need().store, intervals_set, {attr: _text(value)})


@classic()
def gintervals_attr_import(table: pd.DataFrame, remove_others: bool = False) -> None:
    """Write attributes of saved sets from a table.

    Parameters
    ----------
    table : DataFrame
        A row per set, its name in the index; a column per attribute. Empty or missing values remove
        an attribute.
    remove_others : bool
        Remove attributes that the table does not have.

    Raises
    ------
    ValueError
        If it is no table.
    UnknownSetError
        If there is no such set; a ValueError. Nothing is written then.

    See Also
    --------
    misha_xr.Database.set_interval_attributes : The native form.

    Notes
    -----
    Differs from pymisha: sets with an index are stored as a file per chromosome from then on,
    as `gintervals_attr_set` does.

    Examples
    --------
    >>> import pandas as pd
    >>> from misha_xr import pm
    >>> _ = pm.gdb_init_examples()
    >>> pm.gintervals_attr_import(pd.DataFrame({"lab": ["x"]}, index=["annotations"]))
    >>> pm.gintervals_attr_get("annotations", "lab")
    'x'
    """
    if not isinstance(table, pd.DataFrame):
        raise IntervalError(f"table must be a DataFrame; found {type(table).__name__}")
    store = SESSION.need().store
    rows = {str(name): row for name, row in table.iterrows()}
    for name in rows:
        existing_target(store, "set", name)
    for name, row in rows.items():
        changes: dict[str, str | None] = {str(key): _text(value) for key, value in row.items()}
        write_set_attributes(store, name, changes, replace=remove_others)


def _text(value: Any) -> str:
    return "" if value is None or (pd.api.types.is_scalar(value) and pd.isna(value)) else str(value)


@classic()
def gintervals_convert_to_indexed(
    set_name: str, remove_old: bool = False, force: bool = False
) -> None:
    """Convert a big 1D set to the indexed layout; a set in one file stays as it is.

    Parameters
    ----------
    set_name : str
        Its name.
    remove_old, force : bool
        Accepted. The old files always go, once the new ones are complete and compared with them.

    Raises
    ------
    UnknownSetError
        If there is no such set; a ValueError.
    IntervalError
        If it is a 2D set; a ValueError.
    UnsupportedError
        If it has attributes, or chromosomes that R numbers otherwise.

    See Also
    --------
    misha_xr.Database.convert_intervals : The native form, both ways.

    Notes
    -----
    Differs from pymisha: no set is left with both layouts, or with an index beside attributes,
    where pymisha itself reads too few rows.

    Examples
    --------
    >>> from misha_xr import pm
    >>> _ = pm.gdb_init_examples()
    >>> pm.gintervals_convert_to_indexed("annotations")
    >>> pm.gintervals_is_indexed("annotations")
    False
    """
    del remove_old, force
    _convert(set_name, two_dimensional=False)


@classic()
def gintervals_2d_convert_to_indexed(
    set_name: str, remove_old: bool = False, force: bool = False
) -> None:
    """Convert a big 2D set to the indexed layout; a set in one file stays as it is.

    Parameters
    ----------
    set_name : str
        Its name.
    remove_old, force : bool
        Accepted. The old files always go, once the new ones are complete and compared with them.

    Raises
    ------
    UnknownSetError
        If there is no such set; a ValueError.
    IntervalError
        If it is a 1D set; a ValueError.
    UnsupportedError
        If it has attributes, or chromosomes that R numbers otherwise.

    See Also
    --------
    misha_xr.Database.convert_intervals : The native form, both ways.

    Notes
    -----
    Differs from pymisha: as `gintervals_convert_to_indexed`.

    Examples
    --------
    >>> from misha_xr import pm
    >>> _ = pm.gdb_init_examples()
    >>> pm.gintervals_2d_convert_to_indexed("rects_set")
    """
    del remove_old, force
    _convert(set_name, two_dimensional=True)


def _convert(name: str, *, two_dimensional: bool) -> None:
    store = SESSION.need().store
    existing_target(store, "set", name)
    if store.set_is_2d(name) != two_dimensional:
        raise IntervalError(f"{name!r} is a set of {'1D' if two_dimensional else '2D'} intervals")
    convert_set(store, name, "indexed")
