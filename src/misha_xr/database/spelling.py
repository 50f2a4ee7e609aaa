"""Names that the file of a chromosome, or of a pair of chromosomes, may carry on disk."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from misha_xr.genome import Genome

__all__ = ["file_spellings", "pair_codes", "payload_files", "toggle_prefix"]

PREFIX = "chr"
N_SPELLINGS_REMEMBERED = 1024


def toggle_prefix(name: str) -> str:
    """Add the prefix ``chr`` to a chromosome name, or take it away.

    Parameters
    ----------
    name : str
        A chromosome name.

    Returns
    -------
    str
        The other spelling.

    Examples
    --------
    >>> toggle_prefix("chr1"), toggle_prefix("1")
    ('1', 'chr1')
    """
    return name[len(PREFIX) :] if name.startswith(PREFIX) else PREFIX + name


@lru_cache(maxsize=N_SPELLINGS_REMEMBERED)
def file_spellings(genome: Genome, code: int) -> tuple[str, ...]:
    """List the file names under which a chromosome may be stored, best first.

    Parameters
    ----------
    genome : Genome
        The chromosomes.
    code : int
        One of them.

    Returns
    -------
    tuple of str
        Its own name, then the other spelling unless that is another chromosome.

    Notes
    -----
    Source: misha file format, chromosome names and IDs.

    Examples
    --------
    >>> file_spellings(Genome(["1", "2"], [100, 50]), 0)
    ('1', 'chr1')
    """
    name = genome.name(code)
    other = toggle_prefix(name)
    found = int(genome.codes([other], unknown="mark")[0]) if other else code + 1
    return (name, other) if other and found in (-1, code) else (name,)


def payload_files(names: Sequence[str], genome: Genome) -> dict[int, str]:
    """Tell which file name stands for which chromosome.

    Parameters
    ----------
    names : sequence of str
        File names.
    genome : Genome
        The chromosomes.

    Returns
    -------
    dict of int to str
        By code: the first of `file_spellings` that is there. Other names, aliases among them, are
        left out.

    Examples
    --------
    >>> payload_files(["chr1", "1", "chr2", "x"], Genome(["1", "2"], [100, 50]))
    {0: '1', 1: 'chr2'}
    """
    found: dict[int, str] = {}
    if not names:
        return found
    codes = genome.codes(np.array(names, dtype=object), unknown="mark")
    for k in np.flatnonzero(codes >= 0).tolist():
        code, name = int(codes[k]), names[k]
        own, *other = file_spellings(genome, code)
        if name == own or (name in other and code not in found):
            found[code] = name
    return found


def pair_codes(
    names: Iterable[str], genome: Genome
) -> tuple[list[str], npt.NDArray[np.int32], npt.NDArray[np.int32]]:
    """Tell which pair of chromosomes each file name ``<chrom1>-<chrom2>`` stands for.

    Parameters
    ----------
    names : iterable of str
        File names.
    genome : Genome
        The chromosomes; either spelling of a name counts.

    Returns
    -------
    list of str, int32 array, int32 array
        The names that stand for a pair, and the codes of their two chromosomes. One name per pair:
        the table's own spelling wins. Sorted by codes.

    Notes
    -----
    A chromosome name may itself hold dashes, so every dash is tried.

    Examples
    --------
    >>> files, left, right = pair_codes(["2-1", "chr1-chr2", "x"], Genome(["1", "2"], [100, 50]))
    >>> files, left.tolist(), right.tolist()
    (['chr1-chr2', '2-1'], [0, 1], [1, 0])
    """
    splits = [
        (name, name[:at], name[at + 1 :])
        for name in names
        for at in range(1, len(name) - 1)
        if name[at] == "-"
    ]
    if not splits:
        return [], np.empty(0, np.int32), np.empty(0, np.int32)
    files, lefts, rights = zip(*splits, strict=True)
    codes1 = genome.codes(np.array(lefts, dtype=object), unknown="mark")
    codes2 = genome.codes(np.array(rights, dtype=object), unknown="mark")
    return _one_per_pair(files, (lefts, rights), codes1, codes2, genome)


def _one_per_pair(
    files: tuple[str, ...],
    halves: tuple[tuple[str, ...], tuple[str, ...]],
    codes1: npt.NDArray[np.int32],
    codes2: npt.NDArray[np.int32],
    genome: Genome,
) -> tuple[list[str], npt.NDArray[np.int32], npt.NDArray[np.int32]]:
    best: dict[tuple[int, int], tuple[bool, str]] = {}
    for k in np.flatnonzero((codes1 >= 0) & (codes2 >= 0)).tolist():
        pair = (int(codes1[k]), int(codes2[k]))
        own = (halves[0][k], halves[1][k]) == (genome.name(pair[0]), genome.name(pair[1]))
        if pair not in best or (own and not best[pair][0]):
            best[pair] = (own, files[k])
    order = sorted(best)
    codes = np.array(order, dtype=np.int32).reshape(-1, 2)
    return [best[pair][1] for pair in order], codes[:, 0].copy(), codes[:, 1].copy()
