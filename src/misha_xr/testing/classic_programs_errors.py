"""Random classic calls that must fail: one argument of a good call is spoilt."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

from misha_xr.testing.classic_calls import Step, table
from misha_xr.testing.classic_draws import Draw, call

__all__ = ["ERRORS"]

HERE = table(("chr1", 3, 47), ("chr2", 0, 7))
SPOILT_SCOPES: tuple[Callable[[], Any], ...] = (
    lambda: table(("chr1", 20, 10)),
    lambda: table(("chr1", 10, 10)),
    lambda: table(("chr1", 0, 5000)),
    lambda: table(("chr1", -5, 20)),
    lambda: table(("chr99", 5, 20)),
    lambda: HERE.drop(columns="end"),
    lambda: "absent",
)
SCOPED: tuple[tuple[str, tuple[Any, ...]], ...] = (
    ("gextract", ("d10",)),
    ("gscreen", ("d10 > 1",)),
    ("gsummary", ("d10",)),
    ("gquantiles", ("d10", 0.5)),
    ("gdist", ("d10", [0, 1, 2])),
    ("gpartition", ("d10", [0, 1, 2])),
    ("glookup", ([1, 2], "d10", [0, 1, 2])),
    ("gintervals_summary", ("d10",)),
    ("gintervals_quantiles", ("d10",)),
    ("gsample", ("d10", 3)),
    ("gcor", ("d10", "e10")),
    ("gbins_summary", ("d10", [0, 1, 2])),
    ("gbins_quantiles", ("d10", [0, 1, 2])),
    ("gsegment", ("d10", 100)),
    ("gwilcox", ("d10", 100, 200)),
    ("gintervals_mapply", (len, "d10")),
)
SPOILT_EXPRESSIONS = (
    "absent",
    "d10 +",
    "",
    " d10",
    "d10.sum",
    "(lambda: 1)()",
    "d10 + sp",
    "nope(d10)",
)
NAMED: tuple[tuple[str, tuple[Any, ...]], ...] = (
    ("gtrack_info", ("absent",)),
    ("gtrack_path", ("absent",)),
    ("gtrack_rm", ("absent",)),
    ("gtrack_mv", ("absent", "x")),
    ("gtrack_copy", ("absent", "x")),
    ("gtrack_modify", ("absent", "1")),
    ("gtrack_attr_get", ("absent", "a")),
    ("gtrack_attr_set", ("absent", "a", "b")),
    ("gtrack_attr_export", (["absent"],)),
    ("gtrack_var_get", ("absent", "a")),
    ("gtrack_var_ls", ("absent",)),
    ("gtrack_var_rm", ("absent", "a")),
    ("gtrack_convert_to_indexed", ("absent",)),
    ("gtrack_2d_convert_to_indexed", ("absent",)),
    ("gtrack_array_get_colnames", ("absent",)),
    ("gtrack_array_extract", ("absent",)),
    ("gtrack_array_set_colnames", ("d10", ["a"])),
    ("gintervals_load", ("absent",)),
    ("gintervals_rm", ("absent",)),
    ("gintervals_path", ("absent",)),
    ("gintervals_is_indexed", ("absent",)),
    ("gintervals_chrom_sizes", ("absent",)),
    ("gintervals_attr_get", ("absent", "a")),
    ("gintervals_attr_set", ("absent", "a", "b")),
    ("gintervals_convert_to_indexed", ("absent",)),
    ("gintervals_union", ("absent", HERE)),
    ("gintervals_intersect", ("absent", HERE)),
    ("gintervals_diff", ("absent", HERE)),
    ("gintervals_canonic", ("absent",)),
    ("gintervals_covered_bp", ("absent",)),
    ("gintervals_neighbors", ("absent", HERE)),
    ("gvtrack_info", ("absent",)),
    ("gvtrack_iterator", ("absent",)),
    ("gvtrack_iterator_2d", ("absent",)),
    ("gvtrack_filter", ("absent", HERE)),
    ("gvtrack_array_slice", ("absent",)),
    ("gdir_cd", ("absent",)),
    ("gdataset_info", ("absent",)),
    ("gseq_extract", ("absent",)),
    ("gsetroot", ("absent",)),
    ("gtrack_exists", (5,)),
    ("gintervals_exists", (5,)),
    ("gtrack_ls", ("(",)),
    ("gintervals_ls", ("(",)),
)
BAD: tuple[Step, ...] = (
    call("gquantiles", "d10", 1.5, HERE),
    call("gquantiles", "d10", -0.1, HERE),
    call("gquantiles", "d10", [], HERE),
    call("gintervals_quantiles", "d10", 2, HERE),
    call("gbins_quantiles", "d10", [0, 1], percentiles=1.5),
    call("gdist", "d10", [1, 0]),
    call("gdist", "d10", [1]),
    call("gdist", "d10"),
    call("gpartition", "d10", [1, 0]),
    call("gpartition", "d10", [3]),
    call("glookup", [1, 2, 3], "d10", [0, 1, 2], intervals=HERE),
    call("glookup", [1, 2], "d10", [0, 1, 2]),
    call("gbins_summary", "d10", [0, 1], "e10"),
    call("gextract", "d10", HERE, "absent"),
    call("gextract", "d10", HERE, [10, 20]),
    call("gextract", "d10", HERE, colnames=["a", "b"]),
    call("gextract", "d10", HERE, intervals_join="x"),
    call("gextract", "d10", HERE, band=(1, 5)),
    call("gsummary", "d10", HERE, band=(1, 5)),
    call("gextract", "d10 + d7", HERE),
    call("gextract", "r2", HERE),
    call("gsample", "d10", 0),
    call("gcor", "d10"),
    call("gcor", "d10", "e10", method="x"),
    call("gsegment", "d10", 10),
    call("gwilcox", "d10", 10, 10),
    call("giterator_intervals"),
    call("gintervals", 1, 10, 5),
    call("gintervals", 1, -5, 5),
    call("gintervals", 1, 0, 9999),
    call("gintervals", "chr99"),
    call("gintervals", 1, 5, 10, 2),
    call("gintervals_2d", 1, 10, 5),
    call("gintervals_neighbors", HERE, HERE, 0),
    call("gintervals_neighbors", HERE, HERE, mindist=5, maxdist=1),
    call("gintervals_normalize", HERE, 0),
    call("gintervals_rbind"),
    call("gintervals_rbind", HERE, HERE.assign(x=1)),
    call("gintervals_mark_overlaps", HERE.iloc[:0]),
    call("gintervals_random", 0, 5),
    call("gintervals_random", 5, 0),
    call("gintervals_random", 10**6, 5, 0),
    call("gintervals_save", HERE, "iset"),
    call("gintervals_save", "iset", HERE),
    call("gintervals_update", "iset", HERE),
    call("gintervals_from_mat", HERE),
    call("gintervals_to_mat", HERE.drop(columns="end")),
    call("gintervals_2d_band_intersect", HERE, (1, 2)),
    call("gintervals_2d_intersect", HERE, HERE),
    call("gvtrack_create", "v", "d10", "avg", what=5),
    call("gvtrack_create", "v", None, "kmer.count", strange=1),
    call("gvtrack_filter", "absent"),
    call("gtrack_attr_import", HERE.iloc[:0]),
    call("gtrack_var_set", "d10", "a/b", 1),
    call("gmax_processes", 0),
    call("gdir_create", "ns"),
    call("gdir_rm", "ns"),
    call("gdb_init", "/absent"),
    call("gdataset_load", "/absent"),
    call("gdataset_save", "{home}/ds9", "d"),
    call("gcis_decay", "d10", [0, 1], HERE, HERE),
    call("gcis_decay", "r2", [0], HERE, HERE),
    call("gseq_extract", table(("chr99", 0, 5))),
    call("gseq_extract", table(("chr1", 5, 2))),
)


def _unknown_keyword(rng: random.Random) -> tuple[Step, ...]:
    name, args = rng.choice(SCOPED)
    return (call(name, *args, **{rng.choice(["itterator", "intervls", "what"]): 5}),)


def _scoped(rng: random.Random) -> tuple[Step, ...]:
    name, args = rng.choice(SCOPED)
    return (call(name, *args, intervals=rng.choice(SPOILT_SCOPES)()),)


def _expressed(rng: random.Random) -> tuple[Step, ...]:
    name, args = rng.choice(SCOPED[:6])
    return (call(name, rng.choice(SPOILT_EXPRESSIONS), *args[1:], intervals=HERE),)


ERRORS: tuple[Draw, ...] = (
    _unknown_keyword,
    _scoped,
    _expressed,
    lambda rng: (call(*(lambda found: (found[0], *found[1]))(rng.choice(NAMED))),),
    lambda rng: (rng.choice(BAD),),
)
