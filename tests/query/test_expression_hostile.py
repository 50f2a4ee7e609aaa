"""Hostile texts: a value or an ExpressionError, at once, and nothing is touched."""

from __future__ import annotations

import random
import sys
import time
import tracemalloc
from collections.abc import Iterator
from contextlib import chdir, contextmanager
from pathlib import Path

import numpy as np
import pytest

from misha_xr.errors import ExpressionError
from misha_xr.query.expression import parse_expression
from misha_xr.query.expression_functions import NUMPY_FUNCTIONS
from misha_xr.testing.hostile_expressions import EVIL_TEXTS, hostile_text
from misha_xr.testing.semantics import semantics_database

N = 5
COLUMNS = {
    **{name: np.array([0.0, 1, -2, np.nan, np.inf]) for name in ("d10", "ns.sp2", "1x")},
    "START": np.arange(N),
    "END": np.arange(N),
    "CHROM": np.array(["a"] * N, object),
}
_WATCHED = ("open", "os.", "subprocess.", "socket.", "import", "exec", "compile", "shutil.")

HANG = 2  # seconds of this thread; milliseconds are normal, so this is no measure of speed


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
    begin = time.thread_time()
    attempt(text)
    assert time.thread_time() - begin < HANG


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
        begin = time.thread_time()
        good += attempt(text)
        slowest = max(slowest, time.thread_time() - begin)
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


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("9 ** 9 ** 9", np.inf),
        ("-(9.0 ** 999)", -np.inf),
        ("2 ** 1000", 2.0**1000),
        ("(-2) ** 3", -8.0),
        ("0 * 9 ** 9 ** 9", np.nan),
        ("10 ** -400", 0.0),
    ],
)
def test_constants__powers_are_floating_point(text: str, value: float) -> None:
    parsed = parse_expression(f"{text} + 0 * k", {"d10"}.__contains__, {"k": 2})
    np.testing.assert_equal(parsed.evaluate({}, 3), np.full(3, value))


@pytest.mark.parametrize(
    "text", ["1 << 2", "d10 << 1", "8 >> 1", "[1] * 9", "'a' * 9", "[d10] + [d10]", "9 ^ 2.5"]
)
def test_operators__none_that_shift_or_repeat(text: str) -> None:
    with pytest.raises(ExpressionError):
        parse_expression(text, {"d10"}.__contains__, {}).evaluate(COLUMNS, N)


@pytest.mark.parametrize("n", [100, 5_000])
@pytest.mark.parametrize(
    "form", ["({})", "-{}", "np.log({})", "[{}]", "1 if 1 else {}", "{} + d10"]
)
def test_nesting__bounded_or_evaluated(form: str, n: int) -> None:
    text = "d10"
    while len(text) < n * len(form):
        text = form.format(text)
    attempt(text)
    with pytest.raises(ExpressionError, match=r"characters|nest|deep|long"):
        parse_expression(text * (1 + 20_000 // len(text)), {"d10"}.__contains__, {})


def test_memory__in_proportion_to_columns_not_to_texts() -> None:
    source = random.Random(3)
    texts = [*EVIL_TEXTS, *(hostile_text(source) for _ in range(100))]
    attempt("np.median(d10)")
    peaks = {}
    tracemalloc.start()
    for text in texts:
        tracemalloc.reset_peak()
        before = tracemalloc.get_traced_memory()[0]
        attempt(text)
        peaks[text[:60]] = tracemalloc.get_traced_memory()[1] - before
    tracemalloc.stop()
    worst = max(peaks, key=peaks.__getitem__)
    assert peaks[worst] < 16 << 20, worst


def test_query__evil_through_the_front_door(tmp_path: Path) -> None:
    db = semantics_database()
    source = random.Random(4)
    texts = [*EVIL_TEXTS, *(hostile_text(source) for _ in range(500))]
    db.extract("d10 + sp", "chr1:0-100", 20)
    before = sorted(db.root.rglob("*"))
    with chdir(tmp_path):
        for text in texts:
            try:
                db.extract(text, "chr1:0-100", 20, variables={"k": 2})
            except ExpressionError:
                continue
    assert list(tmp_path.iterdir()) == []
    assert sorted(db.root.rglob("*")) == before
