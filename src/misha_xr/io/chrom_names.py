"""Chromosome names of foreign files: columns of them to codes, with aliases, and unknown ones told.

One object serves one import: it looks each distinct name up once per column, counts what it does
not know, and says at the end what was left out.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from misha_xr._ext.distinct import take_codes
from misha_xr.errors import MishaWarning, UnknownChromosomeError, check_one_of
from misha_xr.formats.chrom_aliases import decode_chrom_aliases
from misha_xr.genome import Genome

__all__ = ["Aliases", "ChromColumns", "UnknownNames"]

UnknownNames = Literal["error", "skip"]
Aliases = Mapping[str, str] | str | os.PathLike[str]
Codes = NDArray[np.int32]

_N_SHOWN = 10


class ChromColumns:
    """Turns columns of chromosome names into codes of a genome.

    Parameters
    ----------
    genome : Genome
        The chromosomes; both spellings (``1``, ``chr1``) and its own aliases count.
    unknown : {"error", "skip"}
        What a name that it lacks means: an error, or rows that are left out and counted.
    aliases : mapping of str to str, or path, optional
        Names in the files to names of the genome; they win. A path: a table as misha's
        ``chrom_aliases.tsv``.
    what : str
        What the names belong to, for messages: e.g. the file.

    Raises
    ------
    ValueError
        If ``unknown`` is something else.
    UnknownChromosomeError
        If an alias leads to a name that the genome lacks.

    Attributes
    ----------
    genome : Genome
        The chromosomes.
    n_rows, n_skipped : int
        Names seen, and those among them that are unknown.

    Notes
    -----
    A column of ten million names costs about a second, as a categorical (how text files should be
    read) some hundredths. Source: misha file format, aliases.

    Examples
    --------
    >>> columns = ChromColumns(Genome(["chr1", "chr2"], [100, 50]), aliases={"one": "chr1"})
    >>> columns.codes(["2", "one", "chr1"]).tolist()
    [1, 0, 0]
    """

    def __init__(
        self,
        genome: Genome,
        *,
        unknown: UnknownNames = "error",
        aliases: Aliases | None = None,
        what: str = "the file",
    ) -> None:
        check_one_of("unknown", unknown, ("error", "skip"))
        self.n_rows = self.n_skipped = 0
        self.genome, self._unknown, self._what = genome, unknown, what
        self._aliases = _alias_codes(genome, aliases)
        self._counts: dict[str, int] = {}

    def codes(
        self, names: Any, where: Callable[[int], str] | None = None, *, missing: str | None = None
    ) -> Codes:
        """Look a column up.

        Parameters
        ----------
        names : array-like of str, shape (n,)
            Best a categorical.
        where : callable, optional
            From the number of a row to its place, e.g. ``"a.pairs, line 7: ..."``.
        missing : str, optional
            A name that stands for "none": -1 without being counted.

        Returns
        -------
        int32 array, shape (n,)
            Codes; -1 where a name is unknown.

        Raises
        ------
        UnknownChromosomeError
            For the first unknown name, unless they are skipped.

        Examples
        --------
        >>> columns = ChromColumns(Genome(["chr1"], [100]), unknown="skip")
        >>> columns.codes(pd.Categorical(["chr1", "chrUn", "chrUn"])).tolist(), columns.n_skipped
        ([0, -1, -1], 2)
        """
        places, distinct = _factorize(names)
        codes = np.empty(len(places), np.int32)
        take_codes(places, self._look_up(distinct), codes)
        bad = codes < 0
        self.n_rows += len(codes)
        if missing is not None and bad.any():
            marks = bad & np.isin(places, np.flatnonzero(distinct == missing))
            self.n_rows -= int(np.count_nonzero(marks))
            bad &= ~marks
        if bad.any():
            self._note(places[bad], distinct, int(bad.argmax()), where)
        return codes

    def _look_up(self, distinct: NDArray[np.object_]) -> Codes:
        found = self.genome.codes(distinct, unknown="mark").copy()
        for k, name in enumerate(distinct.tolist() if self._aliases else ()):
            found[k] = self._aliases.get(name, found[k])
        return found

    def _note(
        self,
        places: NDArray[np.signedinteger[Any]],
        distinct: NDArray[np.object_],
        row: int,
        where: Callable[[int], str] | None,
    ) -> None:
        """Refuse the first unknown name, or count all of them."""
        if self._unknown == "error":
            name = distinct[places[0]] if places[0] >= 0 else None
            place = where(row) if where is not None else f"{self._what}, row {row}"
            told = self.genome.unknown_error([name], np.array([-1], np.int32), what=place)
            hint = "unknown='skip' leaves such rows out and counts them; aliases= renames"
            raise UnknownChromosomeError(
                str(told.args[0]), hint=f"{told.hint}; {hint}" if told.hint else hint
            )
        self.n_skipped += len(places)
        numbers = np.bincount(places[places >= 0], minlength=len(distinct))
        for k in np.flatnonzero(numbers).tolist():
            self._counts[distinct[k]] = self._counts.get(distinct[k], 0) + int(numbers[k])
        n_empty = int(np.count_nonzero(places < 0))
        if n_empty:
            self._counts[""] = self._counts.get("", 0) + n_empty

    @property
    def skipped(self) -> dict[str, int]:
        """Unknown names and how often each was met, most frequent first.

        Examples
        --------
        >>> ChromColumns(Genome(["chr1"], [100])).skipped
        {}
        """
        return dict(sorted(self._counts.items(), key=lambda item: (-item[1], item[0])))

    def finish(self) -> None:
        """Report what was left out; call it when all columns are read.

        Raises
        ------
        UnknownChromosomeError
            If there were names, and the genome knows none of them.

        Warns
        -----
        MishaWarning
            With the counts by name, if names were skipped.

        Examples
        --------
        >>> columns = ChromColumns(Genome(["chr1"], [100]), unknown="skip", what="a.bed")
        >>> _ = columns.codes(["chrom1"])
        >>> columns.finish()
        Traceback (most recent call last):
        misha_xr.errors.UnknownChromosomeError: a.bed: none of its chromosomes is in this genome...
        """
        if not self.n_skipped:
            return
        counts = list(self.skipped.items())
        shown = ", ".join(f"{name!r}: {n:,}" for name, n in counts[:_N_SHOWN])
        more = f" and {len(counts) - _N_SHOWN:,} more names" if len(counts) > _N_SHOWN else ""
        if self.n_skipped == self.n_rows:
            raise UnknownChromosomeError(
                f"{self._what}: none of its chromosomes is in this genome ({shown}{more}); the "
                f"genome has {self.genome.names[0]!r} and so on",
                hint="is it another assembly? aliases={'name in the file': 'name here'} renames",
            )
        text = f"{self._what}: skipped names of unknown chromosomes: {shown}{more}"
        warnings.warn(text, MishaWarning, stacklevel=2)


def _factorize(names: Any) -> tuple[NDArray[np.signedinteger[Any]], NDArray[np.object_]]:
    """Return the place of each name among the distinct ones (-1: missing), and these."""
    if isinstance(names, pd.Series | pd.Index) and isinstance(names.dtype, pd.CategoricalDtype):
        names = names.array
    if isinstance(names, pd.Categorical):
        return np.ascontiguousarray(names.codes), np.asarray(names.categories, dtype=object)
    column = names if isinstance(names, pd.Series | pd.Index) else pd.Series(names, dtype=object)
    places, distinct = pd.factorize(column)
    return np.ascontiguousarray(places, np.int64), np.asarray(distinct, dtype=object)


def _alias_codes(genome: Genome, aliases: Aliases | None) -> dict[str, int]:
    if aliases is None:
        return {}
    if not isinstance(aliases, Mapping):
        aliases = decode_chrom_aliases(Path(aliases).read_bytes(), aliases)
    return {str(alias): genome.code(name) for alias, name in aliases.items()}
