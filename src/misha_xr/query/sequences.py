"""Which bases a call means: intervals and strands of a scope, in the caller's order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from misha_xr.database import SequenceFiles, Store, base_batches, read_texts
from misha_xr.formats.bases import Alphabet
from misha_xr.intervals import Intervals, minus_rows, to_intervals
from misha_xr.query.scope import resolve_scope

__all__ = ["SequenceRequest", "sequence_request"]


@dataclass(frozen=True, eq=False)
class SequenceRequest:
    """Intervals whose bases are wanted.

    Attributes
    ----------
    files : SequenceFiles
        Where the bases lie.
    intervals : Intervals
        n rows in the caller's order.
    is_minus : bool array, shape (n,), or None
        Rows to give as reverse complement; None: no row.
    index : Index, shape (n,)
        Labels of the rows.
    is_region : bool
        The scope was the text of one region.

    Examples
    --------
    >>> import misha_xr
    >>> db = misha_xr.example_database()
    >>> request = sequence_request(db.store, "chr1:10-13")
    >>> request.is_region, len(request.texts()[0])
    (True, 3)
    """

    files: SequenceFiles
    intervals: Intervals
    is_minus: NDArray[np.bool_] | None
    index: pd.Index
    is_region: bool

    def texts(self, *, alphabet: Alphabet = "iupac") -> list[str]:
        """Read the bases.

        Parameters
        ----------
        alphabet : {"iupac", "acgt"}
            Which letters have a complement.

        Returns
        -------
        list of str
            One per row.

        Examples
        --------
        >>> import misha_xr
        >>> db = misha_xr.example_database()
        >>> [len(text) for text in sequence_request(db.store, None).texts()]
        [500000, 300000, 200000]
        """
        return read_texts(self.files, self.intervals, self.is_minus, alphabet=alphabet)

    def series(self) -> pd.Series[str]:
        """Read the bases as a column.

        Returns
        -------
        Series of str, shape (n,)
            Named `sequence`; labels of the caller's table.

        Examples
        --------
        >>> import misha_xr
        >>> db = misha_xr.example_database()
        >>> sequence_request(db.store, "annotations").series().name
        'sequence'
        """
        return pd.Series(self.texts(), index=self.index, dtype="str", name="sequence")

    def pieces(self, n_bases: int) -> Iterator[SequenceRequest]:
        """Cut the request into runs of rows.

        Parameters
        ----------
        n_bases : int
            The most that a piece holds, unless one row is longer.

        Yields
        ------
        SequenceRequest
            In order.

        Examples
        --------
        >>> import misha_xr
        >>> db = misha_xr.example_database()
        >>> [len(piece.index) for piece in sequence_request(db.store, None).pieces(600_000)]
        [1, 2]
        """
        for rows in base_batches(self.intervals, n_bases):
            minus = None if self.is_minus is None else self.is_minus[rows]
            here = self.intervals.take(rows)
            yield SequenceRequest(self.files, here, minus, self.index[rows], self.is_region)


def sequence_request(store: Store, scope: object, strand: object = None) -> SequenceRequest:
    """Turn what the caller gave into intervals and strands; rows keep their order.

    Parameters
    ----------
    store : Store
        The database.
    scope : None, str or DataFrame
        As for queries. A table and a saved set may have a column `strand`.
    strand : int, str or array-like, optional
        Counts instead of that column.

    Returns
    -------
    SequenceRequest
        Checked; no base is read yet.

    Raises
    ------
    MishaError
        For a scope that is none, for strands that are none, and where there is no sequence.

    Examples
    --------
    >>> import misha_xr
    >>> db = misha_xr.example_database()
    >>> sequence_request(db.store, "annotations").is_minus.any()
    np.True_
    """
    table = _table(store, scope)
    if table is None:
        intervals = resolve_scope(store, scope).intervals
        index: pd.Index = pd.RangeIndex(len(intervals))
    else:
        intervals, index = to_intervals(table, store.genome, what="scope"), table.index
        strand = table["strand"] if strand is None and "strand" in table.columns else strand
    minus = None if strand is None else minus_rows(strand, len(intervals), labels=index)
    files = store.sequence_files()
    return SequenceRequest(files, intervals, minus, index, _is_region(store, scope))


def _table(store: Store, scope: object) -> pd.DataFrame | None:
    """Return the table that the scope is, or that is saved under its name."""
    if isinstance(scope, pd.DataFrame):
        return scope
    # A set that is called like a chromosome is ambiguous; resolve_scope says so.
    if isinstance(scope, str) and scope not in store.genome and store.has_set(scope):
        return store.load_set(scope)
    return None


def _is_region(store: Store, scope: object) -> bool:
    if not isinstance(scope, str) or scope == "genome":
        return False
    return ":" in scope or scope in store.genome
