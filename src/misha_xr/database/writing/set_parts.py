"""New parts for a big interval set that stays one: all others are copied byte by byte."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from misha_xr.database.attributes import set_attributes
from misha_xr.database.big_sets import BigSet
from misha_xr.database.links import MAX_TABLE_BYTES, read_file
from misha_xr.database.store import Store
from misha_xr.database.writing.set_columns import sort_codes
from misha_xr.database.writing.set_conversion import is_indexed
from misha_xr.database.writing.set_layouts import SetFiles, is_big
from misha_xr.database.writing.set_statistics import set_statistics
from misha_xr.database.writing.set_table import MANY_LEVELS, SetTable
from misha_xr.database.writing.stage import new_folder
from misha_xr.formats.big_set import meta_value
from misha_xr.formats.rdata import RVector, decode_r
from misha_xr.formats.rdata_writer import iterate_r

__all__ = ["NewParts"]


class NewParts:
    """A big set with other rows in place of some of its parts.

    Parameters
    ----------
    old : BigSet
        The set as it is.
    chosen : ndarray of bool, shape (n_parts,)
        Parts that go.
    new : SetTable
        Rows on chromosomes or pairs that go, or had none, with the types of the set.
    """

    def __init__(self, old: BigSet, chosen: NDArray[np.bool_], new: SetTable) -> None:
        self._old = old
        self._new = new
        self._kept = np.flatnonzero(~chosen)
        pairs = zip(old.codes, new.codes, strict=True)
        codes = tuple(np.concatenate([mine[self._kept], more]) for mine, more in pairs)
        order = sort_codes(codes, new.genome.n_chroms)
        self._order = np.arange(len(codes[0])) if order is None else order
        self._codes = tuple(column[self._order] for column in codes)

    @property
    def fits(self) -> bool:
        """Whether the set stays big, and its other parts are right as they are.

        A whole number beyond 32 bits in a column that had none changes the columns of all parts.
        """
        n_rows = int(self._old.sizes[self._kept].sum()) + self._new.n_rows
        return is_big(n_rows, len(self._order)) and not self._new.has_wide

    def write(self, store: Store, target: Path, check: Callable[[], None]) -> None:
        """Write the set anew and exchange the folders.

        Parameters
        ----------
        store : Store
            The database.
        target : Path
            The folder of the set.
        check : callable
            Called while the lock of the set is held; raises if the set is not as it was.

        Raises
        ------
        BusyError, OSError
            The set is then as it was.
        """
        attributes = set_attributes(str(target))
        indexed = is_indexed(target) and not attributes
        with new_folder(store.root, target, replace=True) as folder:
            check()
            files = SetFiles(store, folder, is_2d=self._new.is_2d, indexed=indexed)
            files.write_attributes(attributes)
            files.write_parts(self._codes, self._tables())
            files.write_meta(iterate_r(self._meta(target)))

    def _tables(self) -> Iterator[Any]:
        for part in self._order.tolist():
            if part < len(self._kept):
                yield self._old.raw_pieces(int(self._kept[part]))
            else:
                yield iterate_r(self._new.part_frame(part - len(self._kept)))

    def _meta(self, target: Path) -> RVector:
        genome = self._new.genome
        stats = pd.concat([self._old_statistics(), set_statistics(self._new)], ignore_index=True)
        whole = decode_r(read_file(target / ".meta", MAX_TABLE_BYTES), target / ".meta").value
        assert whole is not None
        zeroline = whole.values[whole.strings("names").index("zeroline")]
        is_few = genome.n_chroms * len(self._order) <= MANY_LEVELS
        return meta_value(stats.take(self._order), zeroline, genome.names if is_few else None)

    def _old_statistics(self) -> pd.DataFrame:
        """Return the statistics of the parts that stay, in their order, with our names."""
        stats = self._old.statistics().take(self._kept)
        keys = ("chrom1", "chrom2") if self._new.is_2d else ("chrom",)
        names = (self._new.genome.name_array(column[self._kept]) for column in self._old.codes)
        return stats.assign(**dict(zip(keys, names, strict=True)))
