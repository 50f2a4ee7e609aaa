"""Random classic calls give what pymisha gives, but where a contradiction was decided."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from misha_xr.testing.classic_answers import difference
from misha_xr.testing.classic_calls import Program, random_program


def _check(
    programs: Sequence[Program],
    ask_peer: Callable[[Sequence[Program]], list[Any]],
    our_answers: Callable[[Program], Any],
) -> None:
    differences = []
    for program, theirs in zip(programs, ask_peer(programs), strict=True):
        ours = our_answers(program)
        found = "" if theirs is None else difference(ours, theirs, program.codes)
        if found:
            differences.append(f"{program.steps}\ncodes {sorted(program.codes)}\n{found}")
    text = "\n\n".join(differences[:5])
    assert not differences, f"{len(differences)} of {len(programs)} programs differ:\n{text}"


def _programs(n: int, seed: int, roots: dict[str, Path]) -> list[Program]:
    rng = random.Random(seed)
    programs = [random_program(rng, roots[rng.choice(sorted(roots))]) for _ in range(n)]
    return sorted(programs, key=lambda program: str(program.root))


def test_classic_calls__150_random_programs(parity_roots, ask_peer, our_answers):
    _check(_programs(150, 1, parity_roots), ask_peer, our_answers)


@pytest.mark.slow
def test_classic_calls__3000_random_programs(parity_roots, ask_peer, our_answers):
    _check(_programs(3000, 2, parity_roots), ask_peer, our_answers)
