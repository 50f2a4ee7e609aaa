"""Signals in bigWig files, by way of pybigtools: as rows in the order of the genome, or as bins."""

from __future__ import annotations

import importlib
import math
import os
import struct
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from misha_xr.errors import CorruptFileError, MissingExtraError
from misha_xr.genome import Genome, GenomeAxis
from misha_xr.io.chrom_names import ChromColumns
from misha_xr.io.signal_rows import SignalRows
from misha_xr.io.text_lines import AnyPath

__all__ = ["SignalBigWig", "is_bigwig", "load_pybigtools", "open_bigwig"]

Float32s = NDArray[np.float32]
Float64s = NDArray[np.float64]

_MAGICS = (b"\x26\xfc\x8f\x88", b"\x88\x8f\xfc\x26")
_HEADER_BYTES = 64
_AT_BLOCK_BYTES = 52
_MAX_BLOCK_BYTES = 1 << 27
_PIECE_ROWS = 1 << 16
_PIECE_BP = 1 << 21
_LEAST_BIN = 10  # below, the library takes longer for bins than for rows
_FILL_BINS = 1 << 18
_RECORD = np.dtype([("start", "i8"), ("end", "i8"), ("value", "f8")])


def is_bigwig(path: AnyPath) -> bool:
    """Tell whether a file begins as bigWig files do.

    Parameters
    ----------
    path : path-like
        The file.

    Returns
    -------
    bool
        Its first four bytes say it, in either byte order.

    Examples
    --------
    >>> from misha_xr.database import example_database_path
    >>> is_bigwig(example_database_path() / "chrom_sizes.txt")
    False
    """
    with Path(path).open("rb") as file:
        return file.read(4) in _MAGICS


def load_pybigtools() -> Any:
    """Return the library, if it is there.

    Returns
    -------
    module
        pybigtools.

    Raises
    ------
    MissingExtraError
        If it is not installed.

    Examples
    --------
    >>> load_pybigtools().__name__
    'pybigtools'
    """
    try:
        return importlib.import_module("pybigtools")
    except ImportError as error:
        raise MissingExtraError(
            "bigWig files need pybigtools, which is not installed",
            hint="pip install 'misha-xr[bigwig]'",
        ) from error


@contextmanager
def open_bigwig(path: AnyPath) -> Iterator[Any]:
    """Open a bigWig file with pybigtools, whatever its name ends in.

    Parameters
    ----------
    path : path-like
        The file.

    Yields
    ------
    pybigtools.BBIReader
        The open file; it may raise errors, or panic.

    Raises
    ------
    MissingExtraError
        If pybigtools is not installed.
    CorruptFileError
        If this is no bigWig file, or it is spoilt.

    Examples
    --------
    >>> from misha_xr.database import example_database_path
    >>> with open_bigwig(example_database_path() / "chrom_sizes.txt"):
    ...     pass
    Traceback (most recent call last):
    misha_xr.errors.CorruptFileError: ...chrom_sizes.txt is no bigWig file...
    """
    library, label = load_pybigtools(), os.fspath(path)
    with Path(path).open("rb") as file:
        head = file.read(_HEADER_BYTES)
    if head[:4] not in _MAGICS or len(head) < _HEADER_BYTES:
        raise CorruptFileError(f"{label} is no bigWig file, or cut short")
    order = "<" if head[:4] == _MAGICS[0] else ">"
    # The library takes this much memory unasked, and where there is not as much, the process ends.
    (block_bytes,) = struct.unpack_from(order + "I", head, _AT_BLOCK_BYTES)
    if block_bytes > _MAX_BLOCK_BYTES:
        raise CorruptFileError(f"{label}: blocks of {block_bytes:,} bytes cannot be")
    with tempfile.TemporaryDirectory(prefix="misha-xr-") as folder:
        link = Path(folder, "file.bw")  # the library goes by the name of a file
        link.symlink_to(Path(path).absolute())
        with _refusals(label):
            file = library.open(str(link))
        with file:
            yield file


@contextmanager
def _refusals(label: str) -> Iterator[None]:
    """Turn errors of the library, which panics at some spoilt files, into ours."""
    try:
        yield
    except MemoryError:
        raise
    except Exception as error:
        raise CorruptFileError(f"{label}: pybigtools cannot read this ({error})") from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # the library does not export this class
            raise
        raise CorruptFileError(f"{label}: pybigtools cannot read this ({error})") from None


class SignalBigWig:
    """A bigWig file, as rows or as bins.

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

    @cached_property
    def _known(self) -> list[tuple[int, str, int]]:
        """Codes, names and sizes of the chromosomes that the genome has, in its order."""
        with open_bigwig(self.label) as file, _refusals(self.label):
            sizes: dict[str, int] = file.chroms()
        names = list(sizes)
        codes = self._chroms.codes(names)
        places = np.argsort(codes, kind="stable").tolist()
        return [(int(codes[k]), names[k], sizes[names[k]]) for k in places if codes[k] >= 0]

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
        known = self._known
        with open_bigwig(self.label) as file:
            for code, name, size in known:
                last = 0
                for found in self._records(file, name):
                    starts, ends = found["start"], found["end"]
                    wrong = (starts >= ends) | (ends > size) | (np.diff(starts, prepend=last) < 0)
                    if wrong.any():
                        self._raise_bad(found[int(np.argmax(wrong))], name, size)
                    last = int(starts[-1])
                    filled = np.full(len(found), code, np.int32)
                    yield SignalRows.of(filled, starts, ends, found["value"])

    def _raise_bad(self, row: np.void, name: str, size: int) -> None:
        place = f"{self.label}, {name}:{row['start']}-{row['end']}"
        raise CorruptFileError(f"{place}: not within {size:,} bp, empty, or out of order")

    def _records(self, file: Any, name: str) -> Iterator[NDArray[np.void]]:
        with _refusals(self.label):
            rows = file.records(name)
        while True:
            with _refusals(self.label):
                # Tuples, one by one: the library gives rows in no other way.
                found = np.fromiter(islice(rows, _PIECE_ROWS), _RECORD)
            if not len(found):
                return
            yield found

    def has_means(self, axis: GenomeAxis, func: str, default: float) -> bool:
        """Tell whether `means` gives what rows would; it takes less time.

        Parameters
        ----------
        axis : GenomeAxis
            The bins.
        func : str
            How values make up a bin.
        default : float
            Value of bases without a row.

        Returns
        -------
        bool
            Means over bins of 10 bp to 2 Mb, with a finite default or none, of chromosomes that are
            as long as the genome says; and there is a row.
        """
        codes = [code for code, _, _ in self._known]
        sizes = self._genome.sizes[codes].tolist()
        return (
            func == "weighted.mean"
            and _LEAST_BIN <= axis.bin_size <= _PIECE_BP
            and not math.isinf(default)
            and len(set(codes)) == len(codes)
            and sizes == [size for _, _, size in self._known]
            and self._has_rows()
        )

    def _has_rows(self) -> bool:
        known = self._known
        with open_bigwig(self.label) as file:
            return any(True for _, name, _ in known for _ in self._records(file, name))

    def means(self, axis: GenomeAxis, default: float) -> Iterator[Float32s]:
        """Yield means of all bins of the genome.

        Parameters
        ----------
        axis : GenomeAxis
            The bins.
        default : float
            Value of bases without a row, or with the row NaN; NaN: they do not count.

        Yields
        ------
        float32 array, shape (n_bins,)
            The next bins, counted over all chromosomes.

        Raises
        ------
        CorruptFileError
            If the library cannot read the file.
        """
        known, done = self._known, 0
        with open_bigwig(self.label) as file:
            for code, name, size in known:
                first = int(axis.offsets[code])
                yield from _filled(first - done, default)
                for start, end, n in _pieces(size, axis.bin_size):
                    yield self._means(file, (name, start, end), n, default)
                done = int(axis.offsets[code + 1])
        yield from _filled(axis.n - done, default)

    def _means(self, file: Any, piece: tuple[str, int, int], n: int, default: float) -> Float32s:
        shared: dict[str, Any] = {
            "fillna": None,
            "uncovered": None if math.isnan(default) else default,
        }
        with _refusals(self.label):
            found: Float64s = file.values(*piece, bins=n, exact=True, **shared)
            missing = np.isnan(found)
            if missing.any() and math.isnan(default):
                asked = shared | {"summary": "bases_covered"}
                missing &= file.values(*piece, bins=n, exact=True, **asked) > 0
            if missing.any():  # rows of NaN, which the library takes for values
                found = _without_nan(file.values(*piece, **shared).reshape(n, -1))
        with np.errstate(over="ignore"):
            return found.astype(np.float32)


def _pieces(size: int, bin_size: int) -> Iterator[tuple[int, int, int]]:
    """Yield starts, ends and numbers of bins of pieces; the last bin ends with the chromosome."""
    whole = size - size % bin_size
    step = _PIECE_BP // bin_size * bin_size
    for start in range(0, whole, step):
        end = min(start + step, whole)
        yield start, end, (end - start) // bin_size
    if whole < size:
        yield whole, size, 1


def _without_nan(bases: Float64s) -> Float64s:
    """Return the mean of each row's numbers; NaN for none."""
    has_value = ~np.isnan(bases)
    with np.errstate(invalid="ignore"):
        sums = np.add.reduce(bases, axis=1, where=has_value)
        found: Float64s = sums / np.where(has_value.any(axis=1), has_value.sum(axis=1), np.nan)
    return found


def _filled(n: int, value: float) -> Iterator[Float32s]:
    for at in range(0, n, _FILL_BINS):
        with np.errstate(over="ignore"):
            part = np.full(min(_FILL_BINS, n - at), value, np.float32)
        yield part
