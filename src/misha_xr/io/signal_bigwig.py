"""Signals in bigWig files, as rows in the order of the genome."""

from __future__ import annotations

import os
from collections.abc import Iterator

import numpy as np

from misha_xr.formats.bigwig import BigWigFile
from misha_xr.genome import Genome
from misha_xr.io.chrom_names import ChromColumns
from misha_xr.io.signal_rows import SignalRows
from misha_xr.io.text_lines import AnyPath

__all__ = ["SignalBigWig"]


class SignalBigWig:
    """A bigWig file, as rows.

    Parameters
    ----------
    path : path-like
        The file.
    genome : Genome
        Chromosomes, for messages.
    chroms : ChromColumns
        Turns names into codes.

    Examples
    --------
    >>> SignalBigWig.is_ordered
    True
    """

    is_ordered = True

    def __init__(self, path: AnyPath, genome: Genome, chroms: ChromColumns) -> None:
        self.label = os.fspath(path)
        self._genome, self._chroms = genome, chroms

    def where(self, rows: SignalRows, k: int) -> str:
        """Say where a row stands.

        Parameters
        ----------
        rows : SignalRows
            Of this file.
        k : int
            Which of them.

        Returns
        -------
        str
            ``<file>, <chromosome>:<start>-<end>``.
        """
        name = self._genome.name(int(rows.codes[k]))
        return f"{self.label}, {name}:{rows.starts[k]}-{rows.ends[k]}"

    def __iter__(self) -> Iterator[SignalRows]:
        with BigWigFile(self.label) as file:
            codes = self._chroms.codes(file.names)
            for place in np.argsort(codes, kind="stable").tolist():
                code = codes[place]
                if code < 0:
                    continue
                for starts, ends, values in file.values(place):
                    filled = np.full(len(starts), code, np.int32)
                    yield SignalRows.of(filled, starts, ends, values)
