"""Cubes: values of expressions in steps around many anchors, as a value that can be read in parts.

A cube is a query without steps of its own, regions, and how they are cut. Reading is in
`cube_reading`; this module says what is asked.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from misha_xr.database import Store
from misha_xr.errors import ExpressionError, IteratorError, TrackTypeError
from misha_xr.query.columns import Expressions
from misha_xr.query.cube_reading import read_cube
from misha_xr.query.cube_regions import CubeRegions, StepCut, cube_regions, step_cut
from misha_xr.query.query import Query, build_query
from misha_xr.query.sources import ArraySource, DenseSource

__all__ = ["Cube", "build_cube"]


@dataclass(frozen=True, eq=False)
class Cube:
    """What is asked: expressions, regions, steps. Can be pickled; nothing is read yet.

    Attributes
    ----------
    query : Query
        The expressions and what they read.
    regions : CubeRegions
        Where.
    cut : StepCut
        In what steps.

    Examples
    --------
    >>> import misha_xr
    >>> store = misha_xr.example_database().store
    >>> build_cube(store, "dense_track", "annotations", flank=500).shape[1:]
    (1, 20)
    """

    query: Query
    regions: CubeRegions
    cut: StepCut

    @property
    def shape(self) -> tuple[int, int, int]:
        """Number of regions, expressions, steps.

        Examples
        --------
        >>> import misha_xr
        >>> store = misha_xr.example_database().store
        >>> build_cube(store, "dense_track", "chr1:0-100", flank=500, bin=100).shape
        (1, 1, 10)
        """
        return len(self.regions.anchors), len(self.query.columns), self.cut.n

    @cached_property
    def token(self) -> str:
        """Digest of everything that decides the values.

        Examples
        --------
        >>> import misha_xr
        >>> store = misha_xr.example_database().store
        >>> len(build_cube(store, "dense_track", "annotations", flank=500).token)
        40
        """
        digest = hashlib.blake2b(digest_size=20)
        for part in (self.query.token.encode(), *self.regions.token(), repr(self.cut).encode()):
            digest.update(len(part).to_bytes(8, "little") + part)
        return digest.hexdigest()

    def read(
        self,
        rows: NDArray[np.int64],
        columns: NDArray[np.int64],
        lo: int,
        hi: int,
        dtype: np.dtype[Any] | type = np.float64,
    ) -> NDArray[Any]:
        """Compute a part.

        Parameters
        ----------
        rows : int64 array, shape (n,)
            Regions, in any order, repeats allowed.
        columns : int64 array, shape (m,)
            Expressions, by number.
        lo, hi : int
            Range of steps.
        dtype : dtype
            float32 or float64.

        Returns
        -------
        array, shape (n, m, hi - lo)
            NaN where there is no value, and outside chromosomes.

        Raises
        ------
        StaleFileError
            If a track was replaced since the cube was built.

        Examples
        --------
        >>> import misha_xr
        >>> store = misha_xr.example_database().store
        >>> cube = build_cube(store, "END - START", "chr1:0-100", flank=60, bin=50, anchor="start")
        >>> cube.read(np.array([0]), np.array([0]), 0, 3).tolist()
        [[[nan, 40.0, 20.0]]]
        """
        parts = (np.asarray(rows, np.int64), np.asarray(columns, np.int64))
        return read_cube(self.query, self.regions, self.cut, *parts, (lo, hi), np.dtype(dtype))


def build_cube(
    store: Store,
    exprs: Expressions,
    intervals: Any,
    *,
    flank: int | tuple[int, int],
    bin: int | None = None,
    anchor: str = "center",
    strand_aware: bool | None = None,
    **context: Any,
) -> Cube:
    """Check a question and turn it into a value.

    Parameters
    ----------
    store : Store
        The database.
    exprs : str, list of str, or dict of str to str
        Tracks or expressions; a dict gives names.
    intervals : str or DataFrame
        The regions.
    flank : int or (int, int)
        Base pairs before and after the anchor.
    bin : int, optional
        Base pairs of a step; by default those of the dense tracks that are read.
    anchor : {"center", "start", "end"}
        What offset 0 is.
    strand_aware : bool, optional
        Whether minus strand is flipped; by default if there are strands.
    **context
        ``variables`` (numbers), ``vtracks``, ``arrays``, ``names``, as for queries.

    Returns
    -------
    Cube
        Complete: nothing about it can be wrong any more but the files.

    Raises
    ------
    MishaError
        For anything wrong with the question.

    Examples
    --------
    >>> import misha_xr
    >>> store = misha_xr.example_database().store
    >>> build_cube(store, "dense_track", "chr1:100-200", flank=100).cut
    StepCut(left=100, right=100, step=50)
    """
    regions = cube_regions(store, intervals, anchor, strand_aware)
    query = _query(store, exprs, context)
    cut = step_cut(flank, _bin_size(query) if bin is None else bin)
    return Cube(query, regions, cut)


def _query(store: Store, exprs: Expressions, context: Mapping[str, Any]) -> Query:
    """Parse the expressions and find what they read; the query has no steps."""
    for name, value in (context.get("variables") or {}).items():
        if np.ndim(value) > 0:
            raise ExpressionError(
                f"the variable {name!r} is an array; a cube takes numbers",
                hint="compute with the cube instead: it is an array with named dimensions",
            )
    none = store.genome.frame(np.empty(0, np.int32), np.empty(0, np.int64), np.empty(0, np.int64))
    try:
        query = build_query(store, exprs, **{**context, "scope": none, "iterator": 1})
    except TrackTypeError as error:
        hint = "a cube takes tracks of one dimension: dense, sparse and array tracks"
        raise TrackTypeError(error.args[0], hint=hint) from error
    if query.batch is not None:
        raise ExpressionError("a cube takes no aggregate_batch: its steps have no fixed order")
    if not query.columns:
        raise ExpressionError("at least one track or expression is needed")
    return query


def _bin_size(query: Query) -> int:
    """Return the bin size that all dense sources share."""
    sizes = sorted({size for item in query.inputs if (size := _bin_of(item.source)) is not None})
    if len(sizes) == 1:
        return sizes[0]
    found = f"their bins have {sizes} base pairs" if sizes else "no dense track is read"
    raise IteratorError(f"the bins of the cube are not clear: {found}", hint="give bin=")


def _bin_of(source: Any) -> int | None:
    if isinstance(source, DenseSource):
        return int(source.track.bin_size)
    return int(source.array.axis.bin_size) if isinstance(source, ArraySource) else None
