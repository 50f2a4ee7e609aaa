"""Random classic calls, and a database to make them on: raw material of parity tests."""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from misha_xr.testing.database import write_database

__all__ = ["SIZES", "Program", "Step", "random_program", "table", "write_parity_database"]

SIZES = {"chr1": 1003, "chr10": 400, "chr2": 617, "chrX": 37, "chrY": 1}
DENSE = {"d10": 10, "e10": 10, "d7": 7}
SPARSE = ("sp", "ns.sp2")
ARRAY = "cells"
FUNCTIONS = ("avg", "sum", "min", "max", "stddev", "size", "exists", "first", "last", "quantile")
# Beside virtual tracks alone and an interval iterator the other side numbers rows, not scope rows.
# The number is that of the scope row. Source: misha query semantics, intervalID.
NUMBERED_ROWS = "numbered rows"
Step = tuple[str, tuple[Any, ...], dict[str, Any]]


@dataclass(frozen=True)
class Program:
    """Classic calls that build on each other; the last one asks the question.

    Attributes
    ----------
    root : Path
        The database.
    steps : tuple of (str, tuple, dict)
        Function, arguments, keywords.
    codes : frozenset of str
        Codes of the contradictions that the program runs into.
    peer_question : Step or None
        What to ask the other side instead of the last step, where a contradiction calls for it.
    """

    root: Path
    steps: tuple[Step, ...]
    codes: frozenset[str] = field(default_factory=frozenset)
    peer_question: Step | None = None

    def peer_steps(self) -> tuple[Step, ...]:
        """Return the steps for the other side."""
        if self.peer_question is None:
            return self.steps
        return (*self.steps[:-1], self.peer_question)


def table(*rows: Sequence[Any], columns: Sequence[str] = ("chrom", "start", "end")) -> pd.DataFrame:
    """Build a table of intervals.

    Examples
    --------
    >>> table(("chr1", 0, 10)).shape
    (1, 3)
    """
    frame = pd.DataFrame([list(row) for row in rows], columns=list(columns))
    return frame.astype({"chrom": "str", "start": "int64", "end": "int64"})


def write_parity_database(root: str | os.PathLike[str], *, layout: str) -> Path:
    """Write the database that random programs ask about; values are seeded.

    Parameters
    ----------
    root : path-like
        The folder.
    layout : {"per-chromosome", "indexed"}
        Layout of sequence and tracks.

    Returns
    -------
    Path
        The root.
    """
    rng = np.random.default_rng(20)
    dense: dict[str, Any] = {
        name: (size, {chrom: _bins(rng, n, size) for chrom, n in SIZES.items() if n > 1})
        for name, size in DENSE.items()
    }
    dense["d7"][1]["chr10"] = np.full(-(-SIZES["chr10"] // 7), np.nan)
    square = {"chrom1": "chr1", "start1": [100, 400], "end1": [300, 490], "chrom2": "chr1"}
    rects = pd.DataFrame({**square, "start2": [120, 180], "end2": [200, 500], "value": [10.0, 20]})
    return write_database(
        root,
        sequence={name: "acGTN" * (n // 5) + "A" * (n % 5) for name, n in SIZES.items()},
        dense=dense,
        sparse={name: _intervals(name) for name in SPARSE},
        arrays={ARRAY: _cells()},
        rects={"r2": rects},
        points={"p2": _points(rng)},
        sets={"iset": _intervals("iset")},
        attributes={"d10": {"created.by": "a test", "note": "x"}, "ns.sp2": {"note": "yy"}},
        layout=layout,
    )


def _bins(rng: np.random.Generator, n: int, bin_size: int) -> np.ndarray[Any, Any]:
    # Quarters: sums and averages at a threshold are exact in float32 as well.
    values = np.round(rng.normal(0, 12, -(-n // bin_size))) / 4
    values[rng.random(len(values)) < 0.15] = np.nan
    values[rng.random(len(values)) < 0.03] = np.inf
    return values


def _points(rng: np.random.Generator) -> pd.DataFrame:
    """Return more points than one leaf of a tree holds."""
    cells = rng.permutation(1003 * 1003)[:150]
    where = {"chrom1": "chr1", "start1": cells // 1003, "chrom2": "chr1", "start2": cells % 1003}
    return pd.DataFrame({**where, "value": rng.integers(0, 99, 150) / 4})


def _cells() -> pd.DataFrame:
    """Return the intervals of a sparse track with four columns, some values absent."""
    cells = _intervals("ns.sp2").drop(columns="value")
    rng = np.random.default_rng(30)
    values = np.round(rng.normal(0, 12, (len(cells), 4))) / 4
    values[rng.random(values.shape) < 0.3] = np.nan
    return cells.assign(**dict(zip("abcd", values.T, strict=True)))


def _intervals(name: str) -> pd.DataFrame:
    """Return the intervals of a set or a sparse track by name."""
    if name == "iset":
        return table(("chr1", 100, 200), ("chr1", 150, 350), ("chr2", 0, 50), ("chr2", 50, 60))
    rng = np.random.default_rng(SPARSE.index(name))
    touching, rows = (0.5, 0.05)[SPARSE.index(name)], []
    for chrom in ("chr1", "chr2", "chrX", "chrY"):
        at = int(rng.integers(0, 2)) if SIZES[chrom] > 1 else 0
        while at < SIZES[chrom]:
            end = min(at + int(rng.integers(1, 60)), SIZES[chrom])
            value = np.nan if rng.random() < 0.1 else round(float(rng.normal(5, 9)), 1)
            rows.append((chrom, at, end, value))
            at = end if rng.random() < touching else end + int(rng.integers(1, 80))
    return table(*rows, columns=("chrom", "start", "end", "value"))


def random_program(rng: random.Random, root: Path) -> Program:
    """Make a program up.

    Parameters
    ----------
    rng : random.Random
        Seeded source of chance.
    root : Path
        The database.

    Returns
    -------
    Program
        With the codes of the contradictions it runs into.
    """
    names, setup = _vtracks(rng)
    leaves = [*DENSE, *SPARSE] if rng.random() < 0.2 else [*rng.choice([["d10", "e10"], ["sp"]])]
    leaves += list(names) * 2
    function = rng.choice(["gextract"] * 4 + ["gscreen", "gsummary"])
    n = rng.choice([1, 1, 2, 3]) if function == "gextract" else 1
    used: list[str] = []
    exprs = [_expression(rng, leaves, used, condition=function == "gscreen") for _ in range(n)]
    scope, scope_codes = _scope(rng)
    iterator = _iterator(rng)
    kwargs: dict[str, Any] = {"intervals": scope, "iterator": iterator, "vars": {"k": 2.5}}
    if function == "gextract" and rng.random() < 0.3:
        kwargs["colnames"] = [f"c{i}" for i in range(n)]
    if function == "gextract" and rng.random() < 0.3:
        kwargs["intervals_join"] = rng.choice(["none", "intervals"])
    only_virtual = set(used) <= set(names)
    if only_virtual:
        kwargs.pop("intervals_join", None)
    question = (function, (exprs[0] if n == 1 else exprs,), kwargs)
    codes, changed = _contradictions(used, names, question)
    codes |= {NUMBERED_ROWS} if only_virtual else set()
    if function != "gextract" and isinstance(scope, pd.DataFrame | str):
        changed = _with_united_scope(changed or question)
    return Program(root, (*setup, question), frozenset(codes | scope_codes), changed)


def _vtracks(rng: random.Random) -> tuple[dict[str, str], list[Step]]:
    """Define up to two virtual tracks; return their sources by name, and the steps."""
    names: dict[str, str] = {}
    steps: list[Step] = []
    sources = rng.sample([*DENSE, *SPARSE], 2)  # size beside first of one track goes wrong there
    for name, source in list(zip(("v", "w.w"), sources, strict=True))[: rng.randrange(3)]:
        function = rng.choice(FUNCTIONS)
        params = rng.choice([0, 0.3, 0.5, 1]) if function == "quantile" else None
        shifts = [rng.choice([0, 0, -20, 25, -500, 3, 2000]) for _ in range(2)]
        steps.append(("gvtrack_create", (name, source, function, params), {}))
        if rng.random() < 0.6:
            here = {"sshift": shifts[0], "eshift": shifts[1]}
            steps.append(("gvtrack_iterator", (name,), here))
        names[name] = source
    if names and rng.random() < 0.2:
        steps.append(("gvtrack_ls", (), {}))
    return names, steps


def _expression(
    rng: random.Random, leaves: Sequence[str], used: list[str], *, condition: bool
) -> str:
    leaf = rng.choice(leaves)
    used.append(leaf)
    other = rng.choice([*leaves, "k", "2", "0.5", "START"])
    forms: list[Callable[[], str]]
    if condition:
        forms = [
            # Two averages that are equal here may differ in float32: never compare them closely.
            lambda: f"{leaf} > {other} + 0.1",
            lambda: f"{leaf} > 0 & {leaf} < 5",
            lambda: f"({other} <= 1) | ({leaf} > 2)",
            lambda: f"np.isnan({leaf})",
            lambda: f"({leaf} != k) & np.isfinite({leaf} + {other})",
            lambda: f"~({leaf} >= k | {leaf} == 0) & np.isfinite({leaf} + {other})",
        ]
    else:
        forms = [
            lambda: leaf,
            lambda: leaf,
            lambda: f"{leaf} * {other} - 1",
            lambda: f"-{leaf}**2 / ({other} * {other} + 1)",
            lambda: f"np.where({leaf} > 0, {other}, k)",
            lambda: f"np.log2(np.abs({leaf}) + 1) + {other}",
            lambda: f"START // 7 + {leaf} * (END % 3)",
            lambda: f"np.minimum({leaf}, {other}) + ({leaf} > 1)",
        ]
    text = rng.choice(forms)()
    if other in leaves and other in text.replace(leaf, "", 1):
        used.append(other)
    return text


def _scope(rng: random.Random) -> tuple[Any, set[str]]:
    kind = rng.randrange(8)
    if kind == 0:
        return None, set()
    if kind == 1:
        return rng.choice(["iset", "sp", "ns.sp2"]), set()
    rows = []
    for _ in range(rng.choice([1, 1, 2, 3, 6])):
        chrom = rng.choice([*SIZES, "chr1", "chr2"])
        start = rng.randrange(SIZES[chrom])
        most = rng.choice([20, 300, 2000])
        rows.append((chrom, start, min(start + rng.randrange(1, most), SIZES[chrom])))
    if kind < 6:
        rows.sort(key=lambda row: (list(SIZES).index(row[0]), row[1], row[2]))
    scope = table(*rows)
    if rng.random() < 0.3:
        scope["name"] = [f"n{i}" for i in range(len(scope))]
    return scope, {"C6"} if kind >= 6 and len(rows) > 1 else set()


def _iterator(rng: random.Random) -> Any:
    kind = rng.randrange(10)
    if kind < 3:
        return None
    if kind < 6:
        return rng.choice([1, 3, 7, 10, 20, 35, 50, 400, 5000, 7.5])
    if kind == 6:
        return rng.choice([0, -1, -20])
    if kind == 7:
        return rng.choice(["d10", "d7", "sp", "ns.sp2", "iset"])
    scope, _ = _scope(rng)
    return 13 if isinstance(scope, str) or scope is None else scope[["chrom", "start", "end"]]


def _contradictions(
    used: Sequence[str], vtracks: dict[str, str], question: Step
) -> tuple[set[str], Step | None]:
    """Name the contradictions of a question, and what the other side must be asked instead."""
    codes: set[str] = set()
    real = {name for name in used if name not in vtracks}
    sources = {vtracks.get(name, name) for name in used}
    bins = {DENSE[name] for name in sources if name in DENSE}
    sparse = sources & set(SPARSE)
    if _is_table(question) or question[2]["iterator"] not in (None, 0):
        return ({"C63"} if len(bins) > 1 else set()), None
    if len(real & set(SPARSE)) > 1:
        codes.add("C13")
    if sources - real or (bins and sparse and len(used) > len(real)):
        codes.add("C14")
    if codes != {"C14"} or len(bins) + len(sparse) > 1:
        return codes, None
    # Virtual tracks over one source ask for its steps; the other side must be told them.
    kwargs = {**question[2], "iterator": next(iter(sparse or bins))}
    return set(), (question[0], question[1], kwargs)


def _with_united_scope(question: Step) -> Step:
    """Unite the rows of the scope, which the other side forgets beside variables.

    Functions that stream do so first. Source: misha query semantics, scope.
    """
    scope = question[2]["intervals"]
    rows = _intervals(scope) if isinstance(scope, str) else scope
    return question[0], question[1], {**question[2], "intervals": _united(rows)}


def _united(scope: pd.DataFrame) -> pd.DataFrame:
    rows: list[list[Any]] = []
    order = list(SIZES)
    found = zip(scope["chrom"], scope["start"], scope["end"], strict=True)
    for chrom, start, end in sorted(found, key=lambda row: (order.index(row[0]), *row[1:])):
        if rows and rows[-1][0] == chrom and start <= rows[-1][2]:
            rows[-1][2] = max(rows[-1][2], end)
        else:
            rows.append([chrom, start, end])
    return table(*rows)


def _is_table(question: Step) -> bool:
    return isinstance(question[2]["iterator"], pd.DataFrame)
