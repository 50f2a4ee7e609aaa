"""Writes in a process of their own that kills itself: at a step, or some time after it began."""

from __future__ import annotations

import itertools
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

from misha_xr.database.writing import steps

__all__ = ["main", "write_and_die"]


def write_and_die(world: Path, kind: str, *, step: int | None = None, after: float = 0.0) -> int:
    """Start a write of a world in another process, which gets SIGKILL.

    Parameters
    ----------
    world : Path
        As `misha_xr.testing.writes.make_world` made it.
    kind : str
        Of `misha_xr.testing.writes.WRITES`.
    step : int, optional
        Dies just before this call that changes a file.
    after : float
        Without a step: dies so many seconds after the write began.

    Returns
    -------
    int
        The exit code of the process: -9, or 0 if the write was faster.
    """
    when = str(after) if step is None else f"step{step}"
    command = [sys.executable, "-m", "misha_xr.testing.killed", str(world), kind, when]
    return subprocess.run(command, check=False, timeout=120).returncode


def main(world: str, kind: str, when: str) -> None:
    """Do one write, and die.

    Parameters
    ----------
    world, kind : str
        As for `write_and_die`.
    when : str
        ``"step<number>"``, or seconds.
    """
    from misha_xr.testing.writes import WRITES

    if when.startswith("step"):
        last, count = int(when.removeprefix("step")), itertools.count()

        def before(action: str, path: str) -> None:
            if next(count) == last:
                os.kill(os.getpid(), signal.SIGKILL)

        steps.before_step = before
    else:
        threading.Thread(target=_die, args=(float(when),), daemon=True).start()
    WRITES[kind](Path(world))


def _die(after: float) -> None:
    time.sleep(after)
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    main(*sys.argv[1:])
