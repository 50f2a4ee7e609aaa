"""Hostile texts: a value or an ExpressionError, at once, and nothing is touched."""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Iterator
from contextlib import chdir, contextmanager
from pathlib import Path

import numpy as np
import pytest

from misha_xr.errors import ExpressionError
from misha_xr.query.expression import parse_expression
from misha_xr.query.expression_functions import NUMPY_FUNCTIONS
from misha_xr.testing.hostile_expressions import EVIL_TEXTS, hostile_text

N = 5
COLUMNS = {
    **{name: np.array([0.0, 1, -2, np.nan, np.inf]) for name in ("d10", "ns.sp2", "1x")},
    "START": np.arange(N),
    "END": np.arange(N),
    "CHROM": np.array(["a"] * N, object),
}
_WATCHED = ("open", "os.", "subprocess.", "socket.", "import", "exec", "compile", "shutil.")

HANG = 2  # seconds; milliseconds are normal, so this is no measure of speed


def attempt(text: str) -> bool:
    """Parse and evaluate; say whether it gave values. Anything but ExpressionError goes through."""
    try:
        parsed = parse_expression(text, {"d10", "ns.sp2", "1x"}.__contains__, {"k": 2})
        result = parsed.evaluate(COLUMNS, N)
    except ExpressionError:
        return False
    assert result.shape == (N,)
    assert result.dtype in (np.float64, np.bool_)
    return True


@contextmanager
def nothing_touched(folder: Path) -> Iterator[None]:
    """Fail on any file, process, import or compilation inside the block."""
    seen: list[str] = []
    active = [False]

    def watch(event: str, _: object) -> None:
        if active[0] and event.startswith(_WATCHED):
            seen.append(event)

    for text in ("d10 + ", "np.logg(1)", "np.nan_to_num(d10)", "np.median(d10)"):
        attempt(text)  # lazy imports of the standard library are not the text's doing
    sys.addaudithook(watch)  # a hook cannot be removed, only told to rest
    active[0] = True
    with chdir(folder):
        yield
    active[0] = False
    assert not [event for event in seen if event != "os.chdir"]
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("text", EVIL_TEXTS, ids=lambda text: repr(text[:40]))
def test_parse__evil(text: str) -> None:
    begin = time.perf_counter()
    attempt(text)
    assert time.perf_counter() - begin < HANG


def test_parse__evil_touches_nothing(tmp_path: Path) -> None:
    with nothing_touched(tmp_path):
        n_valid = sum(attempt(text) for text in EVIL_TEXTS)
    assert n_valid < len(EVIL_TEXTS) / 3


def fuzz(n: int, seed: int) -> float:
    """Attempt n texts; return the share that gave values."""
    source = random.Random(seed)
    slowest = 0.0
    good = 0
    for _ in range(n):
        text = hostile_text(source)
        begin = time.perf_counter()
        good += attempt(text)
        slowest = max(slowest, time.perf_counter() - begin)
    assert slowest < HANG
    return good / n


def test_parse__fuzz(tmp_path: Path) -> None:
    with nothing_touched(tmp_path):
        share = fuzz(5_000, seed=1)
    assert 0.05 < share < 0.9


@pytest.mark.slow
def test_parse__fuzz_long(tmp_path: Path) -> None:
    with nothing_touched(tmp_path):
        share = fuzz(100_000, seed=2)
    assert 0.05 < share < 0.9


def test_functions__closed_list() -> None:
    allowed = """log log2 log10 log1p exp exp2 expm1 sqrt cbrt square abs absolute column_stack sign
        floor ceil round rint trunc minimum maximum fmin fmax clip where isnan isfinite isinf
        nan_to_num power mod remainder hypot arctan2 sin cos tan arcsin arccos arctan sinh cosh tanh
        logical_and logical_or logical_not logical_xor add subtract multiply divide true_divide
        negative equal not_equal less less_equal greater greater_equal min max sum mean std var
        median nanmin nanmax nansum nanmean nanstd nanmedian"""
    assert set(NUMPY_FUNCTIONS) == set(allowed.split())
