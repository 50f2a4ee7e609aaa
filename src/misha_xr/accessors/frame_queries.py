"""`df.misha`: queries on the intervals of a table."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd
import xarray as xr

from misha_xr.accessors.frame_base import FrameMethods
from misha_xr.api import Database
from misha_xr.query import VirtualTrack

__all__ = ["FrameQueries", "questions_to"]


class FrameQueries(FrameMethods):
    """Queries whose scope is the table."""

    def extract(self, data: Database | xr.Dataset, exprs: Any, **context: Any) -> pd.DataFrame:
        """Evaluate expressions on the steps of an iterator inside these intervals.

        Parameters
        ----------
        data : Database or Dataset
            Where the tracks are.
        exprs : str, list of str, or dict of str to str
            Expressions; a dict gives column names.
        **context
            ``iterator``, ``band``, ``variables``, ``vtracks`` and the rest, as `Database.extract`.

        Returns
        -------
        DataFrame
            As `Database.extract`; ``intervalID`` is the 1-based row of this table.

        Examples
        --------
        >>> import misha_xr
        >>> db = misha_xr.example_database()
        >>> len(db.genome.intervals("chr1", 0, 1000).misha.extract(db, "dense_track"))
        20
        """
        table: pd.DataFrame = questions_to(data).extract(exprs, scope=self._frame, **context)
        return table

    def evaluate(
        self, data: Database | xr.Dataset, exprs: Any, chunks: Any = None, **context: Any
    ) -> xr.Dataset:
        """Return expressions inside these intervals as a Dataset that computes what is read.

        Parameters
        ----------
        data : Database or Dataset
            Where the tracks are.
        exprs : str, list of str, or dict of str to str
            Expressions; a dict gives variable names.
        chunks : int, dict or "auto", optional
            Make a dask collection.
        **context
            As `Database.evaluate`.

        Returns
        -------
        Dataset
            As `Database.evaluate`; ``intervalID`` is the 1-based row of this table.

        Examples
        --------
        >>> import misha_xr
        >>> db = misha_xr.example_database()
        >>> genes = db.genome.intervals("chr1", 30, 1000)
        >>> genes.misha.evaluate(db, "dense_track")["dense_track"].shape
        (20,)
        """
        context["chunks"] = chunks
        lazy: xr.Dataset = questions_to(data).evaluate(exprs, scope=self._frame, **context)
        return lazy

    def iterate(
        self, data: Database | xr.Dataset, exprs: Any, **context: Any
    ) -> Iterator[pd.DataFrame]:
        """Stream what `extract` returns, as tables of bounded size.

        Parameters
        ----------
        data : Database or Dataset
            Where the tracks are.
        exprs : str, list of str, or dict of str to str
            Expressions; a dict gives column names.
        **context
            As `Database.iterate`.

        Yields
        ------
        DataFrame
            Consecutive rows of the table that `extract` returns.

        Examples
        --------
        >>> import misha_xr
        >>> db = misha_xr.example_database()
        >>> steps = db.genome.intervals("chr1", 0, 1000).misha.iterate(db, "dense_track")
        >>> sum(len(table) for table in steps)
        20
        """
        tables: Iterator[pd.DataFrame] = questions_to(data).iterate(
            exprs, scope=self._frame, **context
        )
        return tables

    def screen(self, data: Database | xr.Dataset, expr: str, **context: Any) -> pd.DataFrame:
        """Find where a logical expression is true inside these intervals.

        Parameters
        ----------
        data : Database or Dataset
            Where the tracks are.
        expr : str
            Expression with a logical result.
        **context
            As `Database.screen`.

        Returns
        -------
        DataFrame
            `chrom`, `start`, `end`; adjacent and touching steps are one row.

        Examples
        --------
        >>> import misha_xr
        >>> db = misha_xr.example_database()
        >>> len(db.genome.intervals("chr1", 0, 1000).misha.screen(db, "dense_track > 100"))
        0
        """
        table: pd.DataFrame = questions_to(data).screen(expr, scope=self._frame, **context)
        return table

    def summary(self, data: Database | xr.Dataset, expr: str, **context: Any) -> pd.Series:
        """Summarise an expression inside these intervals.

        Parameters
        ----------
        data : Database or Dataset
            Where the tracks are.
        expr : str
            Expression.
        **context
            As `Database.summary`.

        Returns
        -------
        Series of float64
            As `Database.summary`.

        Examples
        --------
        >>> import misha_xr
        >>> db = misha_xr.example_database()
        >>> genes = db.genome.intervals("chr1", 0, 1000)
        >>> int(genes.misha.summary(db, "dense_track")["Total intervals"])
        20
        """
        series: pd.Series = questions_to(data).summary(expr, scope=self._frame, **context)
        return series

    def sequence(self, data: Database | xr.Dataset, *, strand: Any = None) -> pd.Series[str]:
        """Read the bases of each row.

        Parameters
        ----------
        data : Database or Dataset
            Whose genome.
        strand : int, str or array-like, shape (n,), optional
            -1 or ``"-"``: the reverse complement. Default: the column `strand` of this table, if it
            has one; 0 reads everything forward.

        Returns
        -------
        Series of str, shape (n,)
            One text per row, with the index of this table; as `Database.sequence`.

        Raises
        ------
        IntervalError, UnknownChromosomeError
            For rows that are no intervals of the genome, or strands that are none.
        DatabaseNotFoundError
            If the database holds no sequence.

        Examples
        --------
        >>> import misha_xr
        >>> db = misha_xr.example_database()
        >>> genes = db.genome.intervals(["chr1", "chr2"], 1000, 1004).assign(gene=["a", "b"])
        >>> genes.set_index("gene").misha.sequence(db).str.len()["a"]
        np.int64(4)
        """
        bases: pd.Series[str] = questions_to(data).sequence(self._frame, strand=strand)
        return bases

    def vtrack(self, func: str | None = None, **fields: Any) -> VirtualTrack:
        """Define a virtual track that reads this table.

        The definition is kept, pickled and written as JSON; queries with tables as sources come
        with a later release, and are refused until then.

        Parameters
        ----------
        func : str, optional
            Function of the values in the window, as for a track.
        **fields
            The other fields of `VirtualTrack`: ``params``, ``sshift``, ``eshift`` and so on.

        Returns
        -------
        VirtualTrack
            A definition.

        Examples
        --------
        >>> import pandas as pd
        >>> import misha_xr.accessors
        >>> table = pd.DataFrame({"chrom": ["chr1"], "start": [0], "end": [10], "score": [2.0]})
        >>> table.misha.vtrack("max", sshift=-5).func
        'max'
        """
        return VirtualTrack(self._frame, func, **fields)


def questions_to(data: Any) -> Any:
    """Return what answers queries on the data.

    Parameters
    ----------
    data : Database or Dataset
        Where the tracks are.

    Returns
    -------
    object
        It has the methods of `QueryMethods`.

    Raises
    ------
    TypeError
        For anything else.

    Examples
    --------
    >>> import misha_xr
    >>> db = misha_xr.example_database()
    >>> questions_to(db) is db
    True
    """
    if isinstance(data, Database):
        return data
    if isinstance(data, xr.Dataset):
        return data.misha
    more = ": give array.to_dataset(name='x')" if isinstance(data, xr.DataArray) else ""
    raise TypeError(
        f"expected a Database or a Dataset opened with engine='misha'; found "
        f"{type(data).__name__}{more}"
    )
