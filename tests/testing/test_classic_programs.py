"""The random classic programs reach every function and every keyword of the classic API."""

from __future__ import annotations

import inspect
import random

import numpy as np
import pandas as pd
import pytest

from misha_xr import pm
from misha_xr.testing.classic_differences import Question, comparable, first_difference
from misha_xr.testing.classic_ground import FILES, write_ground
from misha_xr.testing.classic_listed import LISTED, listed
from misha_xr.testing.classic_programs import (
    DOMAINS,
    NOT_DRAWN,
    NOT_DRAWN_KEYWORDS,
    draw_steps,
    keywords_of,
    needs_copy,
)


def is_later(name: str) -> bool:
    return ".later_" in getattr(pm, name).__module__


NAMES = [name for name in pm.__all__ if name in NOT_DRAWN or not is_later(name)]


class Eager(random.Random):
    """Chance that likes to give optional keywords."""

    def random(self) -> float:
        return super().random() / 4

    def getrandbits(self, k: int, /) -> int:
        return super().getrandbits(k)


def wanted(name: str) -> set[str]:
    """Keywords of a function that programs must give."""
    keywords = set(inspect.signature(getattr(pm, name)).parameters)
    keywords -= {"kind"} if inspect.isclass(getattr(pm, name)) else set()
    return keywords - {key for function, key in NOT_DRAWN_KEYWORDS if function == name}


def missing(found: dict[str, set[str]]) -> dict[str, set[str]]:
    """What no program gives yet."""
    left = {name: wanted(name) - found.get(name, set()) for name in NAMES if name not in NOT_DRAWN}
    return {name: keys for name, keys in left.items() if keys or name not in found}


@pytest.fixture(scope="module")
def drawn() -> dict[str, set[str]]:
    """Keywords by the name of the function that programs give them to."""
    found = dict[str, set[str]]()
    for seed in range(300):
        rng = (Eager if seed % 2 else random.Random)(seed)
        for domain, (draws, _) in DOMAINS.items():
            for _ in range(1 + len(draws) // 4):
                for step in draw_steps(rng, domain):
                    if step[0] != "open":
                        found.setdefault(step[0], set()).update(keywords_of(pm, step))
        if not missing(found):
            break
    return found


def test_programs__reach_every_name(drawn):
    assert set(NAMES) - set(NOT_DRAWN) - set(drawn) == set()
    assert set(drawn) <= set(NAMES)
    assert not set(drawn) & set(NOT_DRAWN)
    assert all(NOT_DRAWN.values())


def test_programs__reach_every_keyword(drawn):
    assert missing(drawn) == {}


def test_needs_copy():
    assert needs_copy([("gtrack_rm", ("x",), {})])
    assert needs_copy([("gscreen", ("x > 1",), {"intervals_set_out": "s"})])
    assert not needs_copy([("gtrack_ls", (), {}), ("gextract", ("x",), {"iterator": 5})])


@pytest.mark.parametrize("layout", ["per-chromosome", "indexed"])
def test_write_ground(layout, tmp_path):
    home = write_ground(tmp_path / "home", layout=layout)
    assert {path.name for path in home.iterdir()} == {"db", "ds1", "ds2", "files"}
    assert {path.name for path in (home / "files").iterdir()} == {*FILES, "set"}
    pm.gdb_init(home / "db")
    assert pm.gdb_info()["format"] == layout
    assert pm.gintervals_ls() == ["iset", "ns.named", "plane"]
    pm.gdb_unload()


def test_comparable__numbers_of_a_file():
    texts = ["chrom\tstart\tv\nchr1\t0\t1\n", "chrom\tstart\tv\nchr1\t0\t1.0\n"]
    tables = [comparable("open", (), ("value", text))[1] for text in texts]
    pd.testing.assert_frame_equal(*tables)
    assert comparable("open", (), ("value", "ACGT\n")) == ("value", "ACGT\n")


def test_comparable__random_answers_by_shape():
    for values in ([1.0, 2.0], [7.0, 8.0]):
        assert comparable("gsample", (), ("value", np.array(values))) == ("value", {"float64": 2})


def test_first_difference__stops_at_the_first():
    steps = [("gtrack_ls", (), {}), ("gtrack_exists", ("x",), {})]
    ours, theirs = [("value", ["a"]), ("value", True)], [("value", ["b"]), ("value", False)]
    found = first_difference("indexed", steps, (ours, theirs), lambda question: "")
    assert found is not None
    assert (found.question.name, found.kind) == ("gtrack_ls", "")
    assert first_difference("indexed", steps, (ours, ours), listed) is None


def test_listed__a_wrong_number_is_a_bug():
    frames = [pd.DataFrame({"chrom": ["chr1"], "start": [0], "end": [5], "v": [v]}) for v in (1, 2)]
    steps = (("gextract", ("v",), {}),)
    question = Question(steps, 0, ("value", frames[0]), ("value", frames[1]), "column v", "indexed")
    assert listed(question) == ""
    assert len(LISTED) > 30
