"""Changes of saved interval sets: new rows of a chromosome or a pair."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from misha_xr.database.attributes import set_attributes
from misha_xr.database.big_sets import BigSet
from misha_xr.database.links import MAX_TABLE_BYTES, read_file
from misha_xr.database.set_rows import ChromChoice, named_rows
from misha_xr.database.sets import iterate_set
from misha_xr.database.store import Store
from misha_xr.database.writing.set_columns import column_types
from misha_xr.database.writing.set_conversion import is_indexed
from misha_xr.database.writing.set_metadata import set_stamp, unchanged
from misha_xr.database.writing.set_parts import NewParts
from misha_xr.database.writing.set_saving import save_table
from misha_xr.database.writing.set_spool import SetSpool
from misha_xr.database.writing.set_table import table_of
from misha_xr.database.writing.targets import existing_target
from misha_xr.errors import IntervalError
from misha_xr.formats.interval_columns import ColumnType, wider_type
from misha_xr.formats.interval_set import leading_columns, open_interval_set
from misha_xr.formats.rdata import RVector

__all__ = ["update_set"]

PIECE_ROWS = 1 << 18


def update_set(
    store: Store,
    name: str,
    frame: pd.DataFrame | None,
    *,
    chrom: Any = None,
    chrom1: Any = None,
    chrom2: Any = None,
) -> None:
    """Replace the rows of one chromosome, or of pairs of chromosomes, of a saved set.

    Parameters
    ----------
    store : Store
        The database.
    name : str
        Dotted name.
    frame : DataFrame or None
        The new rows, with the columns of the set; None: there are none.
    chrom : str or int, optional
        Of 1D intervals.
    chrom1, chrom2 : str or int, optional
        Of 2D intervals; one of them may be left out, for all pairs with the other.

    Raises
    ------
    UnknownSetError, ReadOnlyError
        If it is no set of the working database.
    IntervalError
        If no chromosome is given, or the rows lie elsewhere, are not legal or have other columns.
    BusyError
        If somebody else changes the set meanwhile.

    Notes
    -----
    Source: misha file format, big or small. The set becomes big or small as its new number of rows
    asks for; attributes and layout stay. In memory is a piece at a time. Parts of a big set that do
    not change are copied as they are.

    Examples
    --------
    >>> import tempfile
    >>> from misha_xr.testing.database import write_database
    >>> frame = pd.DataFrame({"chrom": ["chr1"], "start": [5], "end": [9]})
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     store = Store(write_database(folder, sizes={"chr1": 100}, sets={"a": frame}))
    ...     update_set(store, "a", frame.assign(end=20), chrom="chr1")
    ...     store.load_set("a")["end"].tolist()
    [20]
    """
    target = existing_target(store, "set", name)
    stamp = set_stamp(target)
    old = _OldSet.open(store, target)
    choice = _choice(store, old, chrom, chrom1, chrom2)
    types = old.types if frame is None else _joined_types(old.types, frame, name)
    if frame is not None:
        _check_place(store, frame, choice, old.is_2d)
        frame = frame.set_axis(frame.columns.astype(str), axis=1)[list(types)]
    if types == old.types and _update_parts(store, target, choice, frame, types, stamp):
        return
    spool = SetSpool(store.genome, types, store.root / "tracks")
    try:
        for piece in old.pieces(store, choice):
            spool.add(piece)
        if frame is not None:
            spool.add(frame)
        _save_again(store, target, spool, stamp, old)
    finally:
        spool.close()


def _update_parts(
    store: Store,
    target: Path,
    choice: ChromChoice,
    frame: pd.DataFrame | None,
    types: Mapping[str, ColumnType],
    stamp: object,
) -> bool:
    """Write only the parts that change, if the set is big and stays so; tell whether it is done."""
    if not target.is_dir():
        return False
    old = BigSet(str(target), store.genome, store.check_ids)
    rows = named_rows(old.empty(), store.genome) if frame is None else frame
    new = table_of(rows, store.genome, types)
    parts = NewParts(old, choice.mask(old.codes, str(target)), new)
    if not parts.fits:
        return False
    parts.write(store, target, unchanged(target, stamp))
    return True


def _save_again(store: Store, target: Path, spool: SetSpool, stamp: object, old: _OldSet) -> None:
    layout = None
    if old.is_big and not set_attributes(str(target)):
        layout = "indexed" if is_indexed(target) else "per-chromosome"
    check = unchanged(target, stamp)
    save_table(store, target, spool.table(), replace=True, layout=layout, check=check)


@dataclass(frozen=True, slots=True)
class _OldSet:
    """A saved set: what its columns are, and its rows."""

    path: str
    types: dict[str, ColumnType]
    is_big: bool

    @classmethod
    def open(cls, store: Store, target: Path) -> _OldSet:
        path = str(target)
        if target.is_dir():
            zeroline = BigSet(path, store.genome).meta.zeroline
            return cls(path, column_types(zeroline), is_big=True)
        columns = open_interval_set(read_file(target, MAX_TABLE_BYTES), target).columns
        return cls(path, _stored_types(columns), is_big=False)

    @property
    def is_2d(self) -> bool:
        return len(leading_columns(self.types)) > 3

    def pieces(self, store: Store, choice: ChromChoice) -> Iterator[pd.DataFrame]:
        """Yield the rows that were not chosen."""
        genome, path = store.genome, self.path
        if not self.is_big:
            for piece in iterate_set(path, genome, PIECE_ROWS):
                yield piece[~choice.mask(_codes(piece, store), path)]
            return
        opened = BigSet(path, genome, store.check_ids)
        for part in np.flatnonzero(~choice.mask(opened.codes, path)).tolist():
            for piece in opened.pieces(part, PIECE_ROWS):
                yield named_rows(piece, genome)


def _stored_types(columns: Mapping[str, RVector]) -> dict[str, ColumnType]:
    leading = leading_columns(columns)
    types = {name: ColumnType("factor" if name.startswith("chrom") else "real") for name in leading}
    for name, column in columns.items():
        if column.is_factor:
            types.setdefault(name, ColumnType("factor", tuple(column.strings("levels"))))
        else:
            types.setdefault(name, ColumnType(column.kind))
    return types


def _codes(frame: pd.DataFrame, store: Store) -> tuple[Any, ...]:
    keys = ("chrom",) if "chrom" in frame.columns else ("chrom1", "chrom2")
    return tuple(store.genome.codes(frame[key]) for key in keys)


def _choice(store: Store, old: _OldSet, chrom: Any, chrom1: Any, chrom2: Any) -> ChromChoice:
    """Check that chromosomes are given as the set asks for."""
    one, two = chrom is not None, chrom1 is not None or chrom2 is not None
    if one == two or two != old.is_2d:
        raise IntervalError(
            f"an update of {'2D' if old.is_2d else '1D'} intervals names "
            f"{'chrom1 and chrom2' if old.is_2d else 'chrom'}",
            hint="only the rows of that chromosome, or pair of chromosomes, are replaced",
        )
    if two:
        return ChromChoice(store.genome, pairs=[(chrom1, chrom2)])
    return ChromChoice(store.genome, chroms=[chrom])


def _joined_types(
    old: Mapping[str, ColumnType], frame: pd.DataFrame, name: str
) -> dict[str, ColumnType]:
    new = column_types(frame)
    if set(new) != set(old):
        raise IntervalError(
            f"interval set {name!r} has the columns {', '.join(old)}; "
            f"found {', '.join(map(str, frame.columns))}",
            hint="give the new rows the same columns",
        )
    leading = leading_columns(old)
    silent = {str(key) for key, column in frame.items() if column.isna().all()}
    return {
        key: kind if key in leading or key in silent else wider_type(kind, new[key], key)
        for key, kind in old.items()
    }


def _check_place(store: Store, frame: pd.DataFrame, choice: ChromChoice, is_2d: bool) -> None:
    inside = choice.mask(_codes(frame, store), "the new rows") if len(frame) else np.ones(0, bool)
    if not inside.all():
        row = int(np.flatnonzero(~inside)[0])
        keys = ("chrom1", "chrom2") if is_2d else ("chrom",)
        found = ", ".join(str(frame[key].iloc[row]) for key in keys)
        raise IntervalError(
            f"row {frame.index[row]} of the new rows lies on {found}, which is not replaced",
            hint="update one chromosome, or one pair, at a time",
        )
