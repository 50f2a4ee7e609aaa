"""What the classic calls on tracks and virtual tracks return, and raise, beside classic_api.tsv."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from misha_xr import pm
from misha_xr.testing.classic_table import ClassicCalls

pytestmark = pytest.mark.usefixtures("own_copy")
D, S, R = "dense_track", "sparse_track", "rects_track"
MIXED = [0.0, 0.5, 1.0]
BEDGRAPH = "chr1\t0\t100\t1.5\n"
READS = "ACGT\tchr1\t205\t+\nACGT\tchr1\t221\t-\n"
RECTANGLES = (
    "chrom1\tstart1\tend1\tchrom2\tstart2\tend2\tvalue\n"
    "chr1\t0\t10\tchr1\t100\t110\t1\n"
)  # fmt: skip


def here(end: int = 1000) -> pd.DataFrame:
    return pm.gintervals(1, 0, end)


def plane(end: int = 100_000) -> pd.DataFrame:
    return pm.gintervals_2d(1, 0, end, 1, 0, end)


def nothing() -> pd.DataFrame:
    return here().iloc[:0]


def no_plane() -> pd.DataFrame:
    return plane().iloc[:0]


def folder() -> str:
    return tempfile.mkdtemp(prefix="classic-")


def text(content: str, name: str = "file.txt") -> str:
    path = Path(folder()) / name
    path.write_text(content)
    return str(path)


def array() -> str:
    pm.gtrack_array_create("arr", "text", here(), np.array([[1.0, 2.0]]), ["a", "b"])
    return "arr"


def vtrack(*args: Any, **kwargs: Any) -> str:
    pm.gvtrack_create("v", *(args or (D,)), **kwargs)
    return "v"


def without_database(call: Callable[[], Any]) -> Callable[[], Any]:
    def disconnected() -> Any:
        pm.gdb_unload()
        return call()

    return disconnected


def after(first: Callable[[], Any], then: Callable[[], Any]) -> Callable[[], Any]:
    def both() -> Any:
        first()
        return then()

    return both


def _empty_indexed() -> None:
    place = Path(pm.gdb_info()["path"]) / "tracks" / "bare.track"
    place.mkdir()
    pm.gdb_reload()
    return pm.gtrack_create_empty_indexed("bare")


CALLS: dict[str, ClassicCalls] = {
    "gtrack_attr_export": ClassicCalls(
        pm.gtrack_attr_export,
        lambda: pm.gtrack_attr_export([]),
        {"ValueError": lambda: pm.gtrack_attr_export(["nope"])},
    ),
    "gtrack_attr_get": ClassicCalls(
        lambda: pm.gtrack_attr_get(D, "created.by"),
        lambda: pm.gtrack_attr_get(D, "nope"),
        {"ValueError": lambda: pm.gtrack_attr_get("nope", "a")},
    ),
    "gtrack_attr_import": ClassicCalls(
        lambda: pm.gtrack_attr_import(pd.DataFrame({"a": ["1"]}, index=[D])),
        None,
        {"ValueError": lambda: pm.gtrack_attr_import(pd.DataFrame({"a": ["1"]}, index=["nope"]))},
    ),
    "gtrack_attr_set": ClassicCalls(
        lambda: pm.gtrack_attr_set(D, "a", "b"),
        lambda: pm.gtrack_attr_set(D, "a", ""),
        {"ValueError": lambda: pm.gtrack_attr_set("nope", "a", "b")},
    ),
    "gtrack_convert_to_indexed": ClassicCalls(
        lambda: pm.gtrack_convert_to_indexed(D),
        after(lambda: pm.gtrack_convert_to_indexed(D), lambda: pm.gtrack_convert_to_indexed(D)),
        {"error": lambda: pm.gtrack_convert_to_indexed("nope")},
    ),
    "gtrack_copy": ClassicCalls(
        lambda: pm.gtrack_copy(D, "copy"), None, {"ValueError": lambda: pm.gtrack_copy("nope", "c")}
    ),
    "gtrack_create": ClassicCalls(
        lambda: pm.gtrack_create("new", "text", f"2 * {D}"),
        None,
        {
            "ValueError": lambda: pm.gtrack_create(D, "text", D),
            "error": lambda: pm.gtrack_create("new", "text", "nope"),
        },
    ),
    "gtrack_create_dense": ClassicCalls(
        lambda: pm.gtrack_create_dense("new", "text", here(), [1.0], 50),
        None,
        {"ValueError": lambda: pm.gtrack_create_dense("new", "text", nothing(), [], 50)},
    ),
    "gtrack_create_dense_direct": ClassicCalls(
        lambda: pm.gtrack_create_dense_direct("new", "text", here(), [1.0], 50),
        None,
        {"ValueError": lambda: pm.gtrack_create_dense_direct(D, "text", here(), [1.0], 50)},
    ),
    "gtrack_create_empty_indexed": ClassicCalls(
        _empty_indexed,
        None,
        {"error": lambda: pm.gtrack_create_empty_indexed("nope")},
    ),
    "gtrack_create_sparse": ClassicCalls(
        lambda: pm.gtrack_create_sparse("new", "text", here(), [1.0]),
        None,
        {"ValueError": lambda: pm.gtrack_create_sparse("new", "text", nothing(), [])},
    ),
    "gtrack_exists": ClassicCalls(
        lambda: pm.gtrack_exists(D),
        lambda: pm.gtrack_exists("no such"),
        {"error": lambda: pm.gtrack_exists(5)},
    ),
    "gtrack_info": ClassicCalls(
        lambda: pm.gtrack_info(D), None, {"error": lambda: pm.gtrack_info("nope")}
    ),
    "gtrack_lookup": ClassicCalls(
        lambda: pm.gtrack_lookup("new", "text", [1.0, 2.0], D, MIXED, iterator=50),
        None,
        {"ValueError": lambda: pm.gtrack_lookup("new", "text", [1.0], D, MIXED, iterator=50)},
    ),
    "gtrack_ls": ClassicCalls(
        pm.gtrack_ls,
        lambda: pm.gtrack_ls("nope"),
        {
            "ValueError": lambda: pm.gtrack_ls("("),
            "TypeError": lambda: pm.gtrack_ls(a=5),
            "RuntimeError": without_database(pm.gtrack_ls),
        },
    ),
    "gtrack_modify": ClassicCalls(
        lambda: pm.gtrack_modify(D, f"2 * {D}", here()),
        None,
        {
            "ValueError": lambda: pm.gtrack_modify(S, f"2 * {S}"),
            "error": lambda: pm.gtrack_modify("nope", D),
        },
    ),
    "gtrack_mv": ClassicCalls(
        lambda: pm.gtrack_mv(D, "moved"), None, {"ValueError": lambda: pm.gtrack_mv("nope", "x")}
    ),
    "gtrack_path": ClassicCalls(
        lambda: pm.gtrack_path(D), None, {"ValueError": lambda: pm.gtrack_path("nope")}
    ),
    "gtrack_rm": ClassicCalls(
        lambda: pm.gtrack_rm(D, force=True),
        lambda: pm.gtrack_rm("nope", force=True),
        {"ValueError": lambda: pm.gtrack_rm(D)},
    ),
    "gtrack_smooth": ClassicCalls(
        lambda: pm.gtrack_smooth("new", "text", D, 500),
        None,
        {
            "ValueError": lambda: pm.gtrack_smooth("new", "text", D, 500, alg="x"),
            "error": lambda: pm.gtrack_smooth("new", "text", D, 500, iterator=S),
        },
    ),
    "gtrack_var_get": ClassicCalls(
        after(lambda: pm.gtrack_var_set(D, "v", [1]), lambda: pm.gtrack_var_get(D, "v")),
        after(lambda: pm.gtrack_var_set(D, "v", None), lambda: pm.gtrack_var_get(D, "v")),
        {"ValueError": lambda: pm.gtrack_var_get(D, "nope")},
    ),
    "gtrack_var_ls": ClassicCalls(
        after(lambda: pm.gtrack_var_set(D, "v", [1]), lambda: pm.gtrack_var_ls(D)),
        lambda: pm.gtrack_var_ls(D),
        {
            "ValueError": lambda: pm.gtrack_var_ls("nope"),
            "re.error": lambda: pm.gtrack_var_ls(D, "("),
        },
    ),
    "gtrack_var_rm": ClassicCalls(
        after(lambda: pm.gtrack_var_set(D, "v", [1]), lambda: pm.gtrack_var_rm(D, "v")),
        lambda: pm.gtrack_var_rm(D, "nope"),
        {"ValueError": lambda: pm.gtrack_var_rm("nope", "v")},
    ),
    "gtrack_var_set": ClassicCalls(
        lambda: pm.gtrack_var_set(D, "v", 1),
        None,
        {
            "TypeError": lambda: pm.gtrack_var_set(D, "v", object()),
            "ValueError": lambda: pm.gtrack_var_set(D, "a/b", 1),
        },
    ),
    "gtrack_2d_convert_to_indexed": ClassicCalls(
        lambda: pm.gtrack_2d_convert_to_indexed(R),
        after(
            lambda: pm.gtrack_2d_convert_to_indexed(R), lambda: pm.gtrack_2d_convert_to_indexed(R)
        ),
        {"ValueError": lambda: pm.gtrack_2d_convert_to_indexed(D)},
    ),
    "gtrack_2d_create": ClassicCalls(
        lambda: pm.gtrack_2d_create("new", "text", plane(), [1.0]),
        None,
        {"ValueError": lambda: pm.gtrack_2d_create("new", "text", no_plane(), [])},
    ),
    "gtrack_2d_get_insu_borders": ClassicCalls(
        lambda: pm.gtrack_2d_get_insu_borders(D, 0.5),
        lambda: pm.gtrack_2d_get_insu_borders(D, -1),
        {"ValueError": lambda: pm.gtrack_2d_get_insu_borders("nope", 0.5)},
    ),
    "gtrack_2d_get_insu_doms": ClassicCalls(
        lambda: pm.gtrack_2d_get_insu_doms(D, 0.5),
        None,
        {"ValueError": lambda: pm.gtrack_2d_get_insu_doms("nope", 0.5)},
    ),
    "gtrack_2d_import": ClassicCalls(
        lambda: pm.gtrack_2d_import("new", "text", text(RECTANGLES)),
        None,
        {"ValueError": lambda: pm.gtrack_2d_import("new", "text", "/no/such")},
    ),
    "gtrack_2d_import_contacts": ClassicCalls(
        lambda: pm.gtrack_2d_import_contacts("new", "text", text(RECTANGLES)),
        None,
        {"ValueError": lambda: pm.gtrack_2d_import_contacts("new", "text", "/no/such")},
    ),
    "gtrack_array_create": ClassicCalls(
        lambda: pm.gtrack_array_create("new", "text", here(), np.array([[1.0]]), ["a"]),
        None,
        {"ValueError": lambda: pm.gtrack_array_create(D, "text", here(), np.array([[1.0]]), ["a"])},
    ),
    "gtrack_array_extract": ClassicCalls(
        lambda: pm.gtrack_array_extract(array(), ["a"]),
        lambda: pm.gtrack_array_extract(array(), ["a"], pm.gintervals(2)),
        {"ValueError": lambda: pm.gtrack_array_extract(D)},
    ),
    "gtrack_array_get_colnames": ClassicCalls(
        lambda: pm.gtrack_array_get_colnames(array()),
        None,
        {"ValueError": lambda: pm.gtrack_array_get_colnames(D)},
    ),
    "gtrack_array_import": ClassicCalls(
        lambda: pm.gtrack_array_import("new", "text", array()),
        None,
        {
            "FileNotFoundError": lambda: pm.gtrack_array_import("new", "text", "/no/such"),
            "ValueError": lambda: pm.gtrack_array_import("new", "text"),
        },
    ),
    "gtrack_array_set_colnames": ClassicCalls(
        lambda: pm.gtrack_array_set_colnames(array(), ["x", "y"]),
        None,
        {"ValueError": lambda: pm.gtrack_array_set_colnames(array(), ["x", "x"])},
    ),
    "gvtrack_array_slice": ClassicCalls(
        lambda: pm.gvtrack_array_slice(vtrack(array()), ["a"]),
        None,
        {"ValueError": lambda: pm.gvtrack_array_slice("nope")},
    ),
    "gvtrack_clear": ClassicCalls(pm.gvtrack_clear, after(pm.gvtrack_clear, pm.gvtrack_clear)),
    "gvtrack_create": ClassicCalls(
        lambda: pm.gvtrack_create("v", D),
        None,
        {"ValueError": lambda: pm.gvtrack_create("v", D, "avg", foo=1)},
    ),
    "gvtrack_filter": ClassicCalls(
        lambda: pm.gvtrack_filter(vtrack(), here()),
        lambda: pm.gvtrack_filter(vtrack(), None),
        {
            "KeyError": lambda: pm.gvtrack_filter("nope", None),
            "ValueError": lambda: pm.gvtrack_filter(vtrack(), here(), filter=here()),
            "TypeError": lambda: pm.gvtrack_filter(vtrack(), filtr=here()),
        },
    ),
    "gvtrack_info": ClassicCalls(
        lambda: pm.gvtrack_info(vtrack()), None, {"KeyError": lambda: pm.gvtrack_info("nope")}
    ),
    "gvtrack_iterator": ClassicCalls(
        lambda: pm.gvtrack_iterator(vtrack(), sshift=5),
        None,
        {"KeyError": lambda: pm.gvtrack_iterator("nope")},
    ),
    "gvtrack_iterator_2d": ClassicCalls(
        lambda: pm.gvtrack_iterator_2d(vtrack(R), 5),
        None,
        {"KeyError": lambda: pm.gvtrack_iterator_2d("nope")},
    ),
    "gvtrack_ls": ClassicCalls(after(vtrack, pm.gvtrack_ls), without_database(pm.gvtrack_ls)),
    "gvtrack_rm": ClassicCalls(
        after(vtrack, lambda: pm.gvtrack_rm("v")), lambda: pm.gvtrack_rm("nope")
    ),
    "gtrack_export_bedgraph": ClassicCalls(
        lambda: pm.gtrack_export_bedgraph(D, f"{folder()}/a.bedgraph"),
        None,
        {"ValueError": lambda: pm.gtrack_export_bedgraph("nope", f"{folder()}/a.bedgraph")},
    ),
    "gtrack_export_bigwig": ClassicCalls(lambda: None),
    "gtrack_import": ClassicCalls(
        lambda: pm.gtrack_import("new", "text", text(BEDGRAPH, "a.bedgraph")),
        None,
        {
            "ValueError": lambda: pm.gtrack_import("new", "text", text("", "a.bedgraph")),
            "FileNotFoundError": lambda: pm.gtrack_import("new", "text", "/no/such.bedgraph"),
        },
    ),
    "gtrack_import_mappedseq": ClassicCalls(
        lambda: pm.gtrack_import_mappedseq("new", "text", text(READS), cols_order=(1, 2, 3, 4)),
        None,
        {"ValueError": lambda: pm.gtrack_import_mappedseq("new", "text", "/no/such")},
    ),
    "gtrack_import_set": ClassicCalls(
        lambda: pm.gtrack_import_set("text", text(BEDGRAPH, "a.bedgraph"), 50),
        None,
        {"ValueError": lambda: pm.gtrack_import_set("text", "/no/such*", 50)},
    ),
}


@pytest.mark.parametrize("name", CALLS)
def test_returns(name: str, check_returns: Callable[[str, ClassicCalls], None]) -> None:
    check_returns(name, CALLS[name])
