"""Random classic programs of all domains answer as pymisha's do, but for listed differences."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from misha_xr.testing.classic_differences import Difference, first_difference
from misha_xr.testing.classic_ground import write_ground
from misha_xr.testing.classic_listed import listed
from misha_xr.testing.classic_programs import DOMAINS, draw_steps
from misha_xr.testing.classic_sides import Sides

LAYOUTS = ("per-chromosome", "indexed")


@pytest.fixture(scope="module")
def sides(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sides]:
    folder = tmp_path_factory.mktemp("sides")
    homes = {layout: write_ground(folder / layout, layout=layout) for layout in LAYOUTS}
    both = Sides(homes, folder / "copies")
    yield both
    both.close()


def compare(sides: Sides, n: int, seed: int) -> None:
    """Ask both sides some programs; fail with those that differ in ways that are not listed."""
    rng, counts, bugs = random.Random(seed), Counter[str](), list[Difference]()
    weights = [weight for _, weight in DOMAINS.values()]
    for _ in range(n):
        (domain,), layout = rng.choices(list(DOMAINS), weights), rng.choice(LAYOUTS)
        steps = draw_steps(rng, domain)
        ours, theirs = sides.ask(layout, steps)
        if theirs is None:
            counts["no answer there"] += 1
            continue
        found = first_difference(layout, steps, (ours, theirs), listed)
        counts[found.kind if found else "same"] += 1
        bugs += [found] if found and not found.kind else []
    print(
        f"{n} programs:", *(f"{count:6} {kind}" for kind, count in counts.most_common()), sep="\n"
    )
    assert counts["no answer there"] <= n // 100
    told = [f"{bug.question.layout}: {bug.question.steps}\n{bug.question.text}" for bug in bugs]
    assert not bugs, f"{len(bugs)} of {n} programs differ:\n" + "\n\n".join(told[:5])


def test_programs__500_of_all_domains(sides):
    compare(sides, 500, 1)


@pytest.mark.slow
def test_programs__6000_of_all_domains(sides):
    compare(sides, 6000, 2)


def test_sides__have_copies_of_their_own(sides, tmp_path: Path):
    steps = (
        ("gtrack_rm", ("d10", True), {}),
        ("gtrack_ls", ("^d10$",), {}),
        ("gtrack_path", ("sp",), {}),
    )
    for _ in range(2):
        ours, theirs = sides.ask("indexed", steps)
        assert theirs is not None
        assert [answer[1] for answer in ours] == [None, None, "{home}/db/tracks/sp.track"]
        assert [answer[1] for answer in theirs] == [answer[1] for answer in ours]
