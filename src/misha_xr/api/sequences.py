"""The methods that read bases: the same for a Database and a Dataset."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from typing import Any

import pandas as pd

from misha_xr import query
from misha_xr.database import Store
from misha_xr.query import Expressions

__all__ = ["SequenceMethods"]

BATCH_BP = 1 << 24


class SequenceMethods:
    """Bases of intervals; what a class mixes in that knows its store and its defaults.

    Examples
    --------
    >>> import misha_xr
    >>> isinstance(misha_xr.example_database(), SequenceMethods)
    True
    """

    __slots__ = ()

    @property
    @abstractmethod
    def store(self) -> Store:
        """The store below."""

    @abstractmethod
    def _question(self, exprs: Expressions, given: dict[str, Any]) -> dict[str, Any]:
        """Fill the keywords of a query with what the object brings along."""

    def sequence(self, scope: Any = None, *, strand: Any = None) -> pd.Series[str] | str:
        """Read the bases of intervals.

        Parameters
        ----------
        scope : None, str or DataFrame
            As for `extract`. Rows may overlap and come in any order.
        strand : int, str or array-like, shape (n,), optional
            -1 or ``"-"``: the reverse complement. Default: the column `strand` of the table or the
            saved set, if it has one; 0 reads everything forward.

        Returns
        -------
        Series of str, shape (n,); or str
            One text per row, named `sequence`, with the index of the table; case as stored. The
            reverse complement knows all IUPAC letters. For the text of one region
            (``"chr1:1,000-2,000"``, ``"chrX"``) its bases as a plain str.

        Raises
        ------
        IntervalError, UnknownChromosomeError
            For rows that are no intervals of the genome, or strands that are none.
        DatabaseNotFoundError
            If the database holds no sequence, or none of a chromosome; the message names it.
        CorruptFileError
            If a file is too short, or holds bytes that are no letters.
        SizeLimitError
            If the answer is larger than the memory of the machine; see `iterate_sequence`.

        Notes
        -----
        Source: misha file format, sequence. Time O(bases).

        Examples
        --------
        >>> import misha_xr
        >>> db = misha_xr.example_database()
        >>> len(db.sequence("chr1:10-30"))
        20
        >>> genes = db.genome.intervals(["chr1", "chr2"], 1000, 1004).assign(gene=["a", "b"])
        >>> db.sequence(genes.set_index("gene")).index.tolist()
        ['a', 'b']
        """
        request = self._bases(scope, strand)
        return request.texts()[0] if request.is_region else request.series()

    def iterate_sequence(
        self, scope: Any = None, *, strand: Any = None, batch_bp: int = BATCH_BP
    ) -> Iterator[pd.Series[str]]:
        """Stream what `sequence` returns, for more bases than memory holds.

        Parameters
        ----------
        scope, strand
            As for `sequence`.
        batch_bp : int
            Bases per piece at most; an interval that is longer comes alone.

        Returns
        -------
        iterator of Series of str
            Consecutive rows; none for an empty scope.

        Raises
        ------
        ValueError
            If `batch_bp` is below 1.

        Examples
        --------
        >>> import misha_xr
        >>> db = misha_xr.example_database()
        >>> [len(part) for part in db.iterate_sequence(batch_bp=600_000)]
        [1, 2]
        """
        if batch_bp < 1:
            raise ValueError(f"batch_bp must be at least 1; found {batch_bp!r}")
        pieces = self._bases(scope, strand).pieces(batch_bp)
        return (piece.series() for piece in pieces)

    def _bases(self, scope: Any, strand: Any) -> query.SequenceRequest:
        given = self._question([], {"scope": scope, "vtracks": None})
        return query.sequence_request(self.store, given["scope"], strand)
