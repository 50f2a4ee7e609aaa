"""Coordinates that are computed from an axis when looked at, never stored.

Whole-genome coordinates of a fine axis would take gigabytes, so `LazyCoordVariable` turns every
operation which would load, chunk or copy them into one that does nothing.
"""

from __future__ import annotations

import sys
from collections.abc import Hashable
from typing import Any, Protocol, Self

import numpy as np
import xarray as xr
from numpy.typing import NDArray
from xarray.core.formatting import format_array_flat

from misha_xr.backend.lazy import LazyPositions, LazyVariable, flat_positions, lazy_data
from misha_xr.backend.positions import Positions
from misha_xr.errors import UnsupportedError
from misha_xr.genome import Genome

__all__ = ["Axis", "LazyCoordArray", "LazyCoordVariable"]


class Axis(Protocol):
    """What the backend asks of an axis: pieces one after another, and fields of each position.

    Pieces are chromosomes, or pairs of chromosomes; piece ``k`` holds the positions
    ``offsets[k]`` to ``offsets[k + 1]``.
    """

    @property
    def genome(self) -> Genome:
        """The genome that the axis lies on."""

    @property
    def offsets(self) -> NDArray[np.int64]:
        """First position of each piece, and the end, int64 (n_pieces + 1,)."""

    def field(self, positions: Positions, name: str) -> NDArray[Any]:
        """Return a field (``chrom``, ``start``, ...) at 1-D positions."""

    def __len__(self) -> int: ...

    def __hash__(self) -> int: ...


class LazyCoordArray(LazyPositions):
    """A field of an axis at some positions.

    Parameters
    ----------
    axis : Axis
        The axis.
    field : str
        ``chrom``, ``start``, ``end``, or the same with 1 or 2 behind.
    positions : range or ndarray of int64
        Positions on the axis, any shape.
    """

    def __init__(self, axis: Axis, field: str, positions: Positions) -> None:
        super().__init__(positions)
        self.axis = axis
        self.field = field

    @property
    def dtype(self) -> np.dtype[Any]:
        """The dtype of chromosome names for ``chrom``, else int64 or what the axis says."""
        own: np.dtype[Any] | None = getattr(self.axis, "field_dtype", _no_dtype)(self.field)
        if own is not None:
            return own
        if self.field.startswith("chrom"):
            return self.axis.genome.text_dtype
        return np.dtype(np.int64)

    def at(self, positions: Positions) -> Self:
        """Return the same field at other positions."""
        return type(self)(self.axis, self.field, positions)

    def evaluate(self) -> NDArray[Any]:
        """Compute the values."""
        positions = self.positions
        if not isinstance(positions, range):
            positions = flat_positions(positions)
        return np.asarray(self.axis.field(positions, self.field)).reshape(self.shape)

    def identity(self) -> tuple[Hashable, ...]:
        """Return the axis and the name of the field."""
        return (self.axis, self.field)

    def _repr_inline_(self, max_width: int) -> str:
        """Show a few real values, unless that would read a file."""
        is_free = getattr(self.axis, "is_free", None)
        if is_free is not None and not is_free(self.field):
            return "..."
        return str(format_array_flat(self, max_width))

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.axis, self.field, self.positions)


# The function of xarray that puts a block together, by its name: it offers no hook.
_MAP_BLOCKS = "subset_dataset_to_block"


def _no_dtype(field: str) -> None:
    """Say of an axis that all its fields are names of chromosomes, or whole numbers."""


class LazyCoordVariable(LazyVariable):
    """A coordinate that stays symbolic: loading, computing and chunking leave it as it is.

    Without this, ``ds.load()``, ``ds.compute()`` and ``chunks={}`` would compute every coordinate
    of the genome. `numpy.asarray` and ``.values`` still give the values.
    """

    __slots__ = ()

    @property
    def _is_symbolic(self) -> bool:
        return lazy_data(self._data) is not None

    @property
    def data(self) -> Any:
        """The values, unless `xarray.map_blocks` asks: it could not use what is not chunked."""
        if self._is_symbolic and sys._getframe(1).f_code.co_name == _MAP_BLOCKS:
            raise UnsupportedError(
                f"xarray.map_blocks cannot cut the coordinates of {self.dims[0]!r}, which are "
                "never in memory",
                hint="use ds.misha.map_blocks(function), which hands every block its coordinates",
            )
        return super().data

    @data.setter
    def data(self, data: Any) -> None:
        xr.Variable.data.fset(self, data)  # type: ignore[attr-defined]

    def load(self, **kwargs: Any) -> Self:
        """Return the variable itself, symbolic as it was."""
        return self if self._is_symbolic else super().load(**kwargs)

    async def load_async(self, **kwargs: Any) -> Self:
        """Return the variable itself, symbolic as it was."""
        return self if self._is_symbolic else await super().load_async(**kwargs)

    def compute(self, **kwargs: Any) -> Self:
        """Return a copy, symbolic as it was."""
        return self.copy(deep=False) if self._is_symbolic else super().compute(**kwargs)

    def chunk(self, *args: Any, **kwargs: Any) -> Self:
        """Return a copy, symbolic as it was; there is nothing to read in chunks."""
        if self._is_symbolic:
            return self.copy(deep=False)
        return super().chunk(*args, **kwargs)
