"""Random classic programs with virtual tracks, array tracks and tracks of two dimensions."""

from __future__ import annotations

import random
from typing import Any

import pandas as pd

from misha_xr.testing.classic_calls import Step, table
from misha_xr.testing.classic_draws import Draw, band, boxes, call, iterator, maybe, rows, scope
from misha_xr.testing.classic_ground import COLUMNS_2D, PAIRED

__all__ = ["ARRAYS", "PLANES", "VTRACKS"]

VALUES: tuple[str, ...] = (
    "avg",
    "mean",
    "sum",
    "min",
    "max",
    "stddev",
    "std",
    "quantile",
    "nearest",
    "lse",
)
VALUES += ("exists", "size", "first", "last", "sample")
PLACES = tuple(
    f"{end}.pos.{kind}" for end in ("first", "last", "min", "max") for kind in ("abs", "relative")
)
PERCENTILES = ("global.percentile", "global.percentile.min", "global.percentile.max")
DISTANCES = ("distance", "distance.center", "distance.edge", "coverage", "neighbor.count")
HERE = table(("chr1", 3, 470), ("chr10", 0, 400), ("chr2", 10, 300), ("chrX", 0, 37))


def _value_table() -> pd.DataFrame:
    spots = [("chr1", 5 + 61 * k, 15 + 61 * k + k % 9, k % 7 / 4) for k in range(16)]
    spots += [("chr2", 50, 60, -2.0), ("chr2", 90, 300, 8.0)]
    return table(*spots, columns=("chrom", "start", "end", "score"))


def _shifts(rng: random.Random) -> dict[str, int]:
    return {"sshift": rng.choice([0, -20, 7, -500]), "eshift": rng.choice([0, 20, -3, 400])}


def _shifted(rng: random.Random, name: str) -> tuple[Step, ...]:
    if rng.random() < 0.6:
        return ()
    return (call("gvtrack_iterator", name, **_shifts(rng)),)


def _asked(rng: random.Random, name: str, places: Any = None) -> Step:
    """Ask about a virtual track at explicit steps."""
    where = HERE if places is None else places
    kind = rng.randrange(5)
    if kind == 0:
        return call("gsummary", name, where, 25)
    if kind == 1:
        return call("gquantiles", name, [0.2, 0.7], where, 25)
    steps = rng.choice([10, 25, 50, 100])
    return call("gextract", rng.choice([name, name, f"{name} * 2"]), where, steps)


def _of_track(rng: random.Random) -> tuple[Step, ...]:
    source = rng.choice(["d10", "e10", "d7", "sp", "ns.sp2", "cells"])
    functions = [*VALUES, *PLACES, *(PERCENTILES if source.startswith(("d", "e")) else ())]
    function = rng.choice(functions)
    if source == "cells" and function == "lse":
        function = "avg"
    args: dict[str, Any] = {"src": source, "func": function}
    args |= {"params": rng.choice([0, 0.3, 1])} if function == "quantile" else {}
    args |= _shifts(rng) if rng.random() < 0.2 else {}
    return (call("gvtrack_create", vtrack_name="v", **args), *_shifted(rng, "v"), _asked(rng, "v"))


def _of_table(rng: random.Random) -> tuple[Step, ...]:
    function = rng.choice([*VALUES[:10], "first", "last", *PLACES, None])
    params = 0.4 if function == "quantile" else None
    return (
        call("gvtrack_create", "v", _value_table(), function, params),
        *_shifted(rng, "v"),
        _asked(rng, "v"),
    )


def _distances(rng: random.Random) -> tuple[Step, ...]:
    source = table(("chr1", 40, 80), ("chr1", 200, 290), ("chr2", 5, 40), ("chr2", 90, 120))
    if rng.random() < 0.5:
        source["strand"] = [1, -1, 0, 1]
    function = rng.choice(DISTANCES)
    width = {"distance": [None, 20], "neighbor.count": [None, 30]}.get(function, [None])
    source = rng.choice([source, source, rows(rng, 2, 5)])
    return (
        call("gvtrack_create", "v", source, function, rng.choice(width)),
        *_shifted(rng, "v"),
        _asked(rng, "v"),
    )


def _filtered(rng: random.Random) -> tuple[Step, ...]:
    source = rng.choice(["d10", "d7", "sp"])
    functions = ["avg", "sum", "size", "exists", "min", "max", "stddev", "quantile", "first"]
    function = rng.choice([*functions, "last", "lse"])
    params = 0.3 if function == "quantile" else None
    mask = rng.choice(["iset", "ns.sp2", rows(rng, 1, 5), ["iset", rows(rng)], boxes(rng)])
    how = rng.randrange(4)
    if how == 0:
        return (
            call("gvtrack_create", "v", source, function, params, filter=mask),
            _asked(rng, "v"),
        )
    name = "mask" if how == 1 else "filter"
    return (
        call("gvtrack_create", "v", source, function, params),
        *_shifted(rng, "v"),
        call("gvtrack_filter", vtrack_name="v", **{name: mask}),
        _asked(rng, "v"),
    )


def _definitions(rng: random.Random) -> tuple[Step, ...]:
    source, function = rng.choice(
        [("d10", "max"), ("sp", None), (_value_table(), None), (rows(rng), "distance")]
    )
    return (
        call("gvtrack_create", "v", source, function),
        call("gvtrack_create", "w", "e10", "quantile", 0.5),
        call("gvtrack_ls"),
        call("gvtrack_info", vtrack_name="v"),
        call("gvtrack_rm", vtrack_name=rng.choice(["w", "absent"])),
        call("gvtrack_ls"),
        *([call("gvtrack_clear"), call("gvtrack_ls")] if rng.random() < 0.3 else []),
        call("gvtrack_info", rng.choice(["v", "w"])),
    )


def _two_together(rng: random.Random) -> tuple[Step, ...]:
    source = rng.choice(["d10", "sp"])
    return (
        call("gvtrack_create", "v", source, rng.choice(["max", "sum"])),
        call("gvtrack_create", "w", source, rng.choice(["avg", "last"]), None, -30, 40),
        call("gextract", rng.choice([["v", "w"], "v - w", ["w", source]]), HERE, iterator(rng)),
    )


VTRACKS: tuple[Draw, ...] = (
    _of_track,
    _of_track,
    _of_table,
    _distances,
    _filtered,
    _definitions,
    _two_together,
)


def _array_extract(rng: random.Random) -> tuple[Step, ...]:
    more = maybe(
        rng,
        0.6,
        slice=lambda: rng.choice([["c", "a"], [3, 0], ["zz"], ["b"]]),
        intervals=lambda: rng.choice([scope(rng, named=False), "iset"]),
    )
    if rng.random() < 0.2:
        path = "{home}/out.tsv"
        return (call("gtrack_array_extract", "cells", **more, file=path), call("open", path))
    return (call("gtrack_array_extract", track="cells", **more),)


def _array_names(rng: random.Random) -> tuple[Step, ...]:
    names = rng.choice([["p", "q", "r", "s"], ["a", "a", "b", "c"]])
    return (
        call("gtrack_array_set_colnames", track="cells", colnames=names),
        call("gtrack_array_get_colnames", track="cells"),
    )


def _slices(rng: random.Random) -> tuple[Step, ...]:
    func = rng.choice(["avg", "sum", "min", "max", "stddev", "quantile"])
    more: dict[str, Any] = {"slice": rng.choice([["b", "c"], [0, 2, 3], ["a"], None]), "func": func}
    more |= {"params": 0.3} if func == "quantile" else {}
    return (
        call("gvtrack_create", "v", "cells"),
        call("gvtrack_array_slice", vtrack="v", **more),
        _asked(rng, "v"),
    )


def _made_array(rng: random.Random) -> tuple[Step, ...]:
    found = table(("chr1", 3, 40), ("chr1", 50, 60), ("chr2", 1, 9))
    values = [[rng.choice([1.5, -2, float("nan")]) for _ in range(2)] for _ in range(3)]
    args = {"track": "new.t", "description": "d", "intervals": found, "values": values}
    steps = rng.choice(
        [
            call("gtrack_array_create", **args, colnames=["a", "b"]),
            call(
                "gtrack_array_import", "new.t", "d", rng.choice(["cells", "{home}/files/array.tsv"])
            ),
            call("gtrack_array_import", "new.t", "d", "cells", "{home}/files/array.tsv"),
        ]
    )
    return (
        steps,
        call("gtrack_array_extract", "new.t"),
        call("gtrack_array_get_colnames", "new.t"),
    )


ARRAYS: tuple[Draw, ...] = (_array_extract, _array_names, _slices, _made_array)


def _squares() -> pd.DataFrame:
    pairs = [("chr1", 0, 1003, "chr1", 0, 1003), ("chr2", 0, 617, "chr2", 0, 617)]
    return pd.DataFrame(pairs, columns=COLUMNS_2D).astype({"chrom1": "str", "chrom2": "str"})


def _plane_question(rng: random.Random) -> tuple[Step, ...]:
    track = rng.choice(PAIRED)
    more: dict[str, Any] = {}
    if rng.random() < 0.5:
        more["iterator"] = [rng.choice([100, 333]), rng.choice([150, 400])]
    if rng.random() < 0.3:
        more["band"] = band(rng)
    where = _squares() if "iterator" not in more else boxes(rng, 1, 1, cis=True)
    name = rng.choice(["gextract", "gextract", "gsummary", "gquantiles", "gdist", "gscreen"])
    args = {"gdist": ([0, 12, 30],), "gquantiles": ([0.3, 0.8],)}.get(name, ())
    expr = f"{track} > 3" if name == "gscreen" else track
    if name == "gscreen":
        more.pop("iterator", None)
        where = _squares()
    return (call(name, expr, *args, intervals=where, **more),)


def _plane_statistics(rng: random.Random) -> tuple[Step, ...]:
    names = ["gbins_summary", "gbins_quantiles", "gintervals_summary", "gintervals_quantiles"]
    name = rng.choice([*names, "gpartition", "glookup", "gintervals_mapply", "gtrack_lookup"])
    breaks, more = [0, 12, 30], {"intervals": _squares().iloc[:1], "band": band(rng)}
    if name == "gtrack_lookup":
        made = call(name, "new.t", "d", [1.0, 2.0], "r2", breaks, band=more["band"])
        return (made, call("gextract", "new.t", _squares().iloc[:1]))
    first: dict[str, tuple[Any, ...]] = {
        "glookup": ([1.0, 2.0], "r2", breaks),
        "gintervals_mapply": (len, "r2"),
        "gintervals_summary": ("r2",),
        "gintervals_quantiles": ("r2",),
    }
    return (call(name, *first.get(name, ("r2", breaks)), **more),)


def _plane_scope(rng: random.Random) -> tuple[Step, ...]:
    where = rng.choice([boxes(rng, 1, 1), "plane", "r2", rows(rng)])
    return (call("gextract", rng.choice(PAIRED), where, iterator=[50, 70]),)


def _plane_functions(rng: random.Random) -> tuple[Step, ...]:
    functions = ["avg", "weighted.sum", "area", "min", "max", "exists", "size", None]
    shifts = {f"{side}shift{axis}": rng.randint(-60, 60) for side in "se" for axis in (1, 2)}
    moved = [call("gvtrack_iterator_2d", vtrack_name="v", **shifts)] if rng.random() < 0.4 else []
    more = {"band": band(rng)} if rng.random() < 0.3 else {}
    return (
        call("gvtrack_create", "v", rng.choice(PAIRED), rng.choice(functions)),
        *moved,
        call("gextract", "v", _squares().iloc[:1], iterator=[250, 200], **more),
    )


def _projected(rng: random.Random) -> tuple[Step, ...]:
    return (
        call("gvtrack_create", "w", rng.choice(["d10", "sp"]), rng.choice(["max", "avg", "sum"])),
        call("gvtrack_iterator", "w", dim=rng.choice([1, 2]), sshift=-15, eshift=9),
        call("gextract", f"w + 0 * {rng.choice(PAIRED)}", _squares().iloc[:1]),
    )


def _plane_steps(rng: random.Random) -> tuple[Step, ...]:
    track = rng.choice(PAIRED)
    more = {"band": band(rng)} if rng.random() < 0.3 else {}
    kind = rng.randrange(4)
    if kind == 0:
        return (call("giterator_intervals", track, _squares(), **more),)
    if kind == 1:
        grid = [rng.choice([200, 500]), 300]
        return (call("giterator_intervals", track, _squares(), iterator=grid, **more),)
    more |= maybe(rng, colnames=lambda: ["x"])
    args = {"expr": track, "intervals": _squares(), "iterator": rng.choice([None, [300, 400]])}
    return (call("giterator_intervals_2d", **args, **more),)


def _policies(rng: random.Random) -> tuple[Step, ...]:
    made = call(
        rng.choice(["FixedRectPolicy", "FixedRectPolicy"]), width=rng.choice([5, -1]), height=7
    )
    one = table(("chr1", 100, 120), ("chr1", 500, 507))
    spec = call(
        "CartesianGridSpec",
        intervals1=one,
        expansion1=(-20, 20),
        intervals2=None,
        expansion2=None,
        min_band_idx=0,
        max_band_idx=1,
    )
    return rng.choice(
        [(made,), (call("IntervalsPolicy"),), (call("TrackRectsPolicy", track_name="r2"),), (spec,)]
    )


def _decay(rng: random.Random) -> tuple[Step, ...]:
    more = maybe(
        rng,
        include_lowest=lambda: True,
        band=lambda: band(rng),
        intervals=lambda: _squares().iloc[:1],
        iterator=lambda: None,
    )
    sources = rng.choice([table(("chr1", 0, 1003)), table(("chr1", 0, 299), ("chr1", 350, 800))])
    domains = table(("chr1", 0, 250), ("chr1", 350, 600), ("chr2", 0, 617))
    breaks = rng.choice([[0, 50, 100, 200, 500], [0, 30.5, 900]])
    args: dict[str, Any] = {"expr": rng.choice(PAIRED), "breaks": breaks, "src": sources}
    return (call("gcis_decay", **args, domain=domains, **more),)


def _made_plane(rng: random.Random) -> tuple[Step, ...]:
    kind = rng.randrange(4)
    apart = pd.DataFrame(
        [("chr1", 5, 40, "chr1", 90, 100), ("chr1", 50, 70, "chr2", 0, 60)], columns=COLUMNS_2D
    )
    made = [
        call(
            "gtrack_2d_create",
            track="new.t",
            description="d",
            intervals=rng.choice([apart, apart, pd.concat([apart, apart]), apart.iloc[:0]]),
            values=[1.5, -2.0],
        ),
        call(
            "gtrack_2d_import",
            track="new.t",
            description="d",
            file=rng.choice(["{home}/files/boxes.txt", "{home}/files/contacts.txt", "absent"]),
        ),
        call(
            "gtrack_2d_import_contacts",
            track="new.t",
            description="d",
            contacts=rng.choice(["{home}/files/contacts.txt", ["{home}/files/contacts.txt"] * 2]),
            **maybe(rng, allow_duplicates=lambda: False),
        ),
        call(
            "gtrack_2d_import_contacts",
            "new.t",
            "d",
            "{home}/files/adjacent.txt",
            fends="{home}/files/fends.txt",
        ),
    ][kind]
    whole = [("chr1", 0, 1003, "chr1", 0, 1003), ("chr1", 0, 1003, "chr2", 0, 617)]
    square = pd.DataFrame(whole, columns=COLUMNS_2D)
    turned = call("gtrack_2d_convert_to_indexed", **_turns(rng))
    return (made, *([turned] if rng.random() < 0.5 else []), call("gextract", "new.t", square))


def _turns(rng: random.Random) -> dict[str, Any]:
    return {
        "track": "new.t",
        **maybe(rng, remove_old=lambda: rng.random() < 0.5, force=lambda: True),
    }


PLANES: tuple[Draw, ...] = (
    _plane_question,
    _plane_question,
    _plane_scope,
    _plane_statistics,
    _plane_functions,
    _projected,
    _plane_steps,
    _policies,
    _decay,
    _made_plane,
)
