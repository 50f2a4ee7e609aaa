"""Random classic calls on tables of intervals: making, changing, combining and joining them."""

from __future__ import annotations

import random
from typing import Any

from misha_xr.testing.classic_calls import Step, table
from misha_xr.testing.classic_draws import Draw, band, boxes, call, maybe, rows, stranded

__all__ = ["ALGEBRA", "JOINS", "PLANE_ALGEBRA"]

SOURCES = ("iset", "ns.named", "sp", "ns.sp2")


def _side(rng: random.Random) -> Any:
    return rng.choice(SOURCES) if rng.random() < 0.2 else rows(rng, 0 if rng.random() < 0.1 else 1)


def _saved(rng: random.Random, name: str, *args: Any, **kwargs: Any) -> tuple[Step, ...]:
    """Ask for a table, or save it as a set and load that."""
    if rng.random() < 0.75:
        return (call(name, *args, **kwargs),)
    return (
        call(name, *args, **kwargs, intervals_set_out="new.out"),
        call("gintervals_load", "new.out"),
    )


def _constructor(rng: random.Random) -> tuple[Step, ...]:
    kind = rng.randrange(4)
    if kind == 0:
        return (call("gintervals", rng.choice([1, "2", "chrX", ["chr1", 2], "chr10"])),)
    found = rows(rng)
    lists = (found["chrom"].tolist(), found["start"].tolist(), found["end"].tolist())
    strand = [rng.choice([-1, 0, 1, "+", "-", "*"]) for _ in range(len(found))]
    more = {"strand": strand} if kind == 1 else {}
    if kind == 2:
        return (call("gintervals", lists[0][0], 0, rng.choice([-1, 30.7]), rng.choice([1, "-"])),)
    return (call("gintervals", chroms=lists[0], starts=lists[1], ends=lists[2], **more),)


def _strings(rng: random.Random) -> tuple[Step, ...]:
    found = rows(rng, 1, 3)
    texts = [f"{a}:{b}-{c}" for a, b, c in found.itertuples(index=False)]
    if rng.random() < 0.3:
        texts.append(rng.choice(["chr2", "chr1:9", "chr99:1-2", "chr1:9-4", "chr1:0-9999", ""]))
    return (call("gintervals_from_strings", rng.choice([texts, texts[0]])),)


def _tuples(rng: random.Random) -> tuple[Step, ...]:
    found = rows(rng, 1, 3)
    lines: Any = list(found.itertuples(index=False, name=None))
    kind = rng.randrange(5)
    if kind == 0:
        return (call("gintervals_from_tuples", found.assign(x=1).to_dict("records")),)
    if kind == 1:
        return (call("gintervals_from_tuples", [(*line, rng.choice([1, -1])) for line in lines]),)
    if kind == 2:
        bad = rng.choice([None, [], [("chr1", 5)], [("chr1", 1, 2, 1, 1)], [("chr99", 1, 2)]])
        return (call("gintervals_from_tuples", bad),)
    more = {"strand": [1, *[-1] * (len(lines) - 1)]} if kind == 3 else {}
    return (call("gintervals_from_tuples", rows=lines, **more),)


def _window(rng: random.Random) -> tuple[Step, ...]:
    chroms = [rng.choice(["chr1", "2", 10]) for _ in range(3)]
    return (
        call(
            "gintervals_window",
            chroms,
            [rng.randint(5, 390) for _ in range(3)],
            half_width=rng.choice([1, 5, 20, 0, 500]),
        ),
    )


def _normalize(rng: random.Random) -> tuple[Step, ...]:
    found = stranded(rng)
    size = rng.choice([1, 6, 20, 100, 0, [10] * len(found), [8], [1, 2, 3, 4, 5, 6, 7]])
    return _saved(rng, "gintervals_normalize", found, size)


def _unbounded(rng: random.Random) -> Any:
    """Draw rows of which some lie off their chromosomes."""
    found = stranded(rng)
    moved = [rng.choice([0, 0, -40, 900]) for _ in range(len(found))]
    return found.assign(start=found["start"] + moved, end=found["end"] + moved)


def _rbind(rng: random.Random) -> tuple[Step, ...]:
    parts = [rng.choice([rows(rng), "iset"]) for _ in range(rng.randint(1, 3))]
    return _saved(rng, "gintervals_rbind", *parts)


def _matrix(rng: random.Random) -> tuple[Step, ...]:
    found = rows(rng).assign(a=1.5, b=2, name="x")
    more = maybe(
        rng, id_col=lambda: "name", value_cols=lambda: ["b", "a"], labels=lambda: rng.random() < 0.5
    )
    step = call("gintervals_to_mat", found, **more)
    back = found.drop(columns="name").set_index(["chrom", "start", "end"])
    return (step, call("gintervals_from_mat", back))


def _random(rng: random.Random) -> tuple[Step, ...]:
    options = {
        "dist_from_edge": rng.choice([0, 5]),
        **maybe(rng, chromosomes=lambda: ["chr1", "chr2"], seed=lambda: 3),
    }
    barred = rows(rng, 1, 2)
    options |= rng.choice([{}, {"mask": barred}, {"filter": barred}])
    return (call("gintervals_random", rng.choice([1, 20, 0, 5000]), rng.choice([1, 7]), **options),)


def _chrom_sizes(rng: random.Random) -> tuple[Step, ...]:
    which = rng.choice([rows(rng, 1), "iset", "sp", boxes(rng), "plane", "absent"])
    return (call("gintervals_chrom_sizes", which),)


def _all(rng: random.Random) -> tuple[Step, ...]:
    del rng
    return (call("gintervals_all"), call("gdb_info"))


def _two(name: str) -> Draw:
    return lambda rng: _saved(rng, name, _side(rng), _side(rng))


ALGEBRA: tuple[Draw, ...] = (
    _constructor,
    _strings,
    _tuples,
    _window,
    _normalize,
    _rbind,
    _matrix,
    _random,
    _chrom_sizes,
    _all,
    _two("gintervals_union"),
    _two("gintervals_intersect"),
    _two("gintervals_diff"),
    lambda rng: _saved(rng, "gintervals_force_range", _unbounded(rng)),
    lambda rng: (
        call(
            "gintervals_canonic",
            _side(rng),
            **maybe(rng, unify_touching_intervals=lambda: rng.random() < 0.3),
        ),
    ),
    lambda rng: (
        call(
            "gintervals_mark_overlaps",
            rng.choice([stranded(rng), "iset"]),
            **maybe(rng, group_col=lambda: "g", unify_touching_intervals=lambda: False),
        ),
    ),
    lambda rng: (call("gintervals_covered_bp", _side(rng), **maybe(rng, src=lambda: _side(rng))),),
    lambda rng: (
        call(
            "gintervals_coverage_fraction",
            _side(rng),
            **maybe(rng, 0.7, intervals2=lambda: _side(rng)),
        ),
    ),
)


def _bounds(rng: random.Random, *suffixes: str) -> dict[str, float]:
    found: dict[str, float] = {}
    for suffix in suffixes:
        low, high = sorted(rng.randint(-150, 150) for _ in range(2))
        found |= {f"mindist{suffix}": float(low), f"maxdist{suffix}": float(high)}
    return found


def _neighbors(rng: random.Random) -> tuple[Step, ...]:
    more: dict[str, Any] = maybe(
        rng,
        maxneighbors=lambda: rng.choice([2, 50]),
        na_if_notfound=lambda: True,
        use_intervals1_strand=lambda: True,
        warn_ignored_strand=lambda: False,
    )
    more |= _bounds(rng, "") if rng.random() < 0.3 else {}
    targets = rng.choice([stranded(rng), stranded(rng, 4, 9), "ns.named", "iset"])
    return _saved(rng, "gintervals_neighbors", stranded(rng), targets, **more)


def _plane_neighbors(rng: random.Random) -> tuple[Step, ...]:
    more: dict[str, Any] = maybe(rng, maxneighbors=lambda: 3, na_if_notfound=lambda: True)
    more |= _bounds(rng, "1", "2") if rng.random() < 0.4 else {}
    return (call("gintervals_neighbors", boxes(rng), boxes(rng, 2, 6), **more),)


def _directed(name: str) -> Draw:
    return lambda rng: (
        call(
            name,
            stranded(rng),
            stranded(rng, 3, 8),
            **maybe(
                rng,
                maxneighbors=lambda: rng.choice([1, 3]),
                maxdist=lambda: rng.choice([0, 50.0, 300]),
                na_if_notfound=lambda: True,
            ),
        ),
    )


def _directional(rng: random.Random) -> tuple[Step, ...]:
    more = maybe(
        rng,
        maxneighbors_upstream=lambda: 2,
        maxneighbors_downstream=lambda: 3,
        maxdist=lambda: 100.0,
        na_if_notfound=lambda: True,
    )
    return (call("gintervals_neighbors_directional", stranded(rng), stranded(rng, 3, 8), **more),)


def _annotate(rng: random.Random) -> tuple[Step, ...]:
    notes = rows(rng, 3, 7).assign(name="z", score=1.5, rank=3)
    notes["score"] = [rng.randint(-9, 9) / 2 for _ in range(len(notes))]
    more = maybe(
        rng,
        0.25,
        annotation_columns=lambda: rng.choice([["score"], ["name"], ["absent"]]),
        dist_column=lambda: rng.choice([None, "d"]),
        max_dist=lambda: rng.choice([0, 60]),
        na_value=lambda: -1.0,
        tie_method=lambda: rng.choice(["first", "min.start", "min.end", "other"]),
        overwrite=lambda: True,
        keep_order=lambda: rng.random() < 0.5,
        maxneighbors=lambda: 2,
    )
    if "annotation_columns" not in more and rng.random() < 0.2:
        more |= {"annotation_columns": ["score"], "column_names": ["s"]}
    more |= maybe(
        rng, 0.05, mindist=lambda: 0.0, maxdist=lambda: 90.0, use_intervals1_strand=lambda: True
    )
    more |= maybe(rng, 0.05, warn_ignored_strand=lambda: False)
    if rng.random() < 0.05:
        more |= _bounds(rng, "1", "2")
    if "na_value" in more:
        more.setdefault("annotation_columns", ["score"])
    return (call("gintervals_annotate", rng.choice([rows(rng), stranded(rng)]), notes, **more),)


JOINS: tuple[Draw, ...] = (
    _neighbors,
    _neighbors,
    _plane_neighbors,
    _directional,
    _directed("gintervals_neighbors_upstream"),
    _directed("gintervals_neighbors_downstream"),
    _annotate,
    _annotate,
)


def _constructor_2d(rng: random.Random) -> tuple[Step, ...]:
    if rng.random() < 0.3:
        args = rng.choice([("chr1",), (1, 2), ("chr2", 0, 10, "chr1", 5, 50), ([1, 2], 0, -1)])
        return (call("gintervals_2d", *args),)
    found = boxes(rng)
    order = ("chrom1", "start1", "end1", "chrom2", "start2", "end2")
    names = ("chroms1", "starts1", "ends1", "chroms2", "starts2", "ends2")
    lists = {new: found[old].tolist() for new, old in zip(names, order, strict=True)}
    return (call("gintervals_2d", **lists),)


def _force_plane(rng: random.Random) -> tuple[Step, ...]:
    found = boxes(rng)
    shift = rng.choice([0, -70, 800])
    return (
        call(
            "gintervals_force_range",
            found.assign(start1=found["start1"] + shift, end1=found["end1"] + shift),
        ),
    )


def _grid(rng: random.Random) -> tuple[Step, ...]:
    one = table(("chr1", 100, 120), ("chr1", 500, 507), ("chr2", 300, 340))
    two = table(("chr1", 700, 750), ("chr2", 100, 130))
    edges = rng.choice([(-20, 0, 20), (-30, 45), [-10, 10]])
    more: dict[str, Any] = {}
    if rng.random() < 0.4:
        more = {"intervals2": two, **maybe(rng, expansion2=lambda: (-5, 70))}
    elif rng.random() < 0.5:
        more = {"min_band_idx": -1, "max_band_idx": rng.choice([0, 1])}
    more |= maybe(rng, 0.2, stream=lambda: True)
    return (call("giterator_cartesian_grid", one, edges, **more),)


PLANE_ALGEBRA: tuple[Draw, ...] = (
    _constructor_2d,
    _force_plane,
    _grid,
    lambda rng: (call("gintervals_2d_all", *rng.choice([(), ("diagonal",), ("full",), ("x",)])),),
    lambda rng: (call("gintervals_2d_all", mode=rng.choice(["diagonal", "full"])),),
    lambda rng: (call("gintervals_2d_intersect", boxes(rng), boxes(rng, 1, 6)),),
    lambda rng: (call("gintervals_2d_union", boxes(rng), boxes(rng)),),
    lambda rng: _saved(
        rng,
        "gintervals_2d_band_intersect",
        boxes(rng),
        rng.choice([band(rng), band(rng), (5, 5), None]),
    ),
)
