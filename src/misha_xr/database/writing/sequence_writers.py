"""Writers of the bases of a new database, block by block: one file, or a file per chromosome."""

from __future__ import annotations

import itertools
import os
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

import numpy as np

from misha_xr.database.writing import disk
from misha_xr.errors import CorruptFileError
from misha_xr.formats.fasta import FastaBlock

__all__ = ["JoinedSequence", "SequenceWriter", "SplitSequence"]


class SequenceWriter(Protocol):
    """Takes the bases of contigs in the order of files; a context manager."""

    def __enter__(self) -> Self:
        """Return itself."""

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close its files."""

    def add(self, block: FastaBlock, path: str | os.PathLike[str]) -> None:
        """Write a block of a FASTA file."""


class JoinedSequence:
    """Writes ``genome.seq``.

    Parameters
    ----------
    folder : Path
        The new ``seq/``.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder, JoinedSequence(Path(folder)):
    ...     os.listdir(folder)
    ['genome.seq']
    """

    def __init__(self, folder: Path) -> None:
        self._file = disk.create_file(folder / "genome.seq")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.__exit__(kind, error, trace)

    def add(self, block: FastaBlock, path: str | os.PathLike[str]) -> None:
        """Write a block.

        Parameters
        ----------
        block : FastaBlock
            The next one.
        path : path-like
            Its file, for messages.
        """
        self._file.write(block.bases)


class SplitSequence:
    """Writes ``<chrom>.seq`` files.

    Parameters
    ----------
    folder : Path
        The new ``seq/``.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder, SplitSequence(Path(folder)):
    ...     os.listdir(folder)
    []
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._file: disk.NewFile | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._file is not None:
            self._file.__exit__(kind, error, trace)

    def add(self, block: FastaBlock, path: str | os.PathLike[str]) -> None:
        """Write a block.

        Parameters
        ----------
        block : FastaBlock
            The next one.
        path : path-like
            Its file, for messages.

        Raises
        ------
        CorruptFileError
            If a contig has a name that cannot be that of a file, or that was there before.
        """
        stops = [*block.starts.tolist(), len(block.bases)]
        if self._file is not None:
            self._file.write(block.bases[: stops[0]])
        names = _names(block)
        for name, line, lo, hi in zip(
            names, block.lines.tolist(), stops[:-1], stops[1:], strict=True
        ):
            if self._file is not None:
                self._file.close()
            self._file = self._open(name, f"{path}, line {line}")
            self._file.write(block.bases[lo:hi])

    def _open(self, name: str, place: str) -> disk.NewFile:
        try:
            return disk.create_file(self._folder / f"{name}.seq")
        except FileExistsError:
            raise CorruptFileError(
                f"{place}: Duplicate contig name {name!r}",
                hint="names are the first words of headers, with odd characters made underscores; "
                "some file systems do not tell capital letters from small ones",
            ) from None
        except OSError as error:
            if len(name) < 200:
                raise
            raise CorruptFileError(
                f"{place}: the name of the contig is too long for a file ({len(name)} letters)",
                hint='use format="indexed"',
            ) from error


def _names(block: FastaBlock) -> list[str]:
    bounds = np.concatenate([[0], block.name_stops]).tolist()
    text = block.names.tobytes()
    return [text[lo:hi].decode() for lo, hi in itertools.pairwise(bounds)]
