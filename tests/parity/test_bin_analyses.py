"""Segments, sliding rank tests and correlations of strands as pymisha computes them."""

from __future__ import annotations

import random

import numpy as np
import pytest

from misha_xr.testing.classic_answers import difference
from misha_xr.testing.classic_calls import Program, table
from misha_xr.testing.database import write_database

SIZES = {"chr1": 4000, "chr2": 2005, "chr3": 997, "chrX": 60}


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    """Steps of level with noise; ties on one chromosome, gaps on another."""
    rng, dense = np.random.default_rng(7), {}
    for name, size in SIZES.items():
        n = -(-size // 10)
        values = 2 * np.repeat(rng.normal(size=n // 20 + 1), 20)[:n] + rng.normal(size=n)
        dense[name] = np.round(4 * values) / 4 if name == "chr2" else values
    dense["chr3"][rng.random(100) < 0.2] = np.nan
    folder = tmp_path_factory.mktemp("bins")
    return write_database(folder / "db", sizes=SIZES, dense={"d": (10, dense)})


def compare(programs, ask_peer, our_answers):
    found = []
    for program, answers in zip(programs, ask_peer(programs), strict=True):
        assert answers is not None, f"the other side crashed on {program.steps}"
        ours = our_answers(program)
        text = difference(ours, [clipped(answer) for answer in answers], program.codes)
        found += [f"{program.steps}: {text}"] if text else []
    assert not found, "\n".join(found[:3])


def clipped(answer):
    """End intervals at the end of their chromosome, as they do here (C38)."""
    kind, value = answer[:2]
    if kind != "value" or "end" not in getattr(value, "columns", ()):
        return answer
    ends = np.minimum(value["end"], value["chrom"].map(SIZES).astype("int64"))
    return kind, value.assign(end=ends.astype("int64"))


def test_gsegment(root, ask_peer, our_answers):
    rng = random.Random(1)
    # Rows of one chromosome without a border in them are one interval there, with the gap between.
    scopes = [None, table(("chr1", 3, 1655), ("chr2", 5, 2003))]
    scopes += [table((name, 0, size)) for name, size in SIZES.items()]
    programs = [
        Program(
            root,
            (
                (
                    "gsegment",
                    ("d", rng.choice([95, 100, 150, 230]), rng.choice([0.3, 0.05, 1e-3, 0])),
                    {"onetailed": rng.random() < 0.5, "intervals": rng.choice(scopes)},
                ),
            ),
        )
        for _ in range(60)
    ]
    compare(programs, ask_peer, our_answers)


def test_gwilcox(root, ask_peer, our_answers):
    rng = random.Random(2)
    scopes = [None, *(table((name, 0, size)) for name, size in SIZES.items())]
    programs = [
        Program(
            root,
            (
                (
                    "gwilcox",
                    (
                        "d",
                        rng.choice([89, 90, 100, 300]),
                        rng.choice([95, 200, 1000]),
                        rng.choice([0.3, 0.05, 1e-3, 0]),
                        rng.random() < 0.5,
                        rng.choice([-1, 0, 1, 3]),
                    ),
                    {"intervals": rng.choice(scopes)},
                ),
            ),
        )
        for _ in range(100)
    ]
    compare(programs, ask_peer, our_answers)


def test_gcompute_strands_autocorr(root, tmp_path, ask_peer, our_answers):
    rng, programs = random.Random(3), []
    for number in range(30):
        lines = [
            "\t".join(
                ["x"] * 8
                + ["A" * rng.randint(1, 30), "y", rng.choice(["chr1", "chr2"])]
                + ["y", str(rng.randint(0, 3000)), rng.choice("+-FR")]
            )
            for _ in range(rng.randint(0, 400))
        ]
        path = tmp_path / f"{number}.tsv"
        path.write_text("".join(line + "\n" for line in lines))
        bounds = {"min_coord": rng.choice([0, 55, 300]), "max_coord": rng.choice([900, 10**8])}
        args = (str(path), "1", rng.choice([10, 33, 50, 0]), rng.choice([40, 100, 400, 2500]))
        programs.append(Program(root, (("gcompute_strands_autocorr", args, bounds),)))
    for program, theirs in zip(programs, ask_peer(programs), strict=True):
        ((kind, *answer),) = theirs
        ((our_kind, *ours),) = our_answers(program)
        assert our_kind == kind
        if kind == "error":
            assert answer[0][0] in ours[0]
            continue
        statistics, bins = answer[0]
        assert list(ours[0][0]) == list(statistics)
        assert list(ours[0][1].columns) == list(bins.columns)
        assert ours[0][1].dtypes.tolist() == bins.dtypes.tolist()
        np.testing.assert_allclose(list(ours[0][0].values()), list(statistics.values()))
        np.testing.assert_allclose(ours[0][1], bins, atol=1e-12)
