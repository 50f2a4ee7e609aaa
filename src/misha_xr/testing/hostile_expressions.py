"""Texts that try to break the parser of expressions, or to reach what they must not."""

from __future__ import annotations

import random

__all__ = ["EVIL_TEXTS", "hostile_text"]

EVIL_TEXTS = (
    "", " ", "\x00", "d10\x00", "\ud800", "d10 + \u0661", "\ufeffd10", "d10\u00a0+1", "é", "\uff19",
    "9**9**9**9", "1<<10**9", "9" * 9_000, "1e" + "9" * 5_000, "2**" * 3_000 + "2",
    "(" * 5_000, "(" * 4_000 + "1" + ")" * 4_000, "-" * 9_000 + "1", "~" * 9_000 + "d10",
    "[" * 5_000, "np.log(" * 1_000, "1 if 1 else " * 700 + "1", "not " * 2_000 + "1",
    "1+" * 4_900 + "1", "d10<" * 2_400 + "d10", "d10&" * 2_400 + "d10", "1<" * 4_900 + "1",
    "a." * 4_000, "np." * 3_000 + "log(1)", "x" * 10_001, "`" + "x" * 9_000 + "`", "`" * 9_000,
    "__import__('os').system('touch pwned')", "np.load('/etc/passwd')", "np.fromfile('x')",
    "np.save('pwned', d10)", "np.lib.npyio.load('x')", "np.__builtins__", "np.os.system('ls')",
    "().__class__.__bases__[0].__subclasses__()", "d10.__class__", "d10.tofile('pwned')",
    "open('pwned', 'w')", "eval('1')", "exec('1')", "getattr(np, 'load')('x')", "globals()",
    "lambda: 0", "(lambda x: x)(1)", "[x for x in d10]", "{x for x in d10}", "(x := 1)", "x = 1",
    "f'{d10}'", "f'{9**9**9}'", "b'x'", "'a' * 10**9", "[0] * 10**9", "np.zeros(10**9)",
    "np.ones((10**6, 10**6))", "np.arange(1e12)", "d10[0]", "d10[::-1]", "d10[None]", "d10 @ d10",
    "import os", "from os import system", "d10; d10", "d10 # x", "yield 1", "await d10", "*d10",
    "**d10", "np.log(*d10)", "np.log(**d10)", "np.add(d10, d10, out=d10)", "np.add(d10, d10, d10)",
    "np.sum(d10, where=d10)", "np.where(d10)", "np.frompyfunc(1, 1, 1)", "np.vectorize(1)(d10)",
    "np.apply_along_axis(1, 0, d10)", "np.fromfunction(1, (9, 9))", "np.memmap('x')",
    "np.ctypeslib.load_library('x', 'y')", "np.DataSource('x').open('y')", "np.loadtxt('x')",
    "np.genfromtxt('http://x')", "np.core", "np.testing", "np.round(d10, 10**9)",
    "np.round(1.5, 300)", "np.column_stack([" + "d10," * 2_000 + "])",
    "np.max([" + "1," * 4_000 + "])",
    "np.std(d10, ddof=9**9**9)", "np.std(d10, ddof=np.nan)", "np.mean(d10, axis=np.inf)",
    "np.nan_to_num(d10, nan=None)", "np.clip(None, 1, 2)", "np.log(None)", "None + 1", "None", "np",
    "np.log", "CHROM", "CHROM + 1", "CHROM < 'a'", "CHROM == CHROM", "'a' == 'a'", "CHROM == 1",
    "START == 'a'", "True + True", "~True", "~1", "-True", "d10 if d10 else d10", "d10 and d10",
    "0x10", "1j", "1__0", "1_", "0b1", "1..2", "1.e", "..", "...", "Ellipsis", "d10 is d10",
    "d10 in d10", "np.power(9, 9**9)", "1 // 0", "1 % 0", "0 ** -1", "(-8) ** (1 / 3)",
    "int(np.nan)",
    "int(np.inf)", "bool(np.nan)", "round(1, np.nan)", "min()", "max(" + "1," * 3_000 + ")",
    "%s %d",
    "d10 %", "{}", "d10\n+\n1", "\td10", "d10\\\n+1", '"' * 9_999, "'" + "a" * 9_000 + "'",
)  # fmt: skip
"""Texts that broke evaluators somewhere, or could."""

_WORDS = (
    "d10", "ns.sp2", "1x", "`1x`", "k", "START", "END", "CHROM", "np", "numpy", "np.log", "np.mean",
    "np.where", "np.column_stack", "np.clip", "np.load", "np.nan", "abs", "min", "max", "round",
    "int", "if", "else", "and", "or", "not", "True", "None", "lambda", "for", "in", "is", "(", ")",
    "(", ")", "[", "]", "{", "}", ",", ",", "=", "==", "!=", "<", ">", "<=", ">=", "&", "|", "&&",
    "||", "^", "~", "!", "+", "-", "*", "/", "//", "%", "**", "@", "<<", ">>", ":", ";", ".", ":=",
    "0", "1", "2.5", "1e9", "9**9", "1e400", "'a'", '"b"', "`", "'", '"', "\\", "#", "$", "?",
    "axis=", "axis=1", "ddof=", "__class__", ".sum", "\x00", "\n", "\xe9", "9999999999999999999",
)  # fmt: skip


def hostile_text(source: random.Random) -> str:
    """Draw a text: words in any order, a valid text spoilt, or plain noise.

    Parameters
    ----------
    source : random.Random
        The generator; the same seed gives the same texts.

    Returns
    -------
    str
        Up to a few hundred characters.

    Examples
    --------
    >>> hostile_text(random.Random(1)) == hostile_text(random.Random(1))
    True
    """
    style = source.random()
    if style < 0.1:
        return "".join(chr(source.randrange(0x250)) for _ in range(source.randrange(40)))
    if style < 0.5:
        glue = source.choice(("", " "))
        return glue.join(source.choice(_WORDS) for _ in range(source.randrange(1, 30)))
    text = list(_plausible(source, 4))
    for _ in range(source.randrange(4) if style < 0.9 else 0):
        at = source.randrange(len(text) + 1)
        text[at : at + source.randrange(3)] = source.choice(_WORDS)
    return "".join(text)


def _plausible(source: random.Random, depth: int) -> str:
    """Write something that mostly parses."""
    if depth == 0 or source.random() < 0.2:
        return source.choice(("d10", "ns.sp2", "`1x`", "k", "START", "2", "0.5", "np.inf", "1e308"))
    inner = [_plausible(source, depth - 1) for _ in range(3)]
    form = source.choice(
        (
            "{0} + {1}", "{0} ** {1}", "({0}) * ({1})", "-{0}", "{0} > {1}",
            "({0} > 1) & ({1} < 2)",
            "np.log({0})", "np.where({0}, {1}, {2})", "np.mean({0})", "{0} < {1} < {2}",
            "np.max(np.column_stack([{0}, {1}, {2}]), axis=1)", "np.clip({0}, {1}, {2})",
            "{0} if 1 > 2 else {1}", "np.nanmedian({0}) // {1} % {2}", "~({0} == {1})",
            "np.round({0}, 2)", "np.nan_to_num({0}, nan=1)", "np.nanstd([1, 2, 3], ddof=1) - {0}",
        )
    )  # fmt: skip
    return str(form).format(*inner)
