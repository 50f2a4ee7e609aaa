"""From chromosome names in any accepted spelling to codes; says clearly which names it lacks.

Rules: an exact name wins, then the name with "chr" added or removed (the first chromosome of the
table if two qualify), then the mitochondrial synonyms, then explicit aliases. Case matters and
nothing is trimmed. Source: misha file format, chrom_sizes.txt, aliases.
"""

from __future__ import annotations

import weakref
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from misha_xr._ext.distinct import take_codes
from misha_xr._ext.names import NameTable, lookup, pack_names
from misha_xr.errors import SizeLimitError, UnknownChromosomeError, closest_hint
from misha_xr.genome.containers import is_missing, take_items, unwrap
from misha_xr.genome.labels import present_codes

Codes = NDArray[np.int32]

MAX_CONTIGS = 20_000_000
UNKNOWN = -1
_WRONG_TYPE = -2
_MITOCHONDRIAL = ("M", "MT", "chrM", "chrMT")
_N_SHOWN = 5
_N_SAMPLED = 10_000
_MANY_CATEGORIES = 1_000
_N_RECENT = 4


class ChromNames:
    """The names of a genome, ready for look-up.

    Parameters
    ----------
    data : ndarray of uint8, shape (n_bytes,)
        All names as UTF-8, one after another.
    offsets : ndarray of int64, shape (n + 1,)
        Name k is ``data[offsets[k]:offsets[k + 1]]``.
    aliases : tuple of (alias, name)
        Further spellings; ``name`` in any spelling that the table accepts.

    Raises
    ------
    ValueError
        If there is no name, or one is repeated or not legal.
    SizeLimitError
        If there are more than 20 million names.

    Examples
    --------
    >>> names = ChromNames(*pack_names(["chr1", "chrM"]))
    >>> names.codes(["1", "MT", "chrZ"]).tolist()
    [0, 1, -1]
    """

    __slots__ = ("_alias_targets", "_aliases", "_recent", "table")

    def __init__(
        self,
        data: NDArray[np.uint8],
        offsets: NDArray[np.int64],
        aliases: Iterable[tuple[str, str]] = (),
    ) -> None:
        _check_count(len(offsets) - 1)
        self.table = NameTable(data, offsets)
        _check_names(self.table)
        self._aliases = _pack([])
        self._alias_targets: Codes = np.empty(0, dtype=np.int32)
        # Indexes of many names met lately, their codes, and whether they were made here.
        self._recent: tuple[tuple[weakref.ref[pd.Index[Any]], Codes, bool], ...] = ()
        self._add_aliases(self._mitochondrial_aliases())
        self._add_aliases(self._explicit_aliases(aliases))

    def __len__(self) -> int:
        return self.table.n

    def codes(self, chroms: object) -> Codes:
        """Return the codes of many names, -1 where a name is unknown or missing.

        Parameters
        ----------
        chroms : array-like, shape (n,)
            Text or whole numbers: list, array, Series (text, object, categorical), Index.

        Returns
        -------
        ndarray of int32, shape (n,)
            May share memory with nothing the caller holds.

        Raises
        ------
        TypeError
            If an item is a float, a bool, or anything else that names no chromosome.

        Examples
        --------
        >>> ChromNames(*pack_names(["chr1", "chr2"])).codes(pd.Series(["2", None])).tolist()
        [1, -1]
        """
        if isinstance(chroms, (str, int, np.integer)):
            return self._codes_of_objects([chroms])
        values = unwrap(chroms)
        if isinstance(values, pd.Categorical):
            return self._codes_of_categories(values)
        if isinstance(values, np.ndarray):
            return self._codes_of_array(values)
        return self._codes_of_objects(values)

    def _codes_of_categories(self, values: pd.Categorical) -> Codes:
        """Look the categories up once, then take."""
        out = np.empty(len(values), dtype=np.int32)
        take_codes(np.ascontiguousarray(values.codes), self._codes_of_index(values.categories), out)
        return out

    def _codes_of_index(self, names: pd.Index[Any]) -> Codes:
        """Look names up that are categories; many of them are known again while they live."""
        for known, codes, _ in self._recent:
            if known() is names:
                return codes
        codes = self.codes(names)
        if len(names) >= _MANY_CATEGORIES:
            self._remember(names, codes, False)
        return codes

    def present(self, codes: NDArray[np.signedinteger[Any]]) -> tuple[pd.Index[Any], NDArray[Any]]:
        """Return the names that occur, in order, and each row's place among them.

        Parameters
        ----------
        codes : ndarray of int, shape (n,)
            Codes; -1: missing.

        Returns
        -------
        names : Index of str, length k
            Names present: the same object as long as one is alive.
        places : ndarray of int, shape (n,)
            Index into ``names``; -1: missing.

        Examples
        --------
        >>> ChromNames(*pack_names(["a", "b", "c"])).present(np.array([2, 2]))[0].tolist()
        ['c']
        """
        present, places = present_codes(self.table.n, codes)
        for known, old, is_own in self._recent:
            names = known()
            if is_own and names is not None and np.array_equal(old, present):
                return names, places
        made: pd.Index[Any] = pd.Index(self.table.names(present), dtype="str")
        if len(present) >= _MANY_CATEGORIES:
            self._remember(made, present.astype(np.int32), True)
        return made, places

    def _remember(self, names: pd.Index[Any], codes: Codes, is_own: bool) -> None:
        """Keep the codes of an index of names while it lives, or until others come."""
        alive = [old for old in self._recent if old[0]() is not None]
        self._recent = ((weakref.ref(names), codes, is_own), *alive[: _N_RECENT - 1])

    def _codes_of_array(self, values: NDArray[Any]) -> Codes:
        if values.ndim > 1:
            raise ValueError(f"chromosomes must be one-dimensional; found shape {values.shape}")
        values = np.atleast_1d(values)
        if values.size == 0:
            return np.empty(0, dtype=np.int32)
        if values.dtype.kind in "iu":
            return self._codes_of_integers(values)
        if values.dtype.kind in "UT":
            return self._codes_of_text(values)
        return self._codes_of_objects(values if values.dtype == object else values.tolist())

    def _codes_of_integers(self, values: NDArray[Any]) -> Codes:
        """Look each distinct number up once."""
        low, high = int(values.min()), int(values.max())
        if high - low >= 4 * len(values) or max(high, -low) >= 1 << 62:
            distinct, inverse = np.unique(values, return_inverse=True)
            return np.take(self._codes_of_objects(distinct.tolist()), inverse)
        shifted = values.astype(np.int64) - low
        is_present = np.zeros(high - low + 1, dtype=bool)
        is_present[shifted] = True
        present = np.flatnonzero(is_present)
        table = np.empty(high - low + 1, dtype=np.int32)
        table[present] = self._codes_of_objects((present + low).tolist())
        return table[shifted]

    def _codes_of_text(self, values: NDArray[Any]) -> Codes:
        """Look one name per run up: columns are mostly sorted, and text arrays hold no objects."""
        is_head = np.empty(len(values), dtype=bool)
        is_head[0] = True
        np.not_equal(values[1:], values[:-1], out=is_head[1:])
        heads = np.flatnonzero(is_head)
        if 2 * len(heads) > len(values):
            return self._codes_of_objects(values.tolist())
        codes = self._codes_of_objects(values[heads].tolist())
        return codes.repeat(np.diff(np.append(heads, len(values))))

    def _codes_of_objects(self, items: list[Any] | NDArray[np.object_]) -> Codes:
        out = np.empty(len(items), dtype=np.int32)
        lookup(self.table, self._aliases, self._alias_targets, items, out)
        for row in np.flatnonzero(out == _WRONG_TYPE):
            if not is_missing(items[row]):
                raise TypeError(
                    "chromosomes are named by text or whole numbers; found "
                    f"{items[row]!r} ({type(items[row]).__name__}) at position {row}; "
                    "convert them to str or int first"
                )
            out[row] = UNKNOWN
        return out

    def unknown_error(
        self, chroms: object, codes: Codes, *, what: str = ""
    ) -> UnknownChromosomeError:
        """Build the error for the names whose code is -1.

        Parameters
        ----------
        chroms : array-like, shape (n,)
            The names asked for.
        codes : ndarray of int32, shape (n,)
            What :meth:`codes` gave for them.
        what : str
            Where the names come from; put first in the message.

        Returns
        -------
        UnknownChromosomeError
            Names the first few, their number, the genome's spelling, and the closest names.

        Examples
        --------
        >>> names = ChromNames(*pack_names(["chr1"]))
        >>> names.unknown_error(["CHR1"], names.codes(["CHR1"]), what="scope").args[0]
        "scope: no such chromosome in this genome: 'CHR1'; its names are 'chr1'"
        """
        rows = np.flatnonzero(codes == UNKNOWN)
        sample = take_items(chroms, rows[:_N_SAMPLED])
        named = list(dict.fromkeys(item for item in sample if not is_missing(item)))
        shown = [repr(item) for item in named[:_N_SHOWN]] or ["missing value"]
        more = ", ..." if len(named) > _N_SHOWN else ""
        where = "" if len(codes) == 1 else f" ({len(rows):,} of {len(codes):,} rows)"
        return UnknownChromosomeError(
            f"{what}{': ' if what else ''}no such chromosome in this genome: "
            f"{', '.join(shown)}{more}{where}; its names are {self.preview()}",
            hint=self._closest(str(named[0])) if named else "drop the rows without a chromosome",
        )

    def preview(self, limit: int = 4) -> str:
        """Return the first few names, for messages.

        Parameters
        ----------
        limit : int
            How many at most.

        Returns
        -------
        str
            Quoted, with dots at the end if there are more.

        Examples
        --------
        >>> ChromNames(*pack_names(["chr1", "chr2", "chr3"])).preview(2)
        "'chr1', 'chr2', ..."
        """
        head = self.table.names(np.arange(min(limit, len(self)), dtype=np.int64))
        return ", ".join(map(repr, head)) + (", ..." if len(self) > limit else "")

    def _closest(self, name: str) -> str:
        pool = self.table.names(np.arange(min(20_000, len(self)), dtype=np.int64))
        folded = name.strip().casefold()
        same = [text for text in pool if folded in _folded_spellings(text)]
        if same:
            return f"did you mean {same[0]!r}? Names are case-sensitive and not trimmed"
        return closest_hint(name, pool) or "names are case-sensitive and not trimmed"

    def _mitochondrial_aliases(self) -> list[tuple[str, int]]:
        """All four synonyms, for the first chromosome that is one of them in any case."""
        spellings = {
            form: None for stem in ("m", "mt", "chrm", "chrmt") for form in _case_variants(stem)
        }
        found = self._codes_of_objects(list(spellings))
        exact = [
            int(code)
            for text, code in zip(spellings, found, strict=True)
            if code >= 0 and self.table.name(int(code)).casefold() == text.casefold()
        ]
        return [(text, min(exact)) for text in _MITOCHONDRIAL] if exact else []

    def _explicit_aliases(self, aliases: Iterable[tuple[str, str]]) -> list[tuple[str, int]]:
        pairs = list(aliases)
        if not pairs:
            return []
        targets = [target for _, target in pairs]
        codes = self._codes_of_objects(targets)
        if (codes < 0).any():
            raise self.unknown_error(targets, codes)
        return [(alias, int(code)) for (alias, _), code in zip(pairs, codes, strict=True)]

    def _add_aliases(self, pairs: list[tuple[str, int]]) -> None:
        """Add the aliases that nothing before them answers to."""
        if not pairs:
            return
        known = self._codes_of_objects([alias for alias, _ in pairs])
        new = {a: code for (a, code), k in zip(pairs, known, strict=True) if k < 0 and a}
        old = self._aliases.names(np.arange(self._aliases.n, dtype=np.int64))
        self._aliases = _pack([*old, *new])
        targets = np.fromiter(new.values(), dtype=np.int32, count=len(new))
        self._alias_targets = np.concatenate([self._alias_targets, targets])


def alias_pairs(aliases: Mapping[str, str] | None) -> tuple[tuple[str, str], ...]:
    """Return a mapping of aliases as sorted pairs, so that equal mappings compare equal.

    Parameters
    ----------
    aliases : mapping of str to str, or None
        Alias to chromosome.

    Returns
    -------
    tuple of (alias, chromosome)
        Sorted by alias.

    Examples
    --------
    >>> alias_pairs({"b": "chr2", "a": "chr1"})
    (('a', 'chr1'), ('b', 'chr2'))
    """
    return tuple(sorted((aliases or {}).items()))


def _pack(names: list[str]) -> NameTable:
    table = NameTable(*pack_names(names))
    _check_names(table)
    return table


def _check_count(n: int) -> None:
    if n == 0:
        raise ValueError("a genome needs at least one chromosome; found none")
    if n > MAX_CONTIGS:
        raise SizeLimitError(
            f"a genome may have up to {MAX_CONTIGS:,} chromosomes; found {n:,}",
            hint="leave out or join the smallest contigs",
        )


def _check_names(table: NameTable) -> None:
    """Turn what the table noticed while it was filled into an error."""
    if table.bad >= 0:
        raise ValueError(
            f"chromosome {table.bad} has the illegal name {table.name(table.bad)[:60]!r}: names "
            "have 1 to 1,024 bytes, no slash, no control character, and are not '.' or '..'"
        )
    if table.duplicate >= 0:
        name = table.name(table.duplicate)
        raise ValueError(f"chromosome {table.duplicate} repeats the name {name[:60]!r}")


def _folded_spellings(name: str) -> tuple[str, str]:
    folded = name.casefold()
    return folded, folded.removeprefix("chr") if folded.startswith("chr") else f"chr{folded}"


def _case_variants(stem: str) -> list[str]:
    """Return the text in every mixture of cases (32 for five letters)."""
    forms = [""]
    for letter in stem:
        forms = [form + case for form in forms for case in (letter, letter.upper())]
    return forms
