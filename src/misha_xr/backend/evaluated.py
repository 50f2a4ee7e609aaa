"""A query as a Dataset: variables that are computed when read, on the axis of its steps."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray
from xarray.core.indexing import CopyOnWriteArray, MemoryCachedArray

from misha_xr.backend.axis_index import AxisIndex
from misha_xr.backend.chunks import CHUNK_VALUES, chunk_sizes
from misha_xr.backend.coordinates import LazyCoordArray, LazyCoordVariable
from misha_xr.backend.index import GenomeIndex
from misha_xr.backend.lazy import LazyVariable
from misha_xr.backend.names import free_name, plain_names
from misha_xr.backend.positions import Positions, compress
from misha_xr.backend.step_axis import StepAxis, StepAxis2D
from misha_xr.backend.step_index import LazyStepArray, StepIndex, StepIndex2D
from misha_xr.errors import NameCollisionError
from misha_xr.query import FixedBins, Query, VirtualTrack, one_column

__all__ = ["evaluated"]

Vtracks: TypeAlias = Mapping[str, VirtualTrack]

_MOST_VALUES = 4 * CHUNK_VALUES  # of a chunk that ends with a chromosome; else all are alike


def evaluated(query: Query, vtracks: Vtracks, chunks: Any = None) -> xr.Dataset:
    """Return a Dataset of the expressions of a query.

    Parameters
    ----------
    query : Query
        What is asked; all errors in it are raised already.
    vtracks : mapping of str to VirtualTrack
        The definitions that it was built with.
    chunks : None, int, dict or "auto"
        None: values are computed when read, and kept; else a dask collection, with ``{}`` in
        chunks that end with chromosomes.

    Returns
    -------
    Dataset
        One float64 variable for each expression. Steps that are whole bins lie on the dimension
        ``bin_<size>``, others on ``interval`` and those of two dimensions on ``object``, with
        their scope row as ``intervalID``. Nothing is read.

    Raises
    ------
    NameCollisionError
        If two expressions have one name.
    """
    names = [column.name for column in query.columns]
    for name in names:
        if names.count(name) > 1:
            raise NameCollisionError(
                f"two variables would be called {name!r}", hint="give names: {'name': 'expression'}"
            )
    axis: Any = StepAxis2D(query) if query.is_plane else StepAxis(query)
    index = _index(query, axis, names)
    coords = index.create_variables()
    indexes = dict.fromkeys(coords, index)
    if not isinstance(index, GenomeIndex):
        rows = LazyCoordArray(axis, "intervalID", range(len(axis)))
        coords[free_name("intervalID", names)] = LazyCoordVariable((index.dim,), rows)
    variables = {
        name: _variable(query, k, index, vtracks, is_kept=chunks is None)
        for k, name in enumerate(names)
    }
    attrs = {"misha_genome": query.store.genome.stamp}
    ds = xr.Dataset(variables, xr.Coordinates(coords, indexes), attrs)
    ds.encoding["source"] = str(query.store.root)
    return ds if chunks is None else ds.chunk(_chunks(chunks, axis, index))


def _index(query: Query, axis: Any, taken: list[str]) -> AxisIndex:
    """Return an index of the steps: the one of bins if they are such, each at most once."""
    bins = None if query.is_plane else _bin_positions(query)
    kind = GenomeIndex if bins is not None else StepIndex2D if query.is_plane else StepIndex
    given: dict[str, Any] = {"names": plain_names(kind.fields, taken=taken), "store": query.store}
    if bins is not None:
        assert isinstance(query.iterator, FixedBins)
        step = query.iterator.step
        dim = free_name(f"bin_{step}", taken)
        return GenomeIndex(query.store.genome.axis(step), dim=dim, positions=bins, **given)
    made: AxisIndex = kind(axis, dim=free_name(_dim(query), taken), **given)
    return made


def _dim(query: Query) -> str:
    return "object" if query.is_plane else "interval"


def _bin_positions(query: Query) -> Positions | None:
    """Return which bins of the genome the steps are; None unless they are whole and distinct."""
    bins = query.iterator
    if not isinstance(bins, FixedBins):
        return None
    here, step, genome = bins.scope.intervals, bins.step, query.store.genome
    is_cut = (here.starts % step != 0) | (
        (here.ends % step != 0) & (here.ends != genome.sizes[here.codes])
    )
    if is_cut.any():
        return None
    offsets = genome.axis(step).offsets
    los = offsets[here.codes] + here.starts // step
    his = offsets[here.codes] + -(-here.ends // step)
    if (los[1:] < his[:-1]).any():
        return None
    if len(los) and his[-1] - los[0] == (his - los).sum():
        return range(int(los[0]), int(his[-1]))
    return compress(_joined(los, his))


def _joined(los: NDArray[np.int64], his: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the numbers of all ranges, one range after another."""
    counts = his - los
    before = np.cumsum(counts) - counts
    numbers: NDArray[np.int64] = np.arange(counts.sum()) + np.repeat(los - before, counts)
    return numbers


def _variable(
    query: Query, number: int, index: AxisIndex, vtracks: Vtracks, *, is_kept: bool
) -> xr.Variable:
    text = query.columns[number].expression.text
    one = one_column(query, number)
    used = {item.name: vtracks[item.name] for item in one.inputs if item.name in vtracks}
    attrs = {"long_name": text, "expression": text}
    if used:
        attrs["vtracks"] = json.dumps({name: _brief(used[name]) for name in used}, default=str)
    data: Any = LazyStepArray(one, range(query.iterator.n_steps))
    if is_kept:
        data = MemoryCachedArray(CopyOnWriteArray(data))  # type: ignore[no-untyped-call]
    return LazyVariable((index.dim,), data, attrs, fastpath=True)


def _brief(vtrack: VirtualTrack) -> dict[str, Any]:
    """Describe a virtual track; of a table, how many rows it has."""
    fields = vtrack.to_dict()
    for field in fields:
        if isinstance(value := getattr(vtrack, field), pd.DataFrame):
            fields[field] = f"a table of {len(value):,} rows"
    return fields


def _chunks(chunks: Any, axis: Any, index: AxisIndex) -> Any:
    """Return what ``Dataset.chunk`` takes; empty: chunks that end with pieces of the axis."""
    if isinstance(chunks, Mapping) and not chunks and len(axis):
        sizes = chunk_sizes(axis.offsets)
        is_even = all(size <= _MOST_VALUES for size in sizes)
        return {index.dim: sizes if is_even else CHUNK_VALUES}
    return chunks
