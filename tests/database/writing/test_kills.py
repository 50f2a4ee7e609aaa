"""Processes killed in the middle of a write: what they leave opens, and is old or new, whole."""

from __future__ import annotations

import random
import shutil
import zlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from misha_xr.database.verification import verify_database
from misha_xr.testing.interruptions import litter_in, stopped_at, write_again
from misha_xr.testing.killed import write_and_die
from misha_xr.testing.writes import WRITES, look, make_world

LAYOUTS = ["per-chromosome", "indexed"]
# The step at which each dies, as a part of all its steps. Nearly all the time of one is its start.
POINTS = {
    "create track": 0.9,
    "create array": 0.5,
    "create rectangles": 0.8,
    "smooth": 0.7,
    "modify": 0.8,
    "overwrite": 0.85,
    "copy": 0.95,
    "move": 0.6,
    "remove": 0.7,
    "convert track": 0.7,
    "convert 2D track": 0.8,
    "convert database": 0.3,
    "set attributes": 0.7,
    "first variable": 0.8,
    "save big set": 0.8,
    "update big set": 0.8,
    "remove set": 0.6,
    "create database": 0.9,
    "save dataset": 0.95,
    "import contacts": 0.6,
    "export Parquet": 0.6,
}


class Case:
    """A kind of write, and the states before and after it."""

    def __init__(self, folder: Path, kind: str, layout: str) -> None:
        self.folder, self.kind = folder, kind
        self.first = make_world(folder / "first", layout)
        self.old = look(self.first)
        whole = shutil.copytree(self.first, folder / "whole", symlinks=True)
        with stopped_at(None) as steps:
            WRITES[kind](whole)
        self.n_steps, self.new = len(steps), look(whole)
        shutil.rmtree(whole)
        self._copies = 0

    def die(self, *, step: int | None = None, after: float = 0.0) -> None:
        """Kill a write of a copy, look at what it left, and write again."""
        self._copies += 1
        place = self.folder / str(self._copies)
        world = shutil.copytree(self.first, place, symlinks=True)
        where = f"{self.kind}: {f'step {step}' if step is not None else f'{after:.4f} s'}"
        code = write_and_die(world, self.kind, step=step, after=after)
        assert code == -9 or (step is None and code == 0), where
        seen = look(world)
        assert seen in (self.old, self.new), f"{where}: neither old nor new"
        roots = [world / "db"] + [p.parent for p in (world / "out").glob("*/chrom_sizes.txt")]
        found = [finding for root in roots for finding in verify_database(root)]
        assert not [f for f in found if f.severity == "error"], f"{where}: {found}"
        write_again(WRITES[self.kind], world, where, reached=seen == self.new)
        assert look(world) == self.new, f"{where}: writing again gives another state"
        assert not litter_in(world), where
        shutil.rmtree(place)


def test_killed_writes__leave_the_old_or_the_new_state(tmp_path):
    cases = [
        Case(tmp_path / str(number), kind, LAYOUTS[number % 2])
        for number, kind in enumerate(POINTS)
    ]
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda case: case.die(step=int(POINTS[case.kind] * case.n_steps)), cases))


@pytest.mark.slow
@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("kind", WRITES)
def test_killed_writes__at_many_steps_and_moments(kind, layout, tmp_path):
    case = Case(tmp_path / "case", kind, layout)
    chance = random.Random(zlib.crc32(f"{kind} {layout}".encode()))
    steps = sorted(chance.sample(range(case.n_steps), min(3, case.n_steps)))
    with ThreadPoolExecutor(2) as pool:
        jobs = [pool.submit(case.die, step=step) for step in steps]
        jobs += [pool.submit(case.die, after=chance.uniform(0.0, 0.06)) for _ in range(2)]
        for job in jobs:
            job.result()
