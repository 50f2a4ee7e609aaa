"""What the classic calls on intervals return, and raise, beside classic_api.tsv."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from misha_xr import pm
from misha_xr.testing.classic_table import ClassicCalls

A = "annotations"
BED = "chr1\t5\t9\tname\t3\t-\n"
GFF = "chr1\tx\tgene\t11\t20\t.\t+\t.\tID=a\n"
VCF = "##fileformat=VCFv4.2\nchr1\t11\t.\tAC\tA\t50\tPASS\tDP=7\n"
GENES = "g1\tchr1\t+\t100\t900\t200\t800\t1\t100,\t900,\tp1\tg1\n"


def here(end: int = 1000) -> pd.DataFrame:
    return pm.gintervals(1, 0, end)


def pair() -> pd.DataFrame:
    return pm.gintervals(1, [0, 50], [100, 200])


def plane(end: int = 100_000) -> pd.DataFrame:
    return pm.gintervals_2d(1, 0, end, 1, 0, end)


def nothing() -> pd.DataFrame:
    return here().iloc[:0]


def no_plane() -> pd.DataFrame:
    return plane().iloc[:0]


def bad() -> pd.DataFrame:
    return pd.DataFrame({"chrom": ["chr1"], "start": [20], "end": [10]})


def text(content: str, name: str = "file.txt") -> str:
    path = Path(tempfile.mkdtemp()) / name
    path.write_text(content)
    return str(path)


def without_database(call: Callable[[], Any]) -> Callable[[], Any]:
    def disconnected() -> Any:
        pm.gdb_unload()
        return call()

    return disconnected


def matrix() -> pd.DataFrame:
    return pm.gintervals_to_mat(here().assign(v=1.0))


def neighbors(**more: Any) -> Any:
    return pm.gintervals_neighbors(here(), A, **more)


CALLS: dict[str, ClassicCalls] = {
    "gintervals": ClassicCalls(
        lambda: pm.gintervals(1, 0, 10, strand=1),
        None,
        {
            "error": lambda: pm.gintervals("chr99"),
            "ValueError": lambda: pm.gintervals(1, 30, 20),
            "RuntimeError": without_database(lambda: pm.gintervals(1)),
        },
    ),
    "gintervals_all": ClassicCalls(
        pm.gintervals_all, None, {"RuntimeError": without_database(pm.gintervals_all)}
    ),
    "gintervals_annotate": ClassicCalls(
        lambda: pm.gintervals_annotate(here(), A),
        lambda: pm.gintervals_annotate(nothing(), A),
        {
            "ValueError": lambda: pm.gintervals_annotate(here(), A, tie_method="x"),
            "TypeError": lambda: pm.gintervals_annotate(here(), A, na_if_notfound=True),
        },
    ),
    "gintervals_attr_export": ClassicCalls(
        pm.gintervals_attr_export,
        lambda: pm.gintervals_attr_export([]),
        {"ValueError": lambda: pm.gintervals_attr_export(["nope"])},
    ),
    "gintervals_attr_get": ClassicCalls(
        lambda: pm.gintervals_attr_get(A, "description"),
        lambda: pm.gintervals_attr_get(A, "nope"),
        {"ValueError": lambda: pm.gintervals_attr_get("nope", "a")},
    ),
    "gintervals_attr_import": ClassicCalls(
        lambda: pm.gintervals_attr_import(pd.DataFrame({"a": ["1"]}, index=[A])),
        None,
        {"ValueError": lambda: pm.gintervals_attr_import(pd.DataFrame({"a": ["1"]}, index=["x"]))},
    ),
    "gintervals_attr_set": ClassicCalls(
        lambda: pm.gintervals_attr_set(A, "a", "b"),
        lambda: pm.gintervals_attr_set(A, "a", ""),
        {"ValueError": lambda: pm.gintervals_attr_set("nope", "a", "b")},
    ),
    "gintervals_canonic": ClassicCalls(
        lambda: pm.gintervals_canonic(pair()),
        lambda: pm.gintervals_canonic(nothing()),
        {
            "KeyError": lambda: pm.gintervals_canonic(plane()),
            "ValueError": lambda: pm.gintervals_canonic("nope"),
        },
    ),
    "gintervals_chrom_sizes": ClassicCalls(
        lambda: pm.gintervals_chrom_sizes(A),
        lambda: pm.gintervals_chrom_sizes(nothing()),
        {"ValueError": lambda: pm.gintervals_chrom_sizes("nope")},
    ),
    "gintervals_convert_to_indexed": ClassicCalls(
        lambda: pm.gintervals_convert_to_indexed(A),
        None,
        {"ValueError": lambda: pm.gintervals_convert_to_indexed("nope")},
    ),
    "gintervals_coverage_fraction": ClassicCalls(
        lambda: pm.gintervals_coverage_fraction(here()),
        lambda: pm.gintervals_coverage_fraction(nothing()),
        {"ValueError": lambda: pm.gintervals_coverage_fraction("nope")},
    ),
    "gintervals_covered_bp": ClassicCalls(
        lambda: pm.gintervals_covered_bp(here()),
        lambda: pm.gintervals_covered_bp(nothing()),
        {"ValueError": lambda: pm.gintervals_covered_bp("nope")},
    ),
    "gintervals_diff": ClassicCalls(
        lambda: pm.gintervals_diff(here(), pair()),
        lambda: pm.gintervals_diff(nothing(), pair()),
        {
            "ValueError": lambda: pm.gintervals_diff(here(), pair(), A),
            "KeyError": lambda: pm.gintervals_diff(here(), pair().drop(columns="end")),
        },
    ),
    "gintervals_exists": ClassicCalls(
        lambda: pm.gintervals_exists(A),
        lambda: pm.gintervals_exists("nope"),
        {"AttributeError": lambda: pm.gintervals_exists(5)},
    ),
    "gintervals_force_range": ClassicCalls(
        lambda: pm.gintervals_force_range(bad().assign(start=-5, score=1.5)),
        lambda: pm.gintervals_force_range(nothing()),
        {"ValueError": lambda: pm.gintervals_force_range("nope")},
    ),
    "gintervals_from_mat": ClassicCalls(
        lambda: pm.gintervals_from_mat(matrix()),
        None,
        {"ValueError": lambda: pm.gintervals_from_mat(here())},
    ),
    "gintervals_from_strings": ClassicCalls(
        lambda: pm.gintervals_from_strings(["chr1:0-10"]),
        lambda: pm.gintervals_from_strings([]),
        {
            "ValueError": lambda: pm.gintervals_from_strings("chr1:x-y"),
            "error": lambda: pm.gintervals_from_strings("chr99:0-10"),
        },
    ),
    "gintervals_from_tuples": ClassicCalls(
        lambda: pm.gintervals_from_tuples([(1, 0, 10, 1)]),
        lambda: pm.gintervals_from_tuples(None),
        {
            "ValueError": lambda: pm.gintervals_from_tuples([(1, 0)]),
            "error": lambda: pm.gintervals_from_tuples([("chr99", 0, 10)]),
        },
    ),
    "gintervals_intersect": ClassicCalls(
        lambda: pm.gintervals_intersect(here(), pair()),
        lambda: pm.gintervals_intersect(here(), nothing()),
        {
            "ValueError": lambda: pm.gintervals_intersect(here(), pair(), A),
            "KeyError": lambda: pm.gintervals_intersect(here(), plane()),
        },
    ),
    "gintervals_is_bigset": ClassicCalls(
        lambda: pm.gintervals_is_bigset(A), lambda: pm.gintervals_is_bigset("nope")
    ),
    "gintervals_is_indexed": ClassicCalls(
        lambda: pm.gintervals_is_indexed(A),
        None,
        {"ValueError": lambda: pm.gintervals_is_indexed("nope")},
    ),
    "gintervals_load": ClassicCalls(
        lambda: pm.gintervals_load(A),
        lambda: pm.gintervals_load(pair(), chrom="chr2"),
        {
            "ValueError": lambda: pm.gintervals_load("nope"),
            "error": lambda: pm.gintervals_load(A, chrom="chr99"),
        },
    ),
    "gintervals_ls": ClassicCalls(
        pm.gintervals_ls,
        lambda: pm.gintervals_ls("nope"),
        {"re.error": lambda: pm.gintervals_ls("(")},
    ),
    "gintervals_mark_overlaps": ClassicCalls(
        lambda: pm.gintervals_mark_overlaps(pair()),
        None,
        {
            "ValueError": lambda: pm.gintervals_mark_overlaps(nothing()),
            "TypeError": lambda: pm.gintervals_mark_overlaps(5),
        },
    ),
    "gintervals_neighbors": ClassicCalls(
        neighbors,
        lambda: neighbors(maxdist=1, mindist=0),
        {"ValueError": lambda: neighbors(maxneighbors=0)},
    ),
    "gintervals_neighbors_directional": ClassicCalls(
        lambda: pm.gintervals_neighbors_directional(here().assign(strand=1), A),
        lambda: pm.gintervals_neighbors_directional(here(), A, maxdist=1),
        {"ValueError": lambda: pm.gintervals_neighbors_directional(here(), plane())},
    ),
    "gintervals_neighbors_downstream": ClassicCalls(
        lambda: pm.gintervals_neighbors_downstream(here(), A),
        lambda: pm.gintervals_neighbors_downstream(here(), A, maxdist=1),
        {"ValueError": lambda: pm.gintervals_neighbors_downstream(here(), plane())},
    ),
    "gintervals_neighbors_upstream": ClassicCalls(
        lambda: pm.gintervals_neighbors_upstream(pm.gintervals(1, 490_000, 500_000), A),
        lambda: pm.gintervals_neighbors_upstream(here(), A, maxdist=1),
        {"ValueError": lambda: pm.gintervals_neighbors_upstream(here(), plane())},
    ),
    "gintervals_normalize": ClassicCalls(
        lambda: pm.gintervals_normalize(here(), 500),
        None,
        {"ValueError": lambda: pm.gintervals_normalize(nothing(), 500)},
    ),
    "gintervals_path": ClassicCalls(
        lambda: pm.gintervals_path(A), None, {"ValueError": lambda: pm.gintervals_path("nope")}
    ),
    "gintervals_random": ClassicCalls(
        lambda: pm.gintervals_random(100, 5, 0),
        None,
        {
            "ValueError": lambda: pm.gintervals_random(100, 0),
            "error": lambda: pm.gintervals_random(100, 5, 0, ["chr99"]),
            "TypeError": lambda: pm.gintervals_random(100, 5, 0, maks=here()),
        },
    ),
    "gintervals_rbind": ClassicCalls(
        lambda: pm.gintervals_rbind(here(), pair()),
        lambda: pm.gintervals_rbind(nothing(), nothing()),
        {"ValueError": pm.gintervals_rbind},
    ),
    "gintervals_rm": ClassicCalls(
        lambda: pm.gintervals_rm(A),
        lambda: pm.gintervals_rm("nope", force=True),
        {"ValueError": lambda: pm.gintervals_rm("nope")},
    ),
    "gintervals_save": ClassicCalls(
        lambda: pm.gintervals_save(here(), "own"),
        None,
        {
            "ValueError": lambda: pm.gintervals_save(nothing(), "own"),
            "TypeError": lambda: pm.gintervals_save(5, "own"),
        },
    ),
    "gintervals_to_mat": ClassicCalls(
        matrix,
        lambda: pm.gintervals_to_mat(nothing().assign(v=1.0)),
        {"ValueError": lambda: pm.gintervals_to_mat(here().drop(columns="end"))},
    ),
    "gintervals_union": ClassicCalls(
        lambda: pm.gintervals_union(here(), pair()),
        lambda: pm.gintervals_union(nothing(), nothing()),
        {
            "ValueError": lambda: pm.gintervals_union(here(), pair(), A),
            "KeyError": lambda: pm.gintervals_union(here(), plane()),
        },
    ),
    "gintervals_update": ClassicCalls(
        lambda: pm.gintervals_update(A, pm.gintervals_load(A, chrom="chr2"), chrom="chr2"),
        lambda: pm.gintervals_update(A, None, chrom="chr2"),
        {"ValueError": lambda: pm.gintervals_update("nope", None, chrom="chr2")},
    ),
    "gintervals_window": ClassicCalls(
        lambda: pm.gintervals_window(1, 500, 50),
        None,
        {"ValueError": lambda: pm.gintervals_window(1, 5, 50)},
    ),
    "gintervals_2d": ClassicCalls(
        lambda: pm.gintervals_2d(1, 0, 10, 2, 0, 10),
        None,
        {
            "error": lambda: pm.gintervals_2d("chr99"),
            "ValueError": lambda: pm.gintervals_2d([]),
        },
    ),
    "gintervals_2d_all": ClassicCalls(
        pm.gintervals_2d_all, None, {"ValueError": lambda: pm.gintervals_2d_all("x")}
    ),
    "gintervals_2d_band_intersect": ClassicCalls(
        lambda: pm.gintervals_2d_band_intersect(plane(), (500, 1000)),
        lambda: pm.gintervals_2d_band_intersect(plane(10), (500, 1000)),
        {
            "ValueError": lambda: pm.gintervals_2d_band_intersect(plane(), None),
            "KeyError": lambda: pm.gintervals_2d_band_intersect(here(), (500, 1000)),
        },
    ),
    "gintervals_2d_convert_to_indexed": ClassicCalls(
        lambda: pm.gintervals_2d_convert_to_indexed("rects_set"),
        None,
        {"ValueError": lambda: pm.gintervals_2d_convert_to_indexed("nope")},
    ),
    "gintervals_2d_intersect": ClassicCalls(
        lambda: pm.gintervals_2d_intersect(plane(), plane(10)),
        lambda: pm.gintervals_2d_intersect(plane(), no_plane()),
        {"ValueError": lambda: pm.gintervals_2d_intersect(plane(), here())},
    ),
    "gintervals_2d_union": ClassicCalls(
        lambda: pm.gintervals_2d_union(plane(), plane(10)),
        lambda: pm.gintervals_2d_union(no_plane(), no_plane()),
        {"ValueError": lambda: pm.gintervals_2d_union(plane(), here())},
    ),
    "gintervals_from_bed": ClassicCalls(
        lambda: pm.gintervals_from_bed(text(BED, "a.bed"), has_strand=True),
        lambda: pm.gintervals_from_bed(text("", "a.bed")),
        {
            "FileNotFoundError": lambda: pm.gintervals_from_bed("/no/such"),
            "error": lambda: pm.gintervals_from_bed(text("chr99\t1\t2\n", "a.bed")),
        },
    ),
    "gintervals_import_bed": ClassicCalls(
        lambda: pm.gintervals_import_bed(text(BED, "a.bed")),
        None,
        {
            "FileNotFoundError": lambda: pm.gintervals_import_bed("/no/such"),
            "ValueError": lambda: pm.gintervals_import_bed(text("", "a.bed")),
            "error": lambda: pm.gintervals_import_bed(text("chr99\t1\t2\n", "a.bed")),
        },
    ),
    "gintervals_import_genes": ClassicCalls(
        lambda: pm.gintervals_import_genes(text(GENES)),
        lambda: pm.gintervals_import_genes(text("")),
        {
            "FileNotFoundError": lambda: pm.gintervals_import_genes("/no/such"),
            "ValueError": lambda: pm.gintervals_import_genes(text(GENES), text("g1\tx\n")),
        },
    ),
    "gintervals_import_gff": ClassicCalls(
        lambda: pm.gintervals_import_gff(text(GFF, "a.gff")),
        None,
        {
            "FileNotFoundError": lambda: pm.gintervals_import_gff("/no/such"),
            "ValueError": lambda: pm.gintervals_import_gff(text(GFF, "a.gff"), feature="exon"),
        },
    ),
    "gintervals_import_vcf": ClassicCalls(
        lambda: pm.gintervals_import_vcf(text(VCF, "a.vcf")),
        None,
        {
            "FileNotFoundError": lambda: pm.gintervals_import_vcf("/no/such"),
            "ValueError": lambda: pm.gintervals_import_vcf(text("", "a.vcf")),
        },
    ),
}


@pytest.mark.parametrize("name", CALLS)
def test_returns(name: str, check_returns: Callable[[str, ClassicCalls], None]) -> None:
    check_returns(name, CALLS[name])
