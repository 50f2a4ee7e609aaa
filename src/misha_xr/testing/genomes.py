"""Strategies for genomes and intervals, and slow oracles of name look-up, bins and union."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from hypothesis import strategies as st

from misha_xr.genome import Genome

_STEMS = ("1", "2", "10", "X", "Y", "M", "MT", "m", "chr", "chrchr1", "é", "HLA-A*01:01", "NC_1.1")
_MITOCHONDRIAL = ("M", "MT", "chrM", "chrMT")
Row = tuple[int, int, int]  # code, start, end


@st.composite
def genomes(draw: st.DrawFn, max_chroms: int = 8, max_size: int = 200) -> Genome:
    """Draw a genome with awkward names: both spellings, mitochondria, prefixes of prefixes."""
    spellings = [*_STEMS, *(f"chr{stem}" for stem in _STEMS if stem not in ("chr",))]
    pool = st.sampled_from(list(dict.fromkeys(spellings)))
    names = draw(st.lists(pool, min_size=1, max_size=max_chroms, unique=True))
    size = st.integers(1, max_size) | st.sampled_from([1, 2**31, 2**40])
    sizes = draw(st.lists(size, min_size=len(names), max_size=len(names)))
    return Genome(names, sizes)


@st.composite
def rows_of(draw: st.DrawFn, genome: Genome, max_rows: int = 12) -> list[Row]:
    """Draw legal intervals, biased to short ones, chromosome ends and touching neighbours."""
    rows: list[Row] = []
    for _ in range(draw(st.integers(0, max_rows))):
        code = draw(st.integers(0, genome.n_chroms - 1))
        size = int(genome.sizes[code])
        edges = [e for row in rows if row[0] == code for e in row[1:] if e < size]
        start = draw(st.sampled_from([*edges, 0, size - 1]) | st.integers(0, size - 1))
        end = draw(st.sampled_from([start + 1, size]) | st.integers(start + 1, size))
        rows.append((code, start, end))
    return rows


@st.composite
def interval_frames(draw: st.DrawFn, genome: Genome, max_rows: int = 12) -> pd.DataFrame:
    """Draw a legal frame of intervals: any order, index, and kind of chromosome column."""
    rows = draw(rows_of(genome, max_rows))
    kind = draw(st.sampled_from(["str", "object", "category", "genome"]))
    chrom: Any = genome.chrom_dtype if kind == "genome" else kind
    index = draw(st.permutations(range(len(rows))))
    return pd.DataFrame(
        {
            "chrom": pd.Series([genome.name(row[0]) for row in rows], index=index, dtype=chrom),
            "start": pd.Series([row[1] for row in rows], index=index, dtype=np.int64),
            "end": pd.Series([row[2] for row in rows], index=index, dtype=np.int64),
        }
    )


def toggle_prefix(name: str) -> str:
    """Add or remove the prefix.

    Examples
    --------
    >>> toggle_prefix("chr1"), toggle_prefix("1")
    ('1', 'chr1')
    """
    return name[3:] if name.startswith("chr") else f"chr{name}"


def code_oracle(
    names: Sequence[str], asked: str | int, aliases: Mapping[str, str] | None = None
) -> int:
    """Return the code of a name by writing every accepted spelling down.

    Examples
    --------
    >>> [code_oracle(["chr1", "chrM"], name) for name in ("chr1", 1, "MT", "x")]
    [0, 0, 1, -1]
    """
    spellings = {name: code for code, name in reversed(list(enumerate(names)))}
    for code, name in enumerate(names):
        spellings.setdefault(toggle_prefix(name), code)
    folded = {text.casefold() for text in _MITOCHONDRIAL}
    first = [code for code, name in enumerate(names) if name.casefold() in folded]
    for text in _MITOCHONDRIAL if first else ():
        spellings.setdefault(text, first[0])
    for alias, target in (aliases or {}).items():
        spellings.setdefault(alias, names.index(target))
    spellings.pop("", None)
    return spellings.get(str(asked), -1)


def bins_oracle(genome: Genome, bin_size: int) -> list[Row]:
    """List every bin of a genome.

    Examples
    --------
    >>> bins_oracle(Genome(["a", "b"], [25, 5]), 10)
    [(0, 0, 10), (0, 10, 20), (0, 20, 25), (1, 0, 5)]
    """
    return [
        (code, start, min(start + bin_size, size))
        for code, size in enumerate(genome.sizes.tolist())
        for start in range(0, size, bin_size)
    ]


def merge_oracle(rows: Sequence[Row], *, touching: bool) -> list[Row]:
    """Join sorted rows one by one.

    Examples
    --------
    >>> merge_oracle([(0, 5, 9), (0, 0, 5), (1, 0, 3)], touching=True)
    [(0, 0, 9), (1, 0, 3)]
    """
    joined: list[Row] = []
    for code, start, end in sorted(rows):
        last = joined[-1] if joined else (-1, 0, 0)
        if last[0] == code and (start < last[2] or (touching and start == last[2])):
            joined[-1] = (code, last[1], max(end, last[2]))
        else:
            joined.append((code, start, end))
    return joined
