"""Whole classic scripts print the same with either import line, each side in its own process."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from misha_xr.database.example import copy_example

SCRIPTS = Path(__file__).with_name("scripts")
ORDER = ("signals.py", "building.py", "planes.py")  # the last one changes the configuration
OURS, THEIRS = "from misha_xr import pm\n", "import pymisha as pm\n"
RUN_ALL = """
import runpy, sys
for script in sys.argv.pop().split(","):
    print("==", script, flush=True)
    runpy.run_path(f"{sys.argv[2]}/{script}", run_name="__main__")
"""


def start(line: str, folder: Path) -> subprocess.Popen[str]:
    """Run the scripts, with this import line, on a database and an empty folder."""
    folder.mkdir()
    for name in ORDER:
        text = (SCRIPTS / name).read_text(encoding="utf-8")
        assert text.count(OURS) == 1
        (folder / name).write_text(text.replace(OURS, line), encoding="utf-8")
    command = [sys.executable, "-W", "ignore", "-c", RUN_ALL]
    arguments = [str(copy_example()), str(folder), ",".join(ORDER)]
    pipe = subprocess.PIPE
    return subprocess.Popen([*command, *arguments], stdout=pipe, stderr=pipe, text=True)


def test_scripts__print_the_same(tmp_path: Path) -> None:
    runs = [start(OURS, tmp_path / "ours"), start(THEIRS, tmp_path / "theirs")]
    (ours, our_errors), (theirs, their_errors) = (run.communicate(timeout=120) for run in runs)
    assert (runs[0].returncode, runs[1].returncode) == (0, 0), our_errors + their_errors
    assert len(ours.splitlines()) > 500
    assert ours.splitlines() == theirs.splitlines()
