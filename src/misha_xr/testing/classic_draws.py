"""Random arguments of classic calls: tables, scopes, iterators, expressions."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import Any

import pandas as pd

from misha_xr.testing.classic_calls import SIZES, Step, table
from misha_xr.testing.classic_ground import COLUMNS_2D

__all__ = [
    "Draw",
    "band",
    "boxes",
    "call",
    "expression",
    "iterator",
    "maybe",
    "rows",
    "scope",
    "stranded",
]

Draw = Callable[[random.Random], tuple[Step, ...]]
CHROMS = ("chr1", "chr1", "chr1", "chr2", "chr2", "chr10", "chrX")
DENSE = ("d10", "e10")


def maybe(rng: random.Random, chance: float = 0.3, **options: Callable[[], Any]) -> dict[str, Any]:
    """Return some of the keywords, each with a drawn value.

    Examples
    --------
    >>> maybe(random.Random(1), 1, n=lambda: 5)
    {'n': 5}
    """
    return {name: draw() for name, draw in options.items() if rng.random() < chance}


def rows(rng: random.Random, least: int = 1, most: int = 6, *, ordered: bool = True) -> Any:
    """Draw intervals, at times overlapping or touching, as a table in genome order.

    Parameters
    ----------
    rng : random.Random
        Seeded source of chance.
    least, most : int
        Bounds of the number of rows.
    ordered : bool
        Whether rows come in genome order.

    Returns
    -------
    DataFrame
        `chrom`, `start`, `end`.
    """
    found: list[tuple[str, int, int]] = []
    for _ in range(rng.randint(least, most)):
        chrom = rng.choice(CHROMS)
        start = rng.randrange(SIZES[chrom])
        if found and found[-1][0] == chrom and rng.random() < 0.2:
            start = min(found[-1][2], SIZES[chrom] - 1)
        wide = rng.choice([1, 9, 40, 250])
        found.append((chrom, start, min(start + rng.randint(1, wide), SIZES[chrom])))
    if ordered:
        found.sort(key=lambda row: (list(SIZES).index(row[0]), row[1], row[2]))
    return table(*found)


def stranded(rng: random.Random, least: int = 1, most: int = 6) -> Any:
    """Draw intervals with a strand, a text and a number."""
    found = rows(rng, least, most)
    n = len(found)
    found["strand"] = [rng.choice([-1, 0, 1]) for _ in range(n)]
    found["name"] = [f"n{k}" for k in range(n)]
    found["score"] = [rng.randint(-8, 8) / 4 for _ in range(n)]
    keep = [name for name in ("strand", "name", "score") if rng.random() < 0.6]
    return found[["chrom", "start", "end", *keep]]


def scope(rng: random.Random, *, named: bool = True) -> Any:
    """Draw what a question is about: None, the name of a set or track, or a table."""
    kind = rng.randrange(8)
    if kind == 0:
        return None
    if kind == 1 and named:
        return rng.choice(["iset", "ns.named", "sp", "ns.sp2"])
    if kind == 2:
        return rows(rng, 0, 1)
    return rows(rng, 1, 4, ordered=kind > 3)


def iterator(rng: random.Random, *, fixed: bool = False) -> Any:
    """Draw an iterator of one dimension that any expression allows; ``fixed`` keeps to bins."""
    kind = rng.randrange(4 if fixed else 7)
    if kind < 4:
        return rng.choice([5, 7, 10, 20, 35, 100])
    if kind == 4:
        return rng.choice(["sp", "ns.sp2", "iset", "d7", "d10"])
    return rows(rng, 1, 5) if kind == 5 else -1


def expression(rng: random.Random, leaves: Sequence[str] = DENSE) -> str:
    """Draw an expression over tracks of one kind.

    Examples
    --------
    >>> expression(random.Random(1), ["x"]).count("x") > 0
    True
    """
    one, two = rng.choice(leaves), rng.choice(leaves)
    forms = [one, one, one, f"{one} * 2 - {two}", f"abs({one})", f"np.minimum({one}, {two} + 1)"]
    return rng.choice(forms)


def boxes(rng: random.Random, least: int = 1, most: int = 4, *, cis: bool = False) -> Any:
    """Draw rectangles; ``cis`` keeps both sides on one chromosome."""
    found = []
    for _ in range(rng.randint(least, most)):
        names = rng.choice(CHROMS[:5]), rng.choice(CHROMS[:5])
        sides: list[Any] = []
        for chrom in (names[0], names[0 if cis else 1]):
            start = rng.randrange(SIZES[chrom])
            sides += [chrom, start, min(start + rng.randint(1, 400), SIZES[chrom])]
        found.append(tuple(sides))
    order = list(SIZES)
    found.sort(key=lambda r: (order.index(r[0]), order.index(r[3]), r[1], r[4], r[2], r[5]))
    return _typed(found)


def _typed(found: Sequence[Sequence[Any]]) -> pd.DataFrame:
    kinds = {name: "str" if name.startswith("chrom") else "int64" for name in COLUMNS_2D}
    return pd.DataFrame(list(found), columns=COLUMNS_2D).astype(kinds)


def band(rng: random.Random) -> tuple[int, int]:
    """Draw a band around or beside the diagonal."""
    low = rng.randint(-300, 200)
    return low, low + rng.choice([1, 20, 150, 600])


def call(name: str, /, *args: Any, **kwargs: Any) -> Step:
    """Write a step.

    Examples
    --------
    >>> call("gextract", "d10", iterator=20)
    ('gextract', ('d10',), {'iterator': 20})
    """
    return name, args, kwargs
