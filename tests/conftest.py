"""Settings that every test shares: hypothesis profiles, and the time spent by domain."""

from __future__ import annotations

import os
from collections import defaultdict
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from misha_xr.database.writing import system_calls

settings.register_profile(
    "default",
    deadline=None,
    derandomize=True,
    max_examples=100,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.register_profile("nightly", parent=settings.get_profile("default"), max_examples=2000)
settings.load_profile(os.environ.get("MISHA_XR_HYPOTHESIS", "default"))

# Seconds that each domain of the normal suite may take on two cores, and the folders it owns.
BUDGETS = {
    "writing": (90, ("writing", "verification", "io", "cli")),
    "formats": (60, ("formats", "golden", "ext", "database", "realdata")),
    "backend": (60, ("backend", "accessors")),
    "query": (120, ("query", "test_api", "properties", "examples")),
    "distributed": (60, ("distributed",)),
    "intervals": (50, ("intervals", "genome", "test_genome", "test_errors", "test_options")),
    "facade": (90, ("pm", "manual", "parity")),
    "sequence": (50, ("sequence", "liftover")),
    "scale": (40, ("scale",)),
}
N_CORES = 2


@pytest.fixture(autouse=True, scope="session")
def fast_commits():
    """Write without waiting for the disk: no test cuts the power."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda fd: None)
        patch.setattr(system_calls, "sync_file_system", lambda fd: None)
        yield


def _domain(nodeid: str) -> str:
    """Name the domain that a test belongs to; doctests count for the module they stand in."""
    parts = nodeid.replace(".py", "").replace("::", "/").split("/")
    for domain, (_, owned) in BUDGETS.items():
        if any(part in owned for part in parts):
            return domain
    return "other"


def pytest_terminal_summary(terminalreporter: Any, exitstatus: int, config: pytest.Config) -> None:
    """Print the wall-clock sums by domain beside their budgets."""
    spent: dict[str, float] = defaultdict(float)
    for reports in terminalreporter.stats.values():
        for report in reports:
            if hasattr(report, "duration") and hasattr(report, "nodeid"):
                spent[_domain(report.nodeid)] += report.duration
    if sum(spent.values()) < 1:
        return
    terminalreporter.section("time by domain (sum over workers / cores, budget)")
    for domain in [*BUDGETS, "other"]:
        if spent[domain]:
            budget = f"{BUDGETS[domain][0]:4d} s" if domain in BUDGETS else "   -"
            terminalreporter.write_line(
                f"{domain:12s} {spent[domain] / N_CORES:7.1f} s  of {budget}"
            )
