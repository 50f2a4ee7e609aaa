"""Classic calls that make 2D tracks, from tables and from files, and change their layout."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from misha_xr.database.writing.plane_tracks import create_plane_track
from misha_xr.database.writing.tree_conversion import convert_track2d
from misha_xr.errors import IntervalError, MissingFileError
from misha_xr.io.contacts import import_contacts
from misha_xr.io.rectangle_files import read_rectangles
from misha_xr.pm.calls import classic
from misha_xr.pm.session import SESSION

__all__ = [
    "gtrack_2d_convert_to_indexed",
    "gtrack_2d_create",
    "gtrack_2d_import",
    "gtrack_2d_import_contacts",
]

_SIDES = ["chrom1", "chrom2", "start1", "start2"]


@classic()
def gtrack_2d_create(track: str, description: str, intervals: pd.DataFrame, values: Any) -> None:
    """Make a 2D track of intervals and their values.

    Parameters
    ----------
    track : str
        Name of the new track.
    description : str
        What it holds.
    intervals : DataFrame
        `chrom1`, `start1`, `end1`, `chrom2`, `start2`, `end2`; any order.
    values : array-like
        One number per row.

    Raises
    ------
    ValueError
        If there is no row or not one value per row, rows overlap or leave their chromosomes, or the
        track exists.

    See Also
    --------
    misha_xr.Database.create_rectangles : The native form.

    Notes
    -----
    The track is one of points if every row has sides of one base. Differs from pymisha: unknown
    chromosomes are an error that names them; overlaps are told with both rows.

    Examples
    --------
    >>> from misha_xr import pm
    >>> _ = pm.gdb_init_examples()
    >>> rows = pm.gintervals_2d("chr1", 0, 100, "chr2", 50, 90)
    >>> pm.gtrack_2d_create("mine", "a test", rows, [1.5])
    >>> pm.gtrack_info("mine")["type"]
    'rectangles'
    """
    _create(track, description, intervals, values)


@classic()
def gtrack_2d_import(track: str, description: str, file: str | list[str]) -> None:
    r"""Make a 2D track of tables of rectangles in text files.

    Parameters
    ----------
    track : str
        Name of the new track.
    description : str
        What it holds.
    file : str or list of str
        Files with tabs between columns and a header line; the first seven columns are `chrom1`,
        `start1`, `end1`, `chrom2`, `start2`, `end2` and the value. gz too.

    Raises
    ------
    ValueError
        If a file is missing or a line is bad (file, number and content are told), rows overlap, or
        the track exists.

    See Also
    --------
    misha_xr.Database.create_rectangles : Native form, for tables.

    Notes
    -----
    The track is one of points if every row has sides of one base.

    Examples
    --------
    >>> import tempfile
    >>> from misha_xr import pm
    >>> _ = pm.gdb_init_examples()
    >>> with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
    ...     table = pm.gintervals_2d("chr1", 0, 100, "chr2", 50, 90).assign(value=2)
    ...     table.to_csv(file.name, sep="\t", index=False)
    ...     pm.gtrack_2d_import("mine", "a test", file.name)
    >>> pm.gtrack_exists("mine")
    True
    """
    table = read_rectangles(_existing(file, "file"))
    _create(track, description, table, table.pop("value"))


@classic()
def gtrack_2d_import_contacts(
    track: str,
    description: str,
    contacts: str | list[str],
    fends: str | None = None,
    allow_duplicates: bool = True,
) -> None:
    r"""Make a points track of contacts in text files, each stored both ways round.

    Parameters
    ----------
    track : str
        Name of the new track.
    description : str
        What it holds.
    contacts : str or list of str
        Tables with tabs and a header line: two intervals and a value, whose middles are in contact;
        with ``fends`` `fend1`, `fend2`, `count`.
    fends : str, optional
        Table of fragment ends: `fend`, `chr`, `coord`.
    allow_duplicates : bool
        Sum contacts of the same two ends; False: an error.

    Raises
    ------
    ValueError
        If a file is missing or a line is bad, there is no contact, one is there twice and must not
        be, or the track exists.

    See Also
    --------
    misha_xr.Database.import_contacts : The native form.

    Notes
    -----
    Differs from pymisha: contacts on unknown chromosomes are left out with a warning that counts
    them, not silently; 4DN ``.pairs`` and gz files are read as well.

    Examples
    --------
    >>> import tempfile
    >>> from misha_xr import pm
    >>> _ = pm.gdb_init_examples()
    >>> with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
    ...     table = pm.gintervals_2d("chr1", 0, 100, "chr2", 50, 90).assign(value=2)
    ...     table.to_csv(file.name, sep="\t", index=False)
    ...     pm.gtrack_2d_import_contacts("hic", "a test", [file.name])
    >>> pm.gextract("hic", pm.gintervals_2d("chr2", 0, 100, "chr1", 0, 100))["hic"].tolist()
    [2.0]
    """
    files = _existing(contacts, "contacts")
    table = None if fends is None else _existing(fends, "fends")[0]
    shown = ", ".join(f'"{path}"' for path in files)
    fends_shown = "NULL" if fends is None else f'"{fends}"'
    import_contacts(
        SESSION.need().store,
        track,
        files,
        fends=table,
        duplicates=allow_duplicates,
        unknown="skip",
        description=description,
        created_by=f'gtrack.2d.import_contacts("{track}", description, c({shown}), {fends_shown}, '
        f"{allow_duplicates})",
    )


@classic()
def gtrack_2d_convert_to_indexed(track: str, remove_old: bool = True, force: bool = False) -> None:
    """Put the pairs of a 2D track into one file with an index.

    Parameters
    ----------
    track : str
        Its name.
    remove_old : bool
        Remove the files of the pairs.
    force : bool
        Read every tree also if the track is indexed.

    Raises
    ------
    ValueError
        If there is no such track, it has one dimension, or it is damaged.

    See Also
    --------
    misha_xr.Database.convert_track : The native form, both ways.

    Notes
    -----
    The new files are compared with the old ones before these go.

    Examples
    --------
    >>> from misha_xr import pm
    >>> _ = pm.gdb_init_examples()
    >>> pm.gtrack_2d_convert_to_indexed("rects_track")
    >>> pm.gtrack_info("rects_track")["format"]
    'indexed'
    """
    store = SESSION.need().store
    convert_track2d(store, track, "indexed", remove_old=remove_old, force=force)


def _create(track: str, description: str, intervals: pd.DataFrame, values: Any) -> None:
    """Make the smallest kind of track, its objects in the order that pymisha gives them."""
    store = SESSION.need().store
    if not isinstance(intervals, pd.DataFrame) or not set(_SIDES) <= set(intervals.columns):
        raise IntervalError("intervals must be a table of 2D intervals")
    if len(intervals) == 0:
        raise IntervalError("No valid intervals: the table is empty")
    values = np.asarray(values)
    if values.ndim != 1 or len(values) != len(intervals):
        raise IntervalError(
            f"Number of values ({values.size}) must match number of intervals ({len(intervals)})"
        )
    order = np.lexsort([intervals[key].to_numpy() for key in ("start2", "start1")])
    create_plane_track(
        store,
        track,
        intervals.iloc[order],
        values[order],
        kind="smallest",
        description=description,
        created_by=f'gtrack.2d.create("{track}", description, intervals, values)',
    )


def _existing(files: str | Sequence[str], what: str) -> list[str]:
    paths = [files] if isinstance(files, str) else [str(path) for path in files]
    if not paths:
        raise MissingFileError(f"{what}: no file is given")
    for path in paths:
        if not Path(path).is_file():
            raise MissingFileError(f"{what} file not found: {path}")
    return paths
