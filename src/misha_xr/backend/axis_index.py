"""The xarray index that all axes of a database share: an axis, positions on it, and names.

State is (axis, positions), so a slice of the genome costs nothing, alignment compares ranges, and
coordinates are made only when looked at. Also carries the store, so that every object with an axis
knows its database.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, NoReturn, Self

import numpy as np
import pandas as pd
import xarray as xr
from xarray.indexes import Index

from misha_xr.backend import positions as pos
from misha_xr.backend.coordinates import Axis, LazyCoordArray, LazyCoordVariable
from misha_xr.backend.descriptions import Kind, axis_attrs
from misha_xr.backend.lookup import find_values
from misha_xr.backend.positions import Positions
from misha_xr.errors import GenomeMismatchError, UnsupportedError

if TYPE_CHECKING:
    from misha_xr.database import Store
    from misha_xr.genome import Genome

__all__ = ["AxisIndex"]


class AxisIndex(Index):
    """Base of the three indexes; immutable.

    Parameters
    ----------
    axis : Axis
        What the positions are positions of.
    dim : hashable
        Name of the dimension.
    names : mapping of str to hashable, optional
        Coordinate name of each field. Default: the fields themselves.
    positions : range or ndarray of int64, shape (n,), optional
        Positions on the axis. Default: all of it.
    store : Store, optional
        The database.
    """

    fields: ClassVar[tuple[str, ...]] = ("chrom", "start", "end")
    kind: ClassVar[Kind]

    def __init__(
        self,
        axis: Axis,
        *,
        dim: Hashable,
        names: Mapping[str, Hashable] | None = None,
        positions: Positions | None = None,
        store: Store | None = None,
    ) -> None:
        self.axis = axis
        self.dim = dim
        self.names = dict(names) if names is not None else {f: f for f in self.fields}
        whole = range(len(axis))
        self.positions = whole if positions is None else pos.compress(positions)
        self.store = store

    @property
    def genome(self) -> Genome:
        """The genome that the axis lies on."""
        return self.axis.genome

    @property
    def is_whole(self) -> bool:
        """Whether the positions are the whole axis, in order."""
        return (
            self.positions == range(len(self.axis)) if isinstance(self.positions, range) else False
        )

    def __len__(self) -> int:
        return len(self.positions)

    def replaced(
        self,
        *,
        positions: Positions | None = None,
        dim: Hashable | None = None,
        names: Mapping[str, Hashable] | None = None,
    ) -> Self:
        """Return an index of the same axis with other positions or names."""
        return type(self)(
            self.axis,
            dim=self.dim if dim is None else dim,
            names=self.names if names is None else names,
            positions=self.positions if positions is None else positions,
            store=self.store,
        )

    @classmethod
    def from_variables(
        cls, variables: Mapping[Any, xr.Variable], *, options: Mapping[str, Any]
    ) -> Self:
        """Refuse: only a dense axis can be told from its coordinates."""
        raise UnsupportedError(
            f"{cls.__name__} cannot be made from coordinates", hint="open the database again"
        )

    def create_variables(
        self, variables: Mapping[Any, xr.Variable] | None = None
    ) -> dict[Any, xr.Variable]:
        """Return the lazy coordinates; attrs and encoding are taken over from ``variables``.

        The attrs of the first ``start`` say what the axis is, so that files can tell.
        """
        made: dict[Any, xr.Variable] = {}
        for field, name in self.names.items():
            old = (variables or {}).get(name)
            data = LazyCoordArray(self.axis, field, self.positions)
            attrs = None if old is None else old.attrs
            encoding = None if old is None else old.encoding
            if field in ("start", "start1"):
                attrs = {**(attrs or {}), **self.described()}
            made[name] = LazyCoordVariable((self.dim,), data, attrs, encoding, fastpath=True)
        return made

    def described(self) -> dict[str, str]:
        """Return attrs from which the axis can be made again."""
        return axis_attrs(self)

    def isel(self, indexers: Mapping[Any, Any]) -> Self | None:
        """Return the index at some places; None when the result has no such axis any more."""
        key = indexers.get(self.dim)
        if key is None:  # after swap_dims: xarray asks for a dimension that is not the axis
            return None
        if isinstance(key, xr.Variable | xr.DataArray):
            # A Variable with another dimension renames the axis: keeping the index would leave an
            # object with both dimensions.
            if key.dims != (self.dim,):
                return None
            key = key.values
        if not isinstance(key, slice) and np.ndim(key) != 1:
            return None
        return self.replaced(positions=pos.select(self.positions, key))

    def equals(self, other: Index, *, exclude: frozenset[Hashable] | None = None) -> bool:
        """Tell whether two indexes hold the same positions of the same axis."""
        return (
            isinstance(other, AxisIndex)
            and type(other) is type(self)
            and self.axis == other.axis
            and pos.equal(self.positions, other.positions)
        )

    def join(self, other: Self, how: str = "inner") -> Self:
        """Return the index of the common (``inner``) or of all (``outer``) positions."""
        self._check_same_axis(other)
        if how in ("left", "right"):
            return self if how == "left" else other
        return self.replaced(positions=pos.joined(self.positions, other.positions, how))

    def reindex_like(self, other: Self) -> dict[Hashable, Any]:
        """Return where each position of another index is in this one; -1 where it is missing."""
        self._check_same_axis(other)
        return {self.dim: find_values(self.positions, other.positions)}

    @classmethod
    def concat(
        cls,
        indexes: Sequence[Self],
        dim: Hashable,
        positions: Iterable[Iterable[int]] | None = None,
    ) -> Self:
        """Return the positions one after another; adjacent ranges fuse.

        Parameters
        ----------
        indexes : sequence of AxisIndex
            All on one axis.
        dim : hashable
            The dimension.
        positions : iterable of iterable of int, optional
            Where the places of each index go in the result.

        Returns
        -------
        AxisIndex
            With the names and the store of the first.
        """
        first = indexes[0]
        for other in indexes[1:]:
            first._check_same_axis(other)
        whole = pos.concatenated([index.positions for index in indexes])
        if positions is not None:
            places = np.concatenate([np.asarray(list(part), dtype=np.int64) for part in positions])
            whole = pos.materialise(whole)[np.argsort(places, kind="stable")]
        return first.replaced(positions=whole)

    def roll(self, shifts: Mapping[Any, int]) -> Self:
        """Return the index with its positions rotated."""
        n = len(self)
        shift = shifts[self.dim] % n if n else 0
        parts = [self.positions[n - shift :], self.positions[: n - shift]]
        return self.replaced(positions=pos.concatenated(parts))

    def rename(self, name_dict: Mapping[Any, Hashable], dims_dict: Mapping[Any, Hashable]) -> Self:
        """Return the index with other names of its dimension and coordinates."""
        names = {field: name_dict.get(name, name) for field, name in self.names.items()}
        dim = dims_dict.get(self.dim, self.dim)
        if dim == self.dim and names == self.names:
            return self
        return self.replaced(dim=dim, names=names)

    @classmethod
    def stack(cls, variables: Mapping[Any, xr.Variable], dim: Hashable) -> NoReturn:
        """Refuse to be stacked."""
        raise UnsupportedError(
            f"cannot stack a genome axis into {dim!r}",
            hint="drop its coordinates first: ds.drop_vars([...])",
        )

    def unstack(self) -> NoReturn:
        """Refuse to be unstacked."""
        raise UnsupportedError(f"{self.dim!r} is a genome axis, not a stacked dimension")

    def to_pandas_index(self) -> pd.Index[Any]:
        """Return the positions as a pandas Index named like the dimension."""
        if isinstance(self.positions, range):
            return pd.RangeIndex(self.positions, name=self.dim)
        return pd.Index(self.positions, name=self.dim)

    def _copy(self, deep: bool = True, memo: dict[int, Any] | None = None) -> Self:
        return self

    def _check_same_axis(self, other: AxisIndex) -> None:
        if type(self) is not type(other) or self.axis != other.axis:
            raise GenomeMismatchError(
                f"dimension {self.dim!r}: cannot align {self.summary()} with {other.summary()}",
                hint="only objects on one genome and with one bin size share an axis",
            )

    @abstractmethod
    def summary(self) -> str:
        """Return one line about the axis, for reprs and messages."""

    def __dask_tokenize__(self) -> object:
        return (type(self).__qualname__, self.axis, self.positions)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.summary()})"

    def _repr_inline_(self, max_width: int) -> str:
        text = repr(self)
        return text if len(text) <= max_width else text[: max(0, max_width - 3)] + "..."
