"""Inputs: the columns that expressions read. What a name stands for is said by `Names`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from misha_xr.query.blocks import Block
from misha_xr.query.readers import Reader
from misha_xr.query.reducers import AVERAGE, Reducer
from misha_xr.query.sources import Source

__all__ = ["Input"]


@dataclass(frozen=True, slots=True)
class Input:
    """One column that expressions read: a source, a reducer, a window.

    Attributes
    ----------
    name : str
        As in the expressions.
    source : Source
        What is read.
    reducer : Reducer
        How the values in a window become one.
    sshift, eshift : int
        Added to the start and the end of each step, base pairs.

    Examples
    --------
    >>> import misha_xr
    >>> from misha_xr.query.sources import DenseSource
    >>> track = misha_xr.example_database().store.track("dense_track")
    >>> Input("dense_track", DenseSource(track), eshift=100).reducer.name
    'avg'
    """

    name: str
    source: Source
    reducer: Reducer = AVERAGE
    sshift: int = 0
    eshift: int = 0

    def reduce(self, reader: Reader, block: Block, out: NDArray[np.float64]) -> None:
        """Write the column for the steps of a block.

        Parameters
        ----------
        reader : Reader
            What the source opened for this partition.
        block : Block
            The steps.
        out : float64 array, shape (block.n,)
            Filled in place.

        Examples
        --------
        >>> import misha_xr
        >>> from misha_xr.query.blocks import WindowBlock
        >>> from misha_xr.query.sources import DenseSource
        >>> item = Input("d", DenseSource(misha_xr.example_database().store.track("dense_track")))
        >>> out = np.full(1, -1.0)
        >>> columns = np.zeros(1, np.int32), np.array([0]), np.array([50]), np.array([1])
        >>> item.reduce(item.source.open(), WindowBlock(*columns), out)
        >>> out[0] == -1.0
        np.False_
        """
        reader.reduce(block, self.reducer, self.sshift, self.eshift, out)

    def token(self) -> tuple[Any, ...]:
        """Describe the input by plain values: equal tokens, equal columns.

        Returns
        -------
        tuple
            Name, source, reducer and shifts, without the values themselves.

        Examples
        --------
        >>> import misha_xr
        >>> from misha_xr.query.sources import DenseSource
        >>> source = DenseSource(misha_xr.example_database().store.track("dense_track"))
        >>> Input("a", source).token() == Input("a", source, sshift=-50).token()
        False
        """
        return self.name, self.source.token(), repr(self.reducer), self.sshift, self.eshift
