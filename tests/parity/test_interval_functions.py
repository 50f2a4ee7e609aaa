"""Virtual tracks over intervals: random sources, windows and shifts give what pymisha gives."""

from __future__ import annotations

import random

import numpy as np
import pytest

from misha_xr.testing.classic_answers import difference
from misha_xr.testing.classic_calls import NUMBERED_ROWS, SIZES, Program, table

LAYOUTS = ("per-chromosome", "indexed")
COLUMNS = ("chrom", "start", "end", "strand")
PARAMETERS = {"distance": (None, 0), "neighbor.count": (None, 0, 13, 200, 2.5)}
FUNCTIONS = ("distance", "distance.center", "distance.edge", "coverage", "neighbor.count")


def sources(rng, *, apart):
    """Draw intervals; no two share a start or an end, where the peer's choice is its tree's."""
    rows = []
    for chrom in ("chr1", "chr2", "chrX"):
        edges = rng.sample(range(SIZES[chrom] + 1), min(2 * rng.randint(0, 8), 30))
        edges = sorted(edges) if apart else edges
        strand = rng.choice([-1, 0, 1])
        for at in range(0, len(edges), 2):
            start, end = sorted(edges[at : at + 2])
            if rows and apart and rows[-1][0] == chrom and start <= rows[-1][2]:
                continue
            # One strand per chromosome: with several, equally near ones differ by their signs.
            rows.append((chrom, start, end, rng.choice([-1, 0, 1]) if apart else strand))
    rng.shuffle(rows)
    return table(*rows, columns=COLUMNS)


def steps_of(rng):
    rows = []
    for chrom, size in SIZES.items():
        for _ in range(rng.randint(1, 6)):
            start = rng.randrange(size)
            rows.append((chrom, start, rng.randint(start + 1, size)))
    return table(*rows)


def random_programs(root, n):
    rng = random.Random(str(root)[-7:])
    for _ in range(n):
        func = rng.choice(FUNCTIONS)
        width = rng.random() < 0.3 and func == "distance"
        params = rng.choice([4, 20, 33]) if width else rng.choice(PARAMETERS.get(func, (None,)))
        # Of sources inside others the peer misses some when it counts.
        src = sources(rng, apart=width or func == "neighbor.count" or rng.random() < 0.3)
        # Of empty windows the peer says 0 for shares and counts, against its own rule.
        inward = 60 if func.startswith("distance") else 0
        shifts = {"sshift": rng.randint(-60, inward), "eshift": rng.randint(-inward, 60)}
        yield Program(
            root,
            (
                ("gvtrack_create", ("v", src, func, params), {}),
                ("gvtrack_iterator", ("v",), shifts if rng.random() < 0.6 else {}),
                ("gextract", ("v", None, steps_of(rng) if rng.random() < 0.5 else 37), {}),
            ),
            frozenset([NUMBERED_ROWS]),
        )


def compare(program, ours, theirs):
    """Describe a difference; return the numbers of values, and of those that are equal.

    Of two sources the peer may take one that is a base farther: its tree compares distances to the
    last base of one and to the first of the other. So nearest ones are compared by size.
    """
    func = program.steps[0][1][2]
    if func not in ("distance", "distance.edge") or ours[-1][0] != "value":
        return difference(ours, theirs, program.codes), 0, 0
    mine, other = (answers[-1][1]["v"].to_numpy() for answers in (ours, theirs))
    farther = np.abs(other) - np.abs(mine)
    near = np.isclose(farther, 0, atol=1e-4) | np.isclose(farther, 1, atol=1e-4)
    wrong = ~(near | (np.isnan(mine) & np.isnan(other)))
    n_equal = int(np.isclose(mine, other, equal_nan=True).sum())
    text = f"{mine[wrong]} != {other[wrong]}" if wrong.any() else ""
    return text, len(mine), n_equal


@pytest.mark.parametrize("layout", LAYOUTS)
def test_functions__on_random_intervals(layout, parity_roots, ask_peer, our_answers):
    programs = list(random_programs(parity_roots[layout], 150))
    found, n_values, n_equal = [], 0, 0
    for program, answers in zip(programs, ask_peer(programs), strict=True):
        assert answers is not None, f"the other side crashed on {program.steps}"
        text, *counts = compare(program, our_answers(program), answers)
        found += [f"{program.steps}: {text}"] if text else []
        n_values, n_equal = n_values + counts[0], n_equal + counts[1]
    assert not found, "\n".join(found[:3])
    assert n_equal > 0.99 * n_values > 0


def test_default_function(parity_roots, ask_peer, our_answers):
    root = parity_roots["indexed"]
    here = table(("chr1", 0, 900))
    plain = table(("chr1", 30, 40), ("chr1", 400, 410))
    for src in (plain, plain.assign(value=[2.0, 3.0])):
        for func in (None, "distance", "avg") if "value" in src else (None, "coverage"):
            steps = (("gvtrack_create", ("v", src, func), {}), ("gextract", ("v", here, 45), {}))
            program = Program(root, steps)
            (answers,) = ask_peer([program])
            assert difference(our_answers(program), answers, program.codes) == ""
