"""Opens the genome of a root: its table, checked against ``genome.idx``, and the IDs on disk."""

from __future__ import annotations

import os
import re
from collections import OrderedDict
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from misha_xr.database.links import MAX_TABLE_BYTES, read_file
from misha_xr.database.maps import Stamp, map_file, stamp_of
from misha_xr.database.roots import check_root
from misha_xr.database.spelling import PREFIX
from misha_xr.errors import CorruptFileError, GenomeMismatchError, UnsupportedError
from misha_xr.forks import fork_lock
from misha_xr.formats.chrom_aliases import decode_chrom_aliases
from misha_xr.formats.chrom_sizes import decode_chrom_sizes
from misha_xr.formats.genome_index import GenomeIndex, decode_genome_index
from misha_xr.genome import Genome

__all__ = ["check_index_ids", "check_same_genome", "has_legacy_names", "id_orders", "open_genome"]

N_GENOMES_REMEMBERED = 64
LEGACY_SHARE = 0.8
N_LEGACY_PROBES = 5
ALIASES_NAME = "chrom_aliases.tsv"


class _Opened:
    """Genomes by root and state of ``chrom_sizes.txt``: one object per state and process."""

    def __init__(self) -> None:
        self._lock = fork_lock()
        self._known: OrderedDict[tuple[str | Stamp | None, ...], Genome] = OrderedDict()

    def get(self, root: str) -> Genome:
        more = (_stamp_if_there(f"{root}/{name}") for name in ("seq/genome.idx", ALIASES_NAME))
        key = (root, stamp_of(f"{root}/chrom_sizes.txt"), *more)
        with self._lock:
            if key not in self._known:
                self._known[key] = _read_genome(root)
            self._known.move_to_end(key)
            while len(self._known) > N_GENOMES_REMEMBERED:
                self._known.popitem(last=False)
            return self._known[key]


_OPENED = _Opened()


def _stamp_if_there(path: str) -> Stamp | None:
    try:
        return stamp_of(path)
    except (FileNotFoundError, NotADirectoryError):
        return None


def _read_genome(root: str) -> Genome:
    path = Path(root, "chrom_sizes.txt")
    names, sizes = decode_chrom_sizes(read_file(path, MAX_TABLE_BYTES), path)
    genome = Genome(names, sizes, aliases=read_aliases(root, names))
    index = read_genome_index(root)
    if index is not None:
        _check_table(names, genome.sizes, index, Path(root, "seq", "genome.idx"))
    genome.reference = (open_genome, (root, genome.stamp))
    return genome


def read_aliases(root: str, names: Sequence[str] | None = None) -> dict[str, str]:
    """Read the further names of chromosomes that a root lists.

    Parameters
    ----------
    root : str
        The root.
    names : sequence of str, optional
        The chromosomes there are; lines about others are left out.

    Returns
    -------
    dict of str to str
        Chromosome by alias; empty without ``chrom_aliases.tsv``.

    Raises
    ------
    CorruptFileError
        If the file breaks its format.

    Examples
    --------
    >>> from misha_xr.database import example_database_path
    >>> read_aliases(str(example_database_path()))
    {}
    """
    path = f"{root}/{ALIASES_NAME}"
    try:
        found = decode_chrom_aliases(read_file(path, MAX_TABLE_BYTES), path)
    except FileNotFoundError:
        return {}
    known = set(names if names is not None else open_genome(root).names)
    return {alias: name for alias, name in found.items() if name in known and alias not in known}


def read_genome_index(root: str) -> GenomeIndex | None:
    """Read ``seq/genome.idx``.

    Parameters
    ----------
    root : str
        The root.

    Returns
    -------
    GenomeIndex or None
        None when the root has none.

    Raises
    ------
    CorruptFileError
        If it breaks its format.

    Examples
    --------
    >>> from misha_xr.database import example_database_path
    >>> read_genome_index(str(example_database_path())) is None
    True
    """
    path = f"{root}/seq/genome.idx"
    if _stamp_if_there(path) is None:
        return None
    return decode_genome_index(map_file(path).data, path)


def _check_table(
    names: list[str], sizes: npt.NDArray[np.int64], index: GenomeIndex, path: Path
) -> None:
    """Line i of chrom_sizes.txt must be the entry with ID i: else reads give foreign sequence."""
    if len(index.names) != len(names):
        problem = f"{len(index.names)} contigs, but chrom_sizes.txt has {len(names)}"
        raise CorruptFileError.at(path, 12, problem)
    ids = np.asarray(index.chrom_ids, dtype=np.int64)
    order = np.argsort(ids, kind="stable")
    if not np.array_equal(ids[order], np.arange(len(names))):
        raise CorruptFileError.at(path, 24, f"the IDs are not 0 to {len(names) - 1}")
    lengths = np.asarray(index.lengths, dtype=np.int64)[order]
    if list(index.names) == names and np.array_equal(lengths, sizes) and (ids == order).all():
        return
    for code, at in enumerate(order.tolist()):
        if index.names[at] != names[code] or lengths[code] != sizes[code]:
            raise CorruptFileError.at(
                path,
                24,
                f"ID {code} is {index.names[at]!r} of {lengths[code]} bp, but line {code + 1} of "
                f"chrom_sizes.txt is {names[code]!r} of {sizes[code]} bp",
                hint="chrom_sizes.txt was edited or replaced; put its lines in the order of IDs",
            )


def open_genome(root: str | os.PathLike[str], stamp: str | None = None) -> Genome:
    """Open the genome of a root.

    Parameters
    ----------
    root : path-like
        The root of a database.
    stamp : str, optional
        The stamp that the genome must have, as a pickled genome remembers it.

    Returns
    -------
    Genome
        The same object for every call while ``chrom_sizes.txt`` is unchanged. Names and order are
        those of the table; it pickles as this call.

    Raises
    ------
    DatabaseNotFoundError
        If the root is not there.
    GenomeMismatchError
        If the stamp differs.
    CorruptFileError
        If the table does not parse, or ``seq/genome.idx`` disagrees with it.

    Examples
    --------
    >>> from misha_xr.database import example_database_path
    >>> open_genome(example_database_path()).names
    ('chr1', 'chr2', 'chrX')
    """
    text = check_root(root)
    genome = _OPENED.get(text)
    if stamp is not None and genome.stamp != stamp:
        raise GenomeMismatchError(
            f"the genome at {text} has changed: expected stamp {stamp}, found {genome.stamp}",
            hint="open the database again; workers must see the same files as the caller",
        )
    return genome


def check_same_genome(root: str, genome: Genome, dataset: str, other: Genome) -> None:
    """Raise unless a dataset has the chromosomes of the working root.

    Parameters
    ----------
    root, dataset : str
        Their paths, for the message.
    genome, other : Genome
        Their genomes.

    Raises
    ------
    GenomeMismatchError
        Says where the tables differ: in number, or in which line.

    Examples
    --------
    >>> check_same_genome("/db", Genome(["chr1"], [9]), "/more", Genome(["chr1"], [10]))
    Traceback (most recent call last):
    misha_xr.errors.GenomeMismatchError: ... line 1 is 'chr1' of 10 bp instead of 'chr1' of 9
      Hint: ...
    """
    if genome.stamp == other.stamp:
        return
    raise GenomeMismatchError(
        f"{dataset}: its genome does not match working database {root}: "
        f"{_difference(genome, other)}",
        hint="datasets must have the chromosomes of the working database: names, order and sizes",
    )


def _difference(genome: Genome, other: Genome) -> str:
    if genome.n_chroms != other.n_chroms:
        return f"{other.n_chroms} chromosomes instead of {genome.n_chroms}"
    pairs = zip(genome.names, genome.sizes, other.names, other.sizes, strict=True)
    for line, (name, size, other_name, other_size) in enumerate(pairs, start=1):
        if (name, size) != (other_name, other_size):
            return f"line {line} is {other_name!r} of {other_size} bp instead of {name!r} of {size}"
    return "the tables differ"


def has_legacy_names(root: str, genome: Genome) -> bool:
    """Tell whether R renames and reorders the chromosomes of a root when it loads it.

    Parameters
    ----------
    root : str
        The root.
    genome : Genome
        Its table.

    Returns
    -------
    bool
        True when the sequence is stored per chromosome, most names lack ``chr``, and the files of
        the first few carry it.

    Notes
    -----
    Source: misha file format, chromosome names and IDs.

    Examples
    --------
    >>> from misha_xr.database import example_database_path
    >>> has_legacy_names(str(example_database_path()), open_genome(example_database_path()))
    False
    """
    seq = Path(root, "seq")
    if not seq.is_dir() or (seq / "genome.idx").exists():
        return False
    bare = [name for name in genome.names if not name.startswith(PREFIX)]
    if not bare or len(bare) < LEGACY_SHARE * genome.n_chroms:
        return False
    return all(
        (seq / f"{PREFIX}{name}.seq").exists() and not (seq / f"{name}.seq").exists()
        for name in bare[:N_LEGACY_PROBES]
    )


def id_orders(genome: Genome) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the names by ID under both rules for a root with legacy names.

    Parameters
    ----------
    genome : Genome
        The table.

    Returns
    -------
    tuple of str, tuple of str
        The order of the table, and the order of R, which sorts the names after prefixing them.
        Both in the table's spelling. Where R's locale could matter, the order that ignores case and
        punctuation is given if it differs from the table's.

    Examples
    --------
    >>> id_orders(Genome(["1", "2", "10"], [3, 2, 1]))
    (('1', '2', '10'), ('1', '10', '2'))
    """
    names = genome.names
    plain = tuple(sorted(names, key=_prefixed))
    if plain != names:
        return names, plain
    folded = tuple(sorted(names, key=lambda name: _collation_key(_prefixed(name))))
    return names, folded


def _prefixed(name: str) -> str:
    return name if name.startswith(PREFIX) else PREFIX + name


def _collation_key(name: str) -> tuple[str, str]:
    return re.sub(r"[^0-9a-z]", "", name.casefold()), name


def check_index_ids(path: str, genome: Genome) -> None:
    """Refuse an index in a root with legacy names, unless both rules give the same IDs.

    Parameters
    ----------
    path : str
        The index file, for the message.
    genome : Genome
        The table of a root for which `has_legacy_names` holds.

    Raises
    ------
    UnsupportedError
        If the index could mean other chromosomes than it seems to.

    Examples
    --------
    >>> check_index_ids("track.idx", Genome(["1", "2"], [2, 1]))
    """
    ours, theirs = id_orders(genome)
    if ours == theirs:
        return
    raise UnsupportedError(
        f"{path} numbers chromosomes, and in this database the numbers are ambiguous: the table's "
        f"order is {_shown(ours)}; R misha's order is {_shown(theirs)}",
        hint="names in chrom_sizes.txt lack the prefix that the sequence files have; convert the "
        "database to the indexed layout with the program that wrote this object, or write the "
        "object again with one file per chromosome",
    )


def _shown(names: tuple[str, ...], limit: int = 6) -> str:
    return ", ".join(names[:limit]) + (", ..." if len(names) > limit else "")
