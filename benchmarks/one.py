"""Measure one case of one subject in a process of its own; print JSON."""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path

from benchmarks.cases import SUBJECTS, digest


def peak_mb() -> float:
    """Return the peak resident memory of this process so far, in MB (Linux counts in kB)."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main(subject: str, case: str, folder: str, scale: str, seconds: str) -> None:
    """Run the call until its share of time is used, at least three times."""
    call = SUBJECTS[subject](Path(folder), scale)[case]
    before = peak_mb()
    answer = call()
    rss = peak_mb() - before
    found = digest(answer)
    times = []
    budget = time.perf_counter() + float(seconds)
    while len(times) < 3 or (time.perf_counter() < budget and len(times) < 200):
        del answer
        started = time.perf_counter()
        answer = call()
        times.append(time.perf_counter() - started)
    print(json.dumps({"ms": min(times) * 1e3, "rss_mb": rss, "digest": found}))


if __name__ == "__main__":
    main(*sys.argv[1:])
