"""Random classic questions about tracks: steps, statistics, distributions, tests, sequences."""

from __future__ import annotations

import random
from typing import Any

import numpy as np

from misha_xr.testing.classic_calls import Step
from misha_xr.testing.classic_draws import Draw, call, expression, iterator, maybe, rows, scope

__all__ = ["ANALYSES", "EXTRACTION", "SEQUENCES"]

BREAKS = ([-5, 0, 1.25, 6], [-20, -1, 0, 1, 20], [0, 3], [-100.0, 100.0])
PERCENTILES = (0.5, [0.1, 0.9], [0.25, 0.5, 1], 0, [0.5, 0.25])


def _quiet(rng: random.Random, name: str) -> dict[str, Any]:
    return maybe(rng, 0.1, progress=lambda: False, progress_desc=lambda: f"{name}!")


def _leaves(rng: random.Random) -> tuple[str, ...]:
    return rng.choice([("d10", "e10"), ("d10", "e10"), ("sp",), ("d7",), ("cells",)])


def _steps(rng: random.Random) -> dict[str, Any]:
    return maybe(rng, 0.5, iterator=lambda: iterator(rng))


def _extract(rng: random.Random) -> tuple[Step, ...]:
    leaves = _leaves(rng)
    exprs = [expression(rng, leaves) for _ in range(rng.choice([1, 1, 2]))]
    more: dict[str, Any] = {**_steps(rng), **_quiet(rng, "x")}
    more |= maybe(
        rng, 0.15, colnames=lambda: [f"c{k}" for k in range(len(exprs))], vars=lambda: {"k": 2}
    )
    if "vars" in more:
        exprs[0] += " + k"
    more |= {"intervals": scope(rng)} if rng.random() < 0.8 else {}
    kind = rng.randrange(8)
    if kind == 0:
        return (
            call("gextract", exprs, **more, file="{home}/out.tsv"),
            call("open", "{home}/out.tsv"),
        )
    if kind == 1:
        return (
            call("gextract", exprs, **more, intervals_set_out="new.out"),
            call("gintervals_load", "new.out"),
        )
    return (call("gextract", expr=exprs if len(exprs) > 1 else exprs[0], **more),)


def _screen(rng: random.Random) -> tuple[Step, ...]:
    expr = f"{expression(rng, _leaves(rng))} > {rng.choice([0.3, 1.05, -2.05])}"
    more = {**_steps(rng), **_quiet(rng, "s"), **maybe(rng, 0.1, vars=lambda: {"k": 1.3})}
    expr += " - k" if "vars" in more else ""
    if rng.random() < 0.2:
        return (
            call("gscreen", expr, scope(rng), intervals_set_out="new.out", **more),
            call("gintervals_exists", "new.out"),
        )
    return (call("gscreen", expr=expr, intervals=scope(rng), **more),)


def _summary(rng: random.Random) -> tuple[Step, ...]:
    more = {**_steps(rng), **_quiet(rng, "s"), **maybe(rng, 0.1, vars=lambda: {"k": 1.3})}
    expr = expression(rng, _leaves(rng)) + (" * k" if "vars" in more else "")
    return (call("gsummary", expr=expr, intervals=scope(rng), **more),)


def _intervals(rng: random.Random) -> tuple[Step, ...]:
    if rng.random() < 0.3:
        return (call("giterator_intervals", expression(rng), intervals=scope(rng)),)
    more: dict[str, Any] = maybe(
        rng,
        interval_relative=lambda: rng.random() < 0.7,
        partial_bins=lambda: rng.choice(["clip", "drop", "exact", "other"]),
    )
    step = iterator(rng, fixed=bool(more))
    if rng.random() < 0.15:
        more["intervals_set_out"] = "new.out"
    return (
        call("giterator_intervals", None, rows(rng, 1, 3), step, **more),
        *([call("gintervals_load", "new.out")] if "intervals_set_out" in more else []),
    )


EXTRACTION: tuple[Draw, ...] = (_extract, _extract, _screen, _summary, _intervals)


def _quantiles(rng: random.Random) -> tuple[Step, ...]:
    expr, name = expression(rng, _leaves(rng)), rng.choice(["percentiles", "percentile"])
    more = {**_steps(rng), **_quiet(rng, "q"), name: rng.choice(PERCENTILES)}
    more |= maybe(rng, 0.1, vars=lambda: {"k": 3})
    return (call("gquantiles", expr=expr, intervals=scope(rng), **more),)


def _summaries(rng: random.Random) -> tuple[Step, ...]:
    expr, where = expression(rng, _leaves(rng)), scope(rng)
    more: dict[str, Any] = {**_steps(rng), **_quiet(rng, "q")}
    name = rng.choice(["gintervals_summary", "gintervals_quantiles"])
    if name == "gintervals_quantiles":
        more[rng.choice(["percentiles", "percentile"])] = rng.choice(PERCENTILES)
    if rng.random() < 0.15:
        return (
            call(name, expr, intervals=where, intervals_set_out="new.out", **more),
            call("gintervals_exists", "new.out"),
        )
    return (call(name, expr=expr, intervals=where, **more),)


def _mapply(rng: random.Random) -> tuple[Step, ...]:
    function: Any = rng.choice([np.nansum, len, np.size])
    more: dict[str, Any] = {**_steps(rng), **maybe(rng, 0.2, colnames=lambda: "m")}
    more["intervals"] = rows(rng, 1, 4)
    if rng.random() < 0.2:
        function = "{gapply_intervals[chrom]}:{gapply_intervals[start]}".format
        more = {"intervals": more["intervals"], "enable_gapply_intervals": True}
    if rng.random() < 0.15:
        more["intervals_set_out"] = "new.out"
    step = call("gintervals_mapply", function, expression(rng), **more)
    return (step, *([call("gintervals_load", "new.out")] if "intervals_set_out" in more else []))


def _gdist(rng: random.Random) -> tuple[Step, ...]:
    more: dict[str, Any] = {**_steps(rng), **_quiet(rng, "d")}
    more |= maybe(rng, include_lowest=lambda: True, intervals=lambda: scope(rng))
    more |= rng.choice([{}, {"dataframe": True}, {"dataframe": True, "names": ["a"]}])
    more |= maybe(rng, 0.1, vars=lambda: {"k": 1.3})
    return (call("gdist", expression(rng, _leaves(rng)), rng.choice(BREAKS), **more),)


def _partition(rng: random.Random) -> tuple[Step, ...]:
    more: dict[str, Any] = {**_steps(rng), **maybe(rng, include_lowest=lambda: True)}
    more["intervals"] = scope(rng)
    if rng.random() < 0.15:
        more["intervals_set_out"] = "new.out"
    expr = expression(rng, _leaves(rng))
    if rng.random() < 0.1:
        expr, more["vars"] = f"{expr} + k", {"k": 1.3}
    step = call("gpartition", expr=expr, breaks=rng.choice(BREAKS), **more)
    return (step, *([call("gintervals_exists", "new.out")] if "intervals_set_out" in more else []))


def _lookup(rng: random.Random) -> tuple[Step, ...]:
    breaks = rng.choice(BREAKS)
    more: dict[str, Any] = {"intervals": scope(rng), **_steps(rng), **_quiet(rng, "l")}
    more |= maybe(rng, include_lowest=lambda: True, force_binning=lambda: False)
    values = [float(k * k) for k in range(len(breaks) - 1)]
    if rng.random() < 0.3:
        square = [[v + 1, v - 1] for v in values]
        return (call("glookup", square, "d10", breaks, "e10", [-10, 0, 10], **more),)
    if rng.random() < 0.15 and more["intervals"] is not None:
        return (
            call("glookup", values, "d10", breaks, **more, intervals_set_out="new.out"),
            call("gintervals_exists", "new.out"),
        )
    return (call("glookup", values, expression(rng), breaks, **more),)


def _bins(rng: random.Random) -> tuple[Step, ...]:
    name = rng.choice(["gbins_summary", "gbins_quantiles"])
    more: dict[str, Any] = maybe(
        rng,
        expr=lambda: expression(rng),
        intervals=lambda: rows(rng, 1, 3),
        include_lowest=lambda: True,
        iterator=lambda: iterator(rng, fixed=True),
    )
    if name == "gbins_quantiles" and rng.random() < 0.7:
        more["percentiles"] = rng.choice(PERCENTILES)
    pairs = ["d10", rng.choice(BREAKS)]
    if rng.random() < 0.3:
        pairs += ["e10", [-10, 0, 10]]
    return (call(name, *pairs, **more),)


def _sample(rng: random.Random) -> tuple[Step, ...]:
    steps = maybe(rng, 0.3, iterator=lambda: iterator(rng, fixed=True))
    n = rng.choice([1, 4, 10**5])
    return (call("gsample", expr=expression(rng), n=n, intervals=scope(rng), **steps),)


def _cor(rng: random.Random) -> tuple[Step, ...]:
    more: dict[str, Any] = maybe(
        rng,
        intervals=lambda: scope(rng),
        iterator=lambda: iterator(rng, fixed=True),
        details=lambda: True,
        method=lambda: rng.choice(["pearson", "spearman", "spearman.exact", "kendall"]),
    )
    exprs = ["d10", "e10", "d10 * e10", "e10 + 1"][: rng.choice([2, 2, 4, 3, 1])]
    if rng.random() < 0.2:
        more["names"] = ["x", "y"][: len(exprs) // 2]
    return (call("gcor", *exprs, **more),)


def _segments(rng: random.Random) -> tuple[Step, ...]:
    more: dict[str, Any] = maybe(
        rng,
        maxpval=lambda: rng.choice([0.3, 0.01]),
        onetailed=lambda: False,
        intervals=lambda: rng.choice(["chr1", "chr2"]),
        iterator=lambda: 10,
        intervals_set_out=lambda: "new.out",
    )
    if "intervals" in more:
        ends = {"chr1": 1003, "chr2": 617}
        more["intervals"] = rows(rng, 1, 1).assign(
            chrom=more["intervals"], start=0, end=ends[more["intervals"]]
        )
    loads = [call("gintervals_exists", "new.out")] if "intervals_set_out" in more else []
    if rng.random() < 0.5:
        return (call("gsegment", "d10", rng.choice([100, 150, 230, 20]), **more), *loads)
    more |= maybe(rng, what2find=lambda: rng.choice([-1, 0]))
    return (call("gwilcox", "d10", rng.choice([100, 120]), rng.choice([200, 300]), **more), *loads)


def _autocorr(rng: random.Random) -> tuple[Step, ...]:
    more: dict[str, Any] = maybe(
        rng,
        min_coord=lambda: 50,
        max_coord=lambda: 600,
        maxread=lambda: 200,
        cols_order=lambda: (9, 11, 13, 14),
    )
    path = rng.choice(["{home}/files/reads.tsv"] * 4 + ["{home}/files/absent"])
    return (call("gcompute_strands_autocorr", path, "chr1", rng.choice([10, 25, 50, 0]), **more),)


def _insulation(rng: random.Random) -> tuple[Step, ...]:
    name = rng.choice(["gtrack_2d_get_insu_borders", "gtrack_2d_get_insu_doms"])
    return (call(name, "d10", rng.choice([0.3, -2, 9]), **maybe(rng, 0.7, iterator=lambda: 20)),)


ANALYSES: tuple[Draw, ...] = (
    _quantiles,
    _summaries,
    _mapply,
    _gdist,
    _partition,
    _lookup,
    _bins,
    _sample,
    _cor,
    _segments,
    _autocorr,
    _insulation,
)


def _text(rng: random.Random) -> str:
    return "".join(rng.choice("ACGTacgtNn-") for _ in range(rng.randrange(9)))


def _turned(rng: random.Random) -> tuple[Step, ...]:
    name = rng.choice(["gseq_rev", "gseq_comp", "gseq_revcomp", "grevcomp"])
    return (call(name, rng.choice([_text(rng), [_text(rng) for _ in range(rng.randrange(4))]])),)


def _bases(rng: random.Random) -> tuple[Step, ...]:
    found = rows(rng, 1, 5, ordered=False)
    if rng.random() < 0.5:
        found["strand"] = [rng.choice([-1, 0, 1]) for _ in range(len(found))]
    return (call("gseq_extract", rng.choice([found, found, "iset", "ns.named", "absent"])),)


SEQUENCES: tuple[Draw, ...] = (_turned, _bases)
