"""The table under a genome: names, sizes, codes and identity; nothing about how they are shown."""

from __future__ import annotations

import operator
import weakref
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal, Self, TypeVar, cast

import numpy as np
from numpy.typing import ArrayLike, NDArray

from misha_xr._ext.names import pack_names
from misha_xr.errors import UnknownChromosomeError, check_one_of
from misha_xr.forks import fork_lock
from misha_xr.genome.names import ChromNames, alias_pairs
from misha_xr.genome.sizes import checked_sizes, digest, line_up

T = TypeVar("T")

lock = fork_lock()
_interned: weakref.WeakValueDictionary[Any, ChromTable] = weakref.WeakValueDictionary()
_by_stamp: weakref.WeakValueDictionary[str, ChromTable] = weakref.WeakValueDictionary()


class ChromTable:
    """Names and sizes of chromosomes, immutable; :class:`Genome` is the public class.

    Two tables are equal when names, order and sizes agree, whatever their aliases.

    Attributes
    ----------
    sizes : ndarray of int64, shape (n,)
        Base pairs, read-only.
    linear_offsets : ndarray of int64, shape (n + 1,)
        Position of base 0 of each chromosome on one line, with a spare base between neighbours.
    stamp : str
        Hex digest over names and sizes.
    reference : (callable, tuple) or None
        How to get this table again.

    Examples
    --------
    >>> ChromTable(["chr1", "chr2"], [1000, 600]).linear_offsets.tolist()
    [0, 1001, 1602]
    """

    __slots__ = (
        "__weakref__",
        "_aliases",
        "_cache",
        "_names",
        "linear_offsets",
        "reference",
        "sizes",
        "stamp",
    )

    sizes: NDArray[np.int64]
    linear_offsets: NDArray[np.int64]
    stamp: str
    reference: tuple[Callable[..., Any], tuple[Any, ...]] | None

    def __init__(
        self,
        names: Sequence[str],
        sizes: ArrayLike,
        *,
        aliases: Mapping[str, str] | None = None,
        reference: tuple[Callable[..., Any], tuple[Any, ...]] | None = None,
    ) -> None:
        if isinstance(names, str):
            raise TypeError(f"names must be a sequence of str; found the str {names!r}")
        data, offsets = pack_names(list(names))
        self._fill(data, offsets, checked_sizes(sizes, len(offsets) - 1), alias_pairs(aliases))
        self.reference = reference
        with lock:
            _interned.setdefault((self.stamp, self._aliases), self)

    def _fill(
        self,
        data: NDArray[np.uint8],
        offsets: NDArray[np.int64],
        sizes: NDArray[np.int64],
        aliases: tuple[tuple[str, str], ...],
    ) -> None:
        """Set every field but the reference from packed names."""
        for array in (data, offsets, sizes):
            array.setflags(write=False)
        self.sizes = sizes
        self.linear_offsets = line_up(sizes)
        self._names = ChromNames(data, offsets, aliases)
        self._aliases = aliases
        self._cache: dict[str, Any] = {}
        self.stamp = digest(data, offsets, sizes)
        with lock:
            _by_stamp.setdefault(self.stamp, self)

    @classmethod
    def from_dict(cls, sizes: Mapping[str, int]) -> Self:
        """Make a genome from a mapping of names to sizes.

        Parameters
        ----------
        sizes : mapping of str to int
            Size in base pairs of each chromosome, in genome order.

        Returns
        -------
        Genome
            Without aliases.

        Raises
        ------
        ValueError
            If a name or a size is not legal.

        Examples
        --------
        >>> from misha_xr.genome import Genome
        >>> Genome.from_dict({"chr1": 1000, "chr2": 600}).total_bp
        1600
        """
        return cls(list(sizes), list(sizes.values()))

    @classmethod
    def find(cls, stamp: str) -> Self | None:
        """Return a genome of this process by its stamp.

        Parameters
        ----------
        stamp : str
            The attribute of the same name.

        Returns
        -------
        Genome or None
            One that is alive, of any aliases.

        Examples
        --------
        >>> from misha_xr.genome import Genome
        >>> genome = Genome(["chr1", "chr2"], [1000, 600])
        >>> Genome.find(genome.stamp) == genome
        True
        """
        with lock:
            return cast("Self | None", _by_stamp.get(stamp))

    @property
    def n_chroms(self) -> int:
        """Number of chromosomes.

        Examples
        --------
        >>> ChromTable(["chr1", "chr2"], [1000, 600]).n_chroms
        2
        """
        return len(self.sizes)

    def __len__(self) -> int:
        return len(self.sizes)

    @property
    def total_bp(self) -> int:
        """Sum of all sizes, base pairs.

        Examples
        --------
        >>> ChromTable(["chr1", "chr2"], [1000, 600]).total_bp
        1600
        """
        return int(self.sizes.sum())

    @property
    def names(self) -> tuple[str, ...]:
        """All names in order; made on first use.

        Examples
        --------
        >>> ChromTable(["chr1", "chr2"], [1000, 600]).names
        ('chr1', 'chr2')
        """
        return self._cached("names", self._make_names)

    def code(self, name: str | int) -> int:
        """Return the code of one chromosome.

        Parameters
        ----------
        name : str or int
            In any accepted spelling: ``"chr1"``, ``"1"``, ``1``.

        Returns
        -------
        int
            Position in the genome, from 0.

        Raises
        ------
        UnknownChromosomeError
            If the genome has no such chromosome.
        TypeError
            If the name is a float, a bool or another type.

        Examples
        --------
        >>> from misha_xr.genome import Genome
        >>> Genome(["chr1", "chr2"], [1000, 600]).code("2")
        1
        """
        return int(self.codes([name])[0])

    def codes(
        self, chroms: object, *, unknown: Literal["raise", "mark"] = "raise"
    ) -> NDArray[np.int32]:
        """Return the codes of many chromosomes.

        Parameters
        ----------
        chroms : array-like of str or int, shape (n,)
            List, array, Series or Index; text, objects, whole numbers, categorical.
        unknown : {"raise", "mark"}
            What to do with a name that the genome does not have, or a missing one.

        Returns
        -------
        ndarray of int32, shape (n,)
            Positions in the genome; -1 for unknown with ``unknown="mark"``.

        Raises
        ------
        UnknownChromosomeError
            Lists the first unknown names, how many rows, and the closest names.
        TypeError
            If an item is a float, a bool or another type.

        Notes
        -----
        About 25 ns per text of a list. Source: semantics of chromosome names.

        Examples
        --------
        >>> from misha_xr.genome import Genome
        >>> genome = Genome(["chr1", "chr2"], [1000, 600])
        >>> genome.codes([2, "chr1", "X"], unknown="mark")
        array([ 1,  0, -1], dtype=int32)
        """
        check_one_of("unknown", unknown, ("raise", "mark"))
        codes = self._names.codes(chroms)
        if unknown == "raise" and codes.size and codes.min() < 0:
            raise self._names.unknown_error(chroms, codes)
        return codes

    def unknown_error(
        self, chroms: object, codes: NDArray[np.int32], *, what: str = ""
    ) -> UnknownChromosomeError:
        """Build the error for chromosomes that :meth:`codes` marked -1.

        Parameters
        ----------
        chroms : array-like, shape (n,)
            What the caller asked for.
        codes : ndarray of int32, shape (n,)
            The codes found.
        what : str
            Where the names come from and which rows are meant; put first.

        Returns
        -------
        UnknownChromosomeError
            Ready to be raised.

        Examples
        --------
        >>> from misha_xr.genome import Genome
        >>> genome = Genome(["chr1"], [1000])
        >>> print(genome.unknown_error(["CHR1"], genome.codes(["CHR1"], unknown="mark")))
        no such chromosome in this genome: 'CHR1'; its names are 'chr1'
          Hint: did you mean 'chr1'? Names are case-sensitive and not trimmed
        """
        return self._names.unknown_error(chroms, codes, what=what)

    def name(self, code: int) -> str:
        """Return the name of one chromosome.

        Parameters
        ----------
        code : int
            Position in the genome, 0 <= code < n_chroms.

        Returns
        -------
        str
            The spelling of the genome.

        Raises
        ------
        IndexError
            If there is no such code.

        Examples
        --------
        >>> from misha_xr.genome import Genome
        >>> Genome(["chr1", "chr2"], [1000, 600]).name(1)
        'chr2'
        """
        place = operator.index(code)
        if not 0 <= place < self.n_chroms:
            raise IndexError(f"the genome has chromosome codes 0 to {len(self) - 1}; found {place}")
        return self._names.table.name(place)

    def __contains__(self, name: object) -> bool:
        return bool(self._names.codes([name])[0] >= 0)

    def _make_names(self) -> tuple[str, ...]:
        return tuple(self._names.table.names(np.arange(self.n_chroms, dtype=np.int64)))

    def _cached(self, key: str, make: Callable[[], T]) -> T:
        """Make a value once per genome, whatever the number of threads."""
        if key not in self._cache:
            with lock:
                if key not in self._cache:
                    self._cache[key] = make()
        return cast(T, self._cache[key])

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, ChromTable):
            return NotImplemented
        return self is other or self.stamp == other.stamp

    def __hash__(self) -> int:
        return hash(self.stamp)

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: object) -> Self:
        return self

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        if self.reference is not None:
            return self.reference
        table = self._names.table
        # A name has at most 1,024 bytes, so two bytes hold its length.
        lengths = np.diff(table.offsets).astype(np.uint16)
        return _restore, (type(self), self.stamp, self._aliases, table.data, lengths, self.sizes)

    def __dask_tokenize__(self) -> tuple[str, str]:
        return "misha_xr.Genome", self.stamp

    def __repr__(self) -> str:
        plural = "" if self.n_chroms == 1 else "s"
        return f"<Genome of {self.n_chroms:,} chromosome{plural}, {self.total_bp:,} bp>"


def _restore(
    kind: type[ChromTable],
    stamp: str,
    aliases: tuple[tuple[str, str], ...],
    data: NDArray[np.uint8],
    lengths: NDArray[np.uint16],
    sizes: NDArray[np.int64],
) -> ChromTable:
    """Return this process's own table with the stamp and aliases, or build it."""
    key = stamp, aliases
    table = _interned.get(key)
    if table is None:
        offsets = np.zeros(len(lengths) + 1, dtype=np.int64)
        np.cumsum(lengths, out=offsets[1:])
        table = object.__new__(kind)
        table._fill(data, offsets, sizes, aliases)
        table.reference = None
        with lock:
            table = _interned.setdefault(key, table)
    return table
