"""Random classic programs that make, change, move and describe tracks, and read them back."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import pandas as pd

from misha_xr.testing.classic_calls import Step, table
from misha_xr.testing.classic_draws import Draw, call, expression, maybe, rows
from misha_xr.testing.classic_ground import COLUMNS_2D

__all__ = ["CHANGES", "CREATION", "DESCRIPTION"]

WHOLE = table(("chr1", 0, 1003), ("chr2", 0, 617))
APART = table(("chr2", 3, 40), ("chr1", 0, 15), ("chr1", 15, 20), ("chr1", 990, 1003))
DENSE_FUNCTIONS = ("weighted.mean", "weighted.sum", "max", "min", "median", "count", "coverage")
NAN = float("nan")


def _back(name: str) -> tuple[Step, ...]:
    """Ask what a track holds."""
    return (
        call("gtrack_exists", name),
        call("gtrack_attr_get", name, "description"),
        call("gextract", name, WHOLE, iterator=name),
    )


def _created(rng: random.Random) -> tuple[Step, ...]:
    name = rng.choice(["t", "t", "ns.t", "d10", "1x", "a.b.c"])
    steps = rng.choice([None, 25, 10, "sp", rows(rng, 2, 5)])
    expr = rng.choice([expression(rng), expression(rng), "sp + 1" if steps is None else "d10 > 1"])
    made = call("gtrack_create", track=name, description="d", expr=expr, iterator=steps)
    return (made, *_back(name))


def _created_plane(rng: random.Random) -> tuple[Step, ...]:
    more: dict[str, Any] = {"band": (-400, 300)} if rng.random() < 0.5 else {}
    square = pd.DataFrame([("chr1", 0, 1003, "chr1", 0, 1003)], columns=COLUMNS_2D)
    made = call("gtrack_create", "new.t", "d", rng.choice(["r2 * 2", "p2 + 1"]), **more)
    return (made, call("gextract", "new.t", square))


def _dense(rng: random.Random) -> tuple[Step, ...]:
    found = rows(rng, 2, 6)
    values = [rng.choice([1.5, -2, NAN, 4, 8]) for _ in range(len(found))]
    args: dict[str, Any] = {"track": "new.t", "description": "d", "intervals": found}
    args |= {"values": values, "binsize": rng.choice([10, 7, 50, 2000, 0])}
    args |= maybe(rng, defval=lambda: 0.5, func=lambda: rng.choice([*DENSE_FUNCTIONS, "mean"]))
    return (call("gtrack_create_dense", **args), *_back("new.t"))


def _dense_direct(rng: random.Random) -> tuple[Step, ...]:
    found = table(("chr1", 0, 10), ("chr1", 20, 40), ("chr2", 0, 10))
    args: dict[str, Any] = {"track": "new.t", "description": "d", "intervals": found}
    args |= {"values": [1.0, rng.choice([2.5, NAN]), 3], "binsize": 10}
    args |= maybe(rng, defval=lambda: 0.5, reload=lambda: rng.random() < 0.5)
    reads = [call("gdb_reload")] if args.get("reload") is False else []
    return (call("gtrack_create_dense_direct", **args), *reads, *_back("new.t"))


def _sparse(rng: random.Random) -> tuple[Step, ...]:
    found = rng.choice([APART, APART, APART.iloc[:0], table(("chr1", 0, 9), ("chr1", 5, 20))])
    args: dict[str, Any] = {"track": "new.t", "description": "d"}
    if rng.random() < 0.3:
        args["intervals"] = found.assign(value=1.5)
    else:
        n = rng.choice([len(found), len(found), 1])
        args |= {"intervals": found, "values": [1.0, NAN, 3, 4][:n]}
    return (call("gtrack_create_sparse", **args), *_back("new.t"))


def _smooth(rng: random.Random) -> tuple[Step, ...]:
    args: dict[str, Any] = {"track": "new.t", "description": "d", "expr": expression(rng)}
    args |= {"winsize": rng.choice([40, 60, 100, 1, 0])}
    args |= maybe(
        rng,
        weight_thr=lambda: rng.choice([1, 3]),
        smooth_nans=lambda: True,
        alg=lambda: rng.choice(["MEAN", "LINEAR_RAMP", "XX"]),
        iterator=lambda: rng.choice([10, 20]),
    )
    return (call("gtrack_smooth", **args), *_back("new.t"))


def _lookup(rng: random.Random) -> tuple[Step, ...]:
    more = maybe(rng, include_lowest=lambda: True, force_binning=lambda: False)
    more["iterator"] = rng.choice([10, 30, "sp", rows(rng, 2, 4)])
    if rng.random() < 0.4:
        values = np.array([[1.0, 2], [3, 4]])
        pairs: list[Any] = ["d10", [0, 2, 5], "e10", [-9, 0, 9]]
    else:
        values, pairs = np.array([1.0, 2]), ["d10", [0, 2, 5]]
    return (call("gtrack_lookup", "new.t", "d", values, *pairs, **more), *_back("new.t"))


CREATION: tuple[Draw, ...] = (
    _created,
    _created,
    _created_plane,
    _dense,
    _dense,
    _dense_direct,
    _sparse,
    _smooth,
    _lookup,
)


def _modify(rng: random.Random) -> tuple[Step, ...]:
    track = rng.choice(["d10", "d10", "sp", "absent"])
    more = maybe(rng, 0.7, intervals=lambda: rows(rng, 1, 3))
    made = call("gtrack_modify", track=track, expr=f"{track} + 100", **more)
    return (made, call("gextract", "d10", WHOLE))


def _moved(rng: random.Random) -> tuple[Step, ...]:
    source, target = rng.choice(["d10", "sp", "absent"]), rng.choice(["new.t", "x", "e10"])
    return (
        call("gtrack_mv", src=source, dest=target),
        call("gtrack_ls"),
        call("gtrack_exists", source),
        *_back(target if target != "e10" else "e10"),
    )


def _copied(rng: random.Random) -> tuple[Step, ...]:
    source = rng.choice(["d10", "sp", ["sp", "d10"], "absent"])
    target = rng.choice(["x", "e10"]) if not isinstance(source, list) else "copies."
    more = maybe(rng, overwrite=lambda: True)
    if rng.random() < 0.15:
        more["db"] = "{home}/db"
    name = target if not isinstance(source, list) else "copies.sp"
    return (call("gtrack_copy", src=source, dest=target, **more), call("gtrack_ls"), *_back(name))


def _removed(rng: random.Random) -> tuple[Step, ...]:
    more = maybe(rng, 0.7, force=lambda: True)
    more |= maybe(rng, 0.15, db=lambda: rng.choice(["{home}/db", "{home}/ds1"]))
    return (
        call("gtrack_rm", track=rng.choice(["d10", "ns.sp2", "absent"]), **more),
        call("gtrack_ls"),
        call("gtrack_exists", track="d10"),
    )


def _converted(rng: random.Random) -> tuple[Step, ...]:
    track = rng.choice(["d10", "sp", "absent"])
    more = maybe(rng, remove_old=lambda: True)
    made = [call("gtrack_convert_to_indexed", track=track, **more)]
    if rng.random() < 0.2:
        made = [
            call("gtrack_create_dirs", track="deep.er.t", mode="0755"),
            call("gtrack_create_empty_indexed", track="absent"),
        ]
    return (*made, call("gextract", "d10", WHOLE), call("gextract", "sp", WHOLE))


CHANGES: tuple[Draw, ...] = (_modify, _moved, _copied, _removed, _converted)


def _info(rng: random.Random) -> tuple[Step, ...]:
    names = ["d10", "d7", "sp", "ns.sp2", "r2", "p2", "cells", "absent"]
    track = rng.choice(names)
    return (
        call(rng.choice(["gtrack_info", "gtrack_info", "gtrack_path"]), track=track),
        call("gtrack_dataset", track=track),
        call("gtrack_dbs", track=rng.choice([track, ["sp", track]]), **_framed(rng)),
    )


def _framed(rng: random.Random) -> dict[str, Any]:
    return maybe(rng, dataframe=lambda: True)


def _listed(rng: random.Random) -> tuple[Step, ...]:
    patterns = rng.choice([(), ("sp",), ("^d", "^e"), ("D1",), ("nothing",), ("(",)])
    more: dict[str, Any] = maybe(rng, ignore_case=lambda: True)
    more |= rng.choice([{}, {}, {"note": "y"}, {"created_by": "test"}, {"absent": "x"}])
    return (call("gtrack_ls", *patterns, **more),)


def _attributes(rng: random.Random) -> tuple[Step, ...]:
    track = rng.choice(["d10", "sp", "absent"])
    frame = pd.DataFrame({"a": ["1", ""], "note": ["p", "q"]}, index=["sp", "d10"])
    sets = [
        call("gtrack_attr_set", track=track, attr="a", value=rng.choice(["v", "", 5])),
        call("gtrack_attr_import", table=frame, remove_others=rng.random() < 0.5),
        call("gdb_set_readonly_attrs", attrs=["a"]),
    ]
    more = maybe(rng, tracks=lambda: ["sp", "d10"], attrs=lambda: ["a", "note", "absent"])
    return (
        *rng.sample(sets, rng.randint(1, 3)),
        call("gtrack_attr_get", track=track, attr="a"),
        call("gtrack_attr_export", **more),
        call("gdb_get_readonly_attrs"),
    )


VALUES: tuple[Any, ...] = (
    5, 0.5, "é", b"xy", None, (1, "a"), {1, 2}, {"mean": 0.5, "list": [1, None]}, ["a", "b"],
    np.arange(3), np.arange(6.0).reshape(2, 3), np.array(["a", "bb"]),
)  # fmt: skip


def _variables(rng: random.Random) -> tuple[Step, ...]:
    track = rng.choice(["d10", "sp", "sp", "absent"])
    return (
        call("gtrack_var_set", track=track, var="x.y", value=rng.choice(VALUES)),
        call("gtrack_var_set", "sp", rng.choice(["z", "a/b"]), 1),
        call("gtrack_var_ls", track=track, **maybe(rng, pattern=lambda: rng.choice(["x", "("]))),
        call("gtrack_var_get", track=track, var=rng.choice(["x.y", "absent"])),
        call("gtrack_var_rm", track=track, var=rng.choice(["x.y", "absent"])),
        call("gtrack_var_ls", track),
    )


DESCRIPTION: tuple[Draw, ...] = (_info, _listed, _attributes, _variables)
