"""The expression language: rules of the semantics, one by one."""

from __future__ import annotations

import pickle
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from misha_xr.errors import ExpressionError, ExpressionSyntaxError
from misha_xr.query.expression import Expression, parse_expression
from misha_xr.testing.expressions import COLUMNS, evaluate_rows, expression_trees, write_tree

TRACKS = {"d10", "ns.sp2", "sp", "1x", "x y", "if", "_v"}
D10 = np.array([0.0, 1, 2, 3, np.nan])
N = len(D10)


def parse(text: str, variables: dict[str, object] | None = None) -> Expression:
    return parse_expression(text, TRACKS.__contains__, variables, known_names=lambda: TRACKS)


def value(text: str, variables: dict[str, object] | None = None) -> list[float]:
    columns = {name: D10.copy() for name in TRACKS}
    columns |= {"ns.sp2": D10 * 10, "START": np.arange(N) * 10, "END": np.arange(N) * 10 + 10}
    columns["CHROM"] = np.array(["chr1", "chr1", "chr2", "chr2", "chrX"], dtype=object)
    before = {name: column.copy() for name, column in columns.items()}
    result = parse(text, variables).evaluate(columns, N)
    assert result.shape == (N,)
    for name, column in columns.items():
        np.testing.assert_array_equal(column, before[name])
    return result.tolist()


def same(found: list[float], expected: list[float]) -> None:
    np.testing.assert_array_equal(np.array(found, float), np.array(expected, float))


NAN = float("nan")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("d10>0 & d10<3", [0, 1, 1, 0, 0]),
        ("d10==1 | d10>2 & d10<4", [0, 1, 0, 1, 0]),
        ("d10==1 || d10>2 && d10<4", [0, 1, 0, 1, 0]),
        ("d10 > 1 ^ d10 < 3 & d10 > 0", [0, 1, 0, 1, 0]),
        ("0 < d10 < 3", [0, 1, 1, 0, 0]),
        ("1 < 2 < d10 <= 3 != 4", [0, 0, 0, 1, 0]),
        ("d10 < 2 < 3", [1, 1, 0, 0, 0]),
        ("~(d10 > 1)", [1, 1, 0, 0, 1]),
        ("d10 != 1", [1, 0, 1, 1, 1]),
        ("ns.sp2*2", [0, 20, 40, 60, NAN]),
        ("`1x` + `x y` + `if`", [0, 3, 6, 9, NAN]),
        ("-d10 ** 2", [0, -1, -4, -9, NAN]),
        ("2 ** -1 + 0*d10", [0.5, 0.5, 0.5, 0.5, NAN]),
        ("2 ** 3 ** 2 + 0 * d10", [512, 512, 512, 512, NAN]),
        ("10 - 4 - 3 + d10", [3, 4, 5, 6, NAN]),
        ("7 // 2 * 2 + d10 % 2", [6, 7, 6, 7, NAN]),
        ("d10 / 0", [NAN, np.inf, np.inf, np.inf, NAN]),
        ("1+1", [2] * N),
        ("1 > 2", [0] * N),
        ("np.mean([1,2,3])", [2] * N),
        ("np.max([1, -2, 3.5])", [3.5] * N),
        ("1_000 + .5 + 1e3 + 5.", [2005.5] * N),
        ("9**9**9", [np.inf] * N),
        ("1e400 - 1e400", [NAN] * N),
        ("START + END", [10, 30, 50, 70, 90]),
        ('CHROM == "chr1"', [1, 1, 0, 0, 0]),
        ("'chr1' != CHROM & d10 == 2", [0, 0, 1, 0, 0]),
        ("5 if 1 > 2 else d10", D10.tolist()),
        ("5 if not 0 and (0 or 2) else d10", [5] * N),
        ("(d10 > 1) + (d10 > 2)", [0, 0, 1, 2, 0]),
        ("(d10 > 1) - (d10 < 1)", [-1, 0, 1, 1, 0]),
        ("np.clip(d10, 1, 2)", [1, 1, 2, 2, NAN]),
        ("np.clip(d10, None, 2)", [0, 1, 2, 2, NAN]),
        ("np.clip(d10, a_min=1)", [1, 1, 2, 3, NAN]),
        ("np.clip(sp, 0, d10 + 0)", D10.tolist()),
        ("np.clip(sp, d10 + 1, d10 + 2)", [1, 2, 3, 4, NAN]),
        ("np.round(d10 / 3, 2)", [0, 0.33, 0.67, 1, NAN]),
        ("round(d10 / 3, 1)", [0, 0.3, 0.7, 1, NAN]),
        ("np.nan_to_num(d10, nan=-1)", [0, 1, 2, 3, -1]),
        ("np.where(d10 > 1, d10, -d10)", [0, -1, 2, 3, NAN]),
        ("int(2.7) + float(True) + bool(3) + abs(-1)", [5] * N),
        ("max(1, 3, 2) - min(4, 2)", [1] * N),
        ("np.max(np.column_stack([d10, 2]), axis=1)", [2, 2, 2, 3, NAN]),
        ("np.nansum(np.column_stack((d10, d10, 1)), 1)", [1, 3, 5, 7, 1]),
        ("np.std(np.column_stack([d10, d10 + 2]), axis=1, ddof=1)", [2**0.5] * 4 + [NAN]),
        ("np.nanmean([d10, START, 1], axis=0)", [1 / 3, 4, 23 / 3, 34 / 3, 20.5]),
        ("np.max([d10 > 1, d10 > 2], 0) + np.sum([1, True], axis=0)", [2, 2, 3, 3, 2]),
        ("numpy.e + np.pi - np.e", [np.pi] * N),
        ("  \n d10\t+\n1 ", [1, 2, 3, 4, NAN]),
    ],
)
def test_evaluate__rules(text: str, expected: list[float]) -> None:
    found = np.array(value(text), dtype=float)
    np.testing.assert_allclose(found, expected, rtol=1e-13, atol=0)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("np.nanmin(d10)", 0),
        ("np.min(d10)", NAN),
        ("min(d10)", NAN),
        ("np.nanmean(d10) * 2", 3),
        ("np.nanmedian(d10)", 1.5),
        ("np.nanstd(d10)", 1.25**0.5),
        ("np.sum(d10 > 1)", 2),
        ("np.mean(np.column_stack([START, END]))", 25),
        ("np.max(np.mean(np.column_stack([START, END]), axis=0))", 30),
        ("np.max(np.mean([START, END], axis=1))", 30),
        ("np.mean([START, END])", 25),
    ],
)
def test_evaluate__aggregates(text: str, expected: float) -> None:
    assert parse(text).aggregate
    same(value(text), [expected] * N)


@pytest.mark.parametrize(
    "text", ["np.mean([1, 2])", "np.max(np.column_stack([d10, sp]), axis=1)", "np.log(d10)"]
)
def test_parse__not_aggregate(text: str) -> None:
    assert not parse(text).aggregate


@pytest.mark.parametrize(
    ("text", "logical"),
    [
        ("d10 > 1", True),
        ("True", True),
        ("np.isnan(d10)", True),
        ("~(d10 > 1) | d10 < 0", True),
        ("np.where(d10, d10 > 1, False)", True),
        ("np.maximum(d10 > 1, d10 < 0)", True),
        ("np.max(d10 > 1)", True),
        ("d10 > 1 if 1 else d10 > 2", True),
        ("d10 > 1 if 1 else d10", False),
        ("(d10 > 1) * 1", False),
        ("-(d10 > 1)", False),
        ("d10", False),
        ("START", False),
        ("np.sum(d10 > 1)", False),
    ],
)
def test_is_boolean__kinds(text: str, logical: bool) -> None:
    expression = parse(text)
    assert expression.is_boolean is logical
    columns = {"d10": D10, "START": np.arange(N)}
    assert expression.evaluate(columns, N).dtype == (np.bool_ if logical else np.float64)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("d10.sum", "'d10' has no '.sum'"),
        ("ns.sp2.sum", "'ns.sp2' has no '.sum'"),
        ("d10.sum()", "'d10' has no '.sum'"),
        ("ns . sp2", "without blanks"),
        ("(d10).sum()", "without blanks"),
        ("np.load('x')", "'np.load' is not among the functions"),
        ("np.loog(d10)", "did you mean 'log'"),
        ("numpy.linalg.norm(d10)", "not among the functions"),
        ("foo(d10)", "own functions cannot be called"),
        ("d10(1)", "'d10' cannot be called"),
        ("d1O + 1", "did you mean 'd10'"),
        ("k + 1", "unknown name 'k'"),
        ("d10 and sp", "use & for the rows"),
        ("not d10", "use ~ for the rows"),
        ("1 if d10 else 2", r"np\.where"),
        ("max(d10, 1)", r"np\.maximum"),
        ("d10 ^ 2", r"a power is written \*\*"),
        ("d10 & sp", "compare first"),
        ("~d10 > 1", "tighter than a comparison"),
        ("np.log", r"call it: np.log\(x\)"),
        ("np", r"np\.log"),
        ("CHROM", "chromosome names"),
        ("CHROM < 'a'", "by == or !="),
        ("'a' == 'b'", "by == or !="),
        ("CHROM + 1", "needs numbers"),
        ("np.column_stack([d10])", "gives a table"),
        ("np.log(np.column_stack([d10]))", "does not take a table"),
        ("np.maximum(d10, [1, 2])", "does not take a list"),
        ("np.mean(d10, axis=1)", "axis=1 needs a table"),
        ("np.mean([1, 2], axis=1)", "axis=1 needs a table"),
        ("np.log([d10, 1])", "does not take a list"),
        ("np.mean([d10, None], axis=0)", "found None"),
        ("np.mean([1, None])", "found None"),
        ("None", "gives None"),
    ],
)
def test_parse__refused(text: str, problem: str) -> None:
    with pytest.raises(ExpressionError, match=problem) as caught:
        parse(text)
    assert "^" in str(caught.value)
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)


@pytest.mark.parametrize(
    ("text", "column"),
    [
        ("d10 + ", 7),
        ("(d10", 5),
        ("d10 d10", 5),
        ("d10 = 3", 5),
        ("d10[0]", 4),
        ("[1, 2]", 1),
        ("0x10", 1),
        ("1j", 1),
        ("d10 << 2", 5),
        ("d10 @ d10", 5),
        ("x := 1", 3),
        ("!d10", 1),
        ("lambda: 1", 7),
        ("np.log(d10, 1)", 13),
        ("np.power(d10)", 1),
        ("np.sum(d10, keepdims=1)", 13),
        ("np.round(d10, sp)", 15),
        ("np.round(d10, 0.5)", 1),
        ("np.clip(a_min=1, d10)", 18),
        ("d10 $", 5),
        ("", 1),
        ("`d10", 1),
    ],
)
def test_parse__syntax(text: str, column: int) -> None:
    with pytest.raises(SyntaxError, match=rf"\(column {column}\)\n  .*\n {{{column + 1}}}\^"):
        parse(text)


def test_parse__error_shows_in_a_traceback() -> None:
    with pytest.raises(ExpressionSyntaxError) as caught:
        parse("d10 +")
    assert "expected a value" in str(caught.value.msg)


def test_parse__names_in_order_of_first_use() -> None:
    expression = parse("sp + ns.sp2 * sp + START - k", {"k": 1, "unused": 2})
    assert expression.names == ("sp", "ns.sp2")
    assert expression.uses_windows == {"START"}
    assert dict(expression.variables) == {"k": 1.0}


def test_parse__track_wins_over_everything() -> None:
    names = {"np", "START", "abs", "True", "k"}
    for name in names:
        assert parse_expression(name, names.__contains__, {name: 1}).names == (name,)
    with pytest.raises(ExpressionError, match="reached as numpy"):
        parse_expression("np.log(2)", names.__contains__)
    with pytest.raises(ExpressionError, match=r"np\.abs is the function"):
        parse_expression("abs(2)", names.__contains__)
    assert parse_expression("numpy.log(2)", names.__contains__).names == ()


def test_parse__whole_dotted_name_first() -> None:
    assert parse_expression("np.log + a.b", {"np.log", "a", "a.b"}.__contains__).names == (
        "np.log",
        "a.b",
    )


@pytest.mark.parametrize(
    "found",
    [3, 3.0, True, np.int8(3), np.float32(3), np.bool_(True), np.array(3), np.uint64(3)],
    ids=repr,
)
def test_variables__scalars(found: object) -> None:
    same(value("k * 2", {"k": found}), [float(found) * 2] * N)


@pytest.mark.parametrize("make", [np.asarray, pd.Series, np.float32], ids=["array", "Series", "f4"])
def test_variables__arrays(make) -> None:
    mine = make(np.arange(N))
    expression = parse("d10 + v", {"v": mine})
    assert expression.array_variables == ("v",)
    mine[:] = 99
    same(expression.evaluate({"d10": D10}, N).tolist(), (D10 + np.arange(N)).tolist())
    cut = expression.evaluate({"d10": D10[1:3], "v": np.arange(N)[1:3]}, 2)
    same(cut.tolist(), [2, 4])


def test_variables__logical_array() -> None:
    same(value("v & d10 > 1", {"v": np.array([1, 1, 1, 0, 1], bool)}), [0, 0, 1, 0, 0])


@pytest.mark.parametrize(
    ("found", "named"),
    [
        ("text", "str"),
        ([1, 2], "list"),
        (None, "NoneType"),
        (np, "module"),
        (1j, "complex"),
        (np.complex128(1), "complex128"),
        (np.zeros((2, 2)), "2-D ndarray of float64"),
        (np.array(["a"]), "1-D ndarray of <U1"),
        (np.array([object()]), "1-D ndarray of object"),
        (np.array(["2020"], "M8[D]"), "datetime64"),
        (np.ma.array([1.0], mask=[True]), "MaskedArray"),
        (10**400, "too large"),
    ],
    ids=lambda item: item if isinstance(item, str) else "",
)
def test_variables__refused(found: object, named: str) -> None:
    with pytest.raises(ExpressionError, match=named):
        parse("d10 + v", {"v": found})
    assert parse("d10", {"v": found}).names == ("d10",)


def test_evaluate__wrong_columns() -> None:
    with pytest.raises(ExpressionError, match="no values were given for 'sp'"):
        parse("d10 + sp").evaluate({"d10": D10}, N)
    with pytest.raises(ExpressionError, match="'d10' has 5 values where the block has 4 rows"):
        parse("d10").evaluate({"d10": D10}, 4)
    with pytest.raises(ExpressionError, match="'v' has 3 values"):
        parse("d10 + v", {"v": np.arange(3)}).evaluate({"d10": D10}, N)
    with pytest.raises(ExpressionError, match="values of type object"):
        parse("d10").evaluate({"d10": np.array(["a"] * N, object)}, N)
    with pytest.raises(ExpressionError, match="2-D values"):
        parse("d10").evaluate({"d10": np.zeros((N, 2))}, N)


@pytest.mark.parametrize(
    "text", ["d10 + 1", "1", "np.mean(d10)", "np.nanmedian(d10)", "d10 > 1", "np.nanstd(d10)",
             "np.max(np.column_stack([d10, 1]), axis=1)"],
)  # fmt: skip
def test_evaluate__no_rows(text: str) -> None:
    assert parse(text).evaluate({"d10": np.empty(0)}, 0).shape == (0,)


def test_evaluate__out() -> None:
    for text, dtype in (("np.log(d10 + 1) - d10 / 2", float), ("d10", float), ("d10 > 1", bool)):
        out = np.empty(N, dtype)
        assert parse(text).evaluate({"d10": D10}, N, out=out) is out
        np.testing.assert_array_equal(out, parse(text).evaluate({"d10": D10}, N))


TEXTS = [
    "np.log(a+1) - 0.5*b + c/(a+0.1)",
    "np.clip(a * 2, b + 0, c * 3) // (a + b) % c",
    "(a > 1) + (b > c) * 2 - (c if 1 > 2 else b * 2) ** 2",
    "a < b + 1 < c * 2 | ~(a * b > c) ^ b == c",
    "np.where(a > b, a + b, a - b) * np.max(np.column_stack([a, b * 2, c]), axis=1)",
    "np.round(a * 10, 1) + np.fmin(a + b, b + c) * -(a - b)",
    "v * a + START",
]


@pytest.mark.parametrize("text", TEXTS)
def test_evaluate__any_blocks(text: str) -> None:
    n = 100_001
    source = np.random.default_rng(7)
    columns = {name: source.normal(size=n) for name in ("a", "b", "c", "START")}
    columns["a"][::7] = np.nan
    expression = parse_expression(text, {"a", "b", "c"}.__contains__, {"v": np.arange(n)})
    columns |= dict(expression.variables)
    whole = expression.evaluate(columns, n)
    cuts = [0, 1, 3, 32_768, 32_769, 70_000, n]
    pieces = [
        expression.evaluate({k: v[low:high] for k, v in columns.items()}, high - low)
        for low, high in pairwise(cuts)
    ]
    np.testing.assert_array_equal(whole, np.concatenate(pieces))
    with ThreadPoolExecutor(4) as pool:
        for again in pool.map(lambda _: expression.evaluate(columns, n), range(8)):
            np.testing.assert_array_equal(whole, again)


def test_expression__pickles_and_is_frozen() -> None:
    expression = parse("np.log(d10) + k * v - `1x`", {"k": 2, "v": np.arange(N)})
    again = pickle.loads(pickle.dumps(expression))
    columns = {"d10": D10, "1x": D10}
    np.testing.assert_array_equal(again.evaluate(columns, N), expression.evaluate(columns, N))
    assert (again.text, again.names) == (expression.text, expression.names)
    with pytest.raises(AttributeError):
        expression.text = "1"  # type: ignore[misc]
    with pytest.raises(TypeError):
        expression.variables["k"] = 3  # type: ignore[index]


def test_parse__not_a_text() -> None:
    with pytest.raises(ExpressionError, match="found NoneType"):
        parse(None)  # type: ignore[arg-type]


_VALUES = st.one_of(
    st.sampled_from([0.0, -0.0, 1.0, -1.0, 2.5, np.nan, np.inf, -np.inf, 1e308]),
    st.floats(-100, 100),
)


@settings(max_examples=500)
@given(
    tree=st.one_of(expression_trees(), expression_trees(logical=True)),
    rows=st.lists(st.tuples(*[_VALUES] * len(COLUMNS)), min_size=1, max_size=9),
)
def test_evaluate__slow_oracle(tree, rows) -> None:
    columns = {name: [row[k] for row in rows] for k, name in enumerate(COLUMNS)}
    n, variables = len(rows), {"k": 3.0}
    expression = parse_expression(write_tree(tree), set(COLUMNS).__contains__, variables)
    arrays = {name: np.array(column) for name, column in columns.items()}
    found = expression.evaluate(arrays, n).astype(float)
    expected = np.array(evaluate_rows(tree, columns, variables, n), dtype=float)
    # sums may be ordered otherwise; log and power differ in the last bit between loop widths
    np.testing.assert_allclose(found, expected, rtol=1e-9, atol=0, err_msg=expression.text)
