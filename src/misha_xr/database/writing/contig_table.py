"""The contigs of FASTA files that are being read: names, sizes, and where each was found."""

from __future__ import annotations

import os
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from misha_xr._ext.contigs import slice_names
from misha_xr._ext.names import NameTable
from misha_xr.database.folder import is_payload_name
from misha_xr.errors import CorruptFileError, NameSyntaxError, SizeLimitError
from misha_xr.formats.contigs import MAX_CONTIGS, check_names
from misha_xr.formats.fasta import FastaBlock

__all__ = ["ContigTable", "Contigs", "check_file_names", "name_order"]

# What a track, a set or the sequence has under such a name is something else.
RESERVED = frozenset({"intervals.dat", "intervals.idx", "intervals2d.dat", "intervals2d.idx"})
JOINED_SEQUENCE = "genome"
# The longest file name of common file systems, less an ending.
MAX_FILE_BYTES = 240

Int64Array = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Contigs:
    """Contigs in the order of their files.

    Attributes
    ----------
    names : list of str
        Names.
    sizes : int64 array, shape (n,)
        Base pairs.
    """

    names: list[str]
    sizes: Int64Array


class ContigTable:
    r"""Collects contigs block by block; memory grows with their number only.

    Parameters
    ----------
    max_bp : int
        Bases that all of them may have: what a small compressed file unpacks to has a bound.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> from misha_xr.formats.fasta import read_fasta
    >>> file = pathlib.Path(tempfile.mkdtemp()) / "a.fa"
    >>> _ = file.write_text(">chr1\nACgt\nNN\n>chr2\nA-\n")
    >>> table = ContigTable()
    >>> for block in read_fasta(file):
    ...     table.add(block, file)
    >>> contigs = table.finish()
    >>> contigs.names, contigs.sizes.tolist()
    (['chr1', 'chr2'], [6, 2])
    """

    def __init__(self, max_bp: int = 2**62) -> None:
        self._max_bp = max_bp
        self._n_bases = self._n_contigs = self._n_bytes = 0
        self._names: list[npt.NDArray[np.uint8]] = []
        self._stops: list[Int64Array] = []
        self._starts: list[Int64Array] = []
        self._lines: list[Int64Array] = []
        self._files: list[tuple[int, str]] = []  # number of the first contig, path

    def add(self, block: FastaBlock, path: str | os.PathLike[str]) -> None:
        """Take the records that begin in a block, and count its bases.

        Parameters
        ----------
        block : FastaBlock
            The next one.
        path : path-like
            Its file.

        Raises
        ------
        SizeLimitError
            If there are too many bases or contigs.
        """
        if not self._files or self._files[-1][1] != os.fspath(path):
            self._files.append((self._n_contigs, os.fspath(path)))
        # Copies: a view would keep the whole block in memory.
        self._names.append(block.names.copy())
        self._stops.append(block.name_stops + self._n_bytes)
        self._starts.append(block.starts + self._n_bases)
        self._lines.append(block.lines.copy())
        self._n_bases += len(block.bases)
        self._n_bytes += len(block.names)
        self._n_contigs += len(block.starts)
        if self._n_bases > self._max_bp:
            raise SizeLimitError(
                f"{path} and what came before hold more than {self._max_bp:,} bases",
                hint="a compressed file may unpack to anything; allow more with max_bp=",
            )
        if self._n_contigs > MAX_CONTIGS:
            raise SizeLimitError(f"more than {MAX_CONTIGS:,} contigs, the limit of the format")

    def finish(self) -> Contigs:
        """Return the contigs, once all blocks were added.

        Returns
        -------
        Contigs
            In the order of files.

        Raises
        ------
        CorruptFileError
            If there is none, if one has no bases, or if a name occurs twice; says file and line.
        """
        if not self._n_contigs:
            files = ", ".join(path for _, path in self._files) or "no file"
            raise CorruptFileError(
                f"No contigs found in FASTA file(s): {files}",
                hint="a contig begins with a line such as '>chr1'",
            )
        text, stops = np.concatenate(self._names), np.concatenate(self._stops)
        edges: Int64Array = np.concatenate([*self._starts, [self._n_bases]])
        sizes = edges[1:] - edges[:-1]
        bounds = np.concatenate([[0], stops])
        names = slice_names(text.data, bounds[:-1].copy(), stops)
        table = NameTable(text, bounds)
        if table.duplicate >= 0:
            self._raise_twice(names, table.duplicate)
        if table.bad >= 0:
            fault = check_names([names[table.bad]])
            raise self._error(table.bad, "a bad name" if fault is None else fault[1])
        if sizes.min() == 0:
            row = int(np.argmin(sizes))
            raise self._error(
                row, f"contig {names[row]!r} has no bases", "remove the record from the file"
            )
        return Contigs(names, sizes)

    def _raise_twice(self, names: list[str], row: int) -> None:
        first = names.index(names[row])
        raise self._error(
            row,
            f"Duplicate contig name {names[row]!r}; it was at {self._place(first)} before",
            "names are the first words of headers, with odd characters made underscores",
        )

    def _place(self, row: int) -> str:
        path = next(path for first, path in reversed(self._files) if first <= row)
        return f"{path}, line {int(np.concatenate(self._lines)[row])}"

    def _error(self, row: int, problem: str, hint: str | None = None) -> CorruptFileError:
        return CorruptFileError(f"{self._place(row)}: {problem}", hint=hint)


def check_file_names(names: list[str], *, indexed: bool) -> None:
    """Refuse names of contigs that cannot be those of files.

    Parameters
    ----------
    names : list of str
        Names.
    indexed : bool
        Whether the sequence is one file. Tracks may have one file per chromosome all the same.

    Raises
    ------
    NameSyntaxError
        If a name is hidden, temporary, reserved, or too long for a file.

    Notes
    -----
    Source: misha file format, reserved names.

    Examples
    --------
    >>> check_file_names(["chr1", ".attributes"], indexed=True)
    Traceback (most recent call last):
    misha_xr.errors.NameSyntaxError: a chromosome cannot be called '.attributes': ...
    """
    for name in names:
        if not is_payload_name(name) or name in RESERVED:
            problem = "files of tracks have such names"
        elif indexed:
            continue
        elif name == JOINED_SEQUENCE or len(name.encode()) > MAX_FILE_BYTES:
            problem = "its sequence needs a file of that name"
        else:
            continue
        raise NameSyntaxError(
            f"a chromosome cannot be called {name[:80]!r}: {problem}",
            hint="rename it" if indexed else 'rename it, or use format="indexed"',
        )


def name_order(names: list[str]) -> Int64Array:
    """Return the order of names by their bytes.

    Parameters
    ----------
    names : list of str
        Names.

    Returns
    -------
    int64 array, shape (n,)
        Which name comes first, second...

    Notes
    -----
    Source: misha file format, order of a new database. Order by code points is that of UTF-8 bytes.

    Examples
    --------
    >>> name_order(["chr1", "chr2", "chr10"]).tolist()
    [0, 2, 1]
    """
    return np.array(sorted(range(len(names)), key=names.__getitem__), np.int64)
