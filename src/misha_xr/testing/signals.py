"""Slow and obvious: rows of bedGraph and WIG text; bigWig files as another library writes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

__all__ = ["rows_slowly", "write_bigwig"]

Row = tuple[str, int, int, float]


def rows_slowly(text: str) -> list[Row]:
    """Read bedGraph or WIG.

    Parameters
    ----------
    text : str
        The file.

    Returns
    -------
    list of (str, int, int, float)
        Chromosome, start, end, value; in file order.

    Examples
    --------
    >>> rows_slowly("variableStep chrom=chr1 span=2 | 3 1.5".replace("|", chr(10)))
    [('chr1', 2, 4, 1.5)]
    """
    rows: list[Row] = []
    given: dict[str, str] = {}
    mode, n = "", 0
    for line in text.splitlines():
        words = line.split()
        if not words or line.startswith("#") or words[0] in ("track", "browser"):
            mode = "" if words and words[0] == "track" else mode
        elif words[0] in ("fixedStep", "variableStep"):
            mode, n = words[0], 0
            given = dict(word.split("=") for word in words[1:])
        elif mode:
            fixed = int(given.get("start", 1)) + n * int(given.get("step", 1))
            start = (fixed if mode == "fixedStep" else int(words[0])) - 1
            n += 1
            rows.append(
                (given["chrom"], start, start + int(given.get("span", 1)), float(words[-1]))
            )
        else:
            rows.append((words[0], int(words[1]), int(words[2]), float(words[3])))
    return rows


def write_bigwig(path: Path, sizes: Mapping[str, int], rows: Sequence[Row]) -> Path:
    """Write a bigWig file with pybigtools.

    Parameters
    ----------
    path : Path
        Where; ends in ``.bw``.
    sizes : mapping of str to int
        Chromosomes.
    rows : sequence of (str, int, int, float)
        Sorted and disjoint on each chromosome; at least one.

    Returns
    -------
    Path
        The same.
    """
    import pybigtools

    pybigtools.open(str(path), "w").write(dict(sizes), iter(rows))
    return path
