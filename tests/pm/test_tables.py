"""Signatures and returns of the classic calls, as the tables of the classic API state them."""

from __future__ import annotations

import inspect
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from misha_xr import pm
from misha_xr.errors import (
    ExpressionError,
    UnknownChromosomeError,
    UnknownTrackError,
    VirtualTrackError,
)
from misha_xr.testing.database import write_database

pytestmark = pytest.mark.usefixtures("session")

SIGNATURES = {
    "gdb_init": "path, userpath=None",
    "gdb_init_examples": "copy=True",
    "gdb_examples_path": "",
    "gdb_reload": "",
    "gdb_unload": "",
    "gsetroot": "groot, subdir=None, rescan=False, *, dir=None",
    "gtrack_ls": "*patterns, ignore_case=False, **attr_filters",
    "gtrack_info": "track",
    "gtrack_exists": "track",
    "gtrack_path": "track",
    "gtrack_dataset": "track",
    "gtrack_dbs": "track, dataframe=False",
    "gtrack_attr_get": "track, attr",
    "gtrack_attr_export": "tracks=None, attrs=None",
    "gtrack_var_get": "track, var",
    "gtrack_var_ls": "track, pattern=''",
    "gdataset_load": "path, force=False, verbose=False",
    "gdataset_unload": "path, validate=False",
    "gdataset_ls": "",
    "gdataset_info": "path",
    "gdataset_example_path": "",
    "gdataset_save": "path, description, tracks=None, intervals=None, symlinks=False, "
    "copy_seq=False",
    "gdb_create": "groot, fasta, genes_file=None, annots_file=None, annots_names=None, "
    "db_format='indexed', verbose=False, *, format=None",
    "gdb_create_genome": "genome, path=None, tmpdir=None, verify_checksum=True",
    "gdb_create_linked": "path, parent",
    "gdb_convert_to_indexed": "groot=None, remove_old_files=False, force=False, validate=True, "
    "convert_tracks=False, convert_intervals=False, verbose=False, "
    "chunk_size=104857600, *, threads=None",
    "gdb_export_fasta": "file=None, groot=None, line_width=80, chunk_size=1000000, "
    "overwrite=False, verbose=False",
    "gdb_mark_cache_dirty": "",
    "gdb_list_genomes": "registry=None",
    "gdb_genome_info": "name, registry=None",
    "gdb_build_genome": "name, *, path=None, registry=None, sets=(), prefix='', gene_sets=None, "
    "gtf_priority=('ncbiRefSeq', 'refGene', 'ensGene', 'augustus', 'xenoRefGene'), "
    "chrom_naming=None, target_chroms=None, target_lengths=None, min_coverage=1.0, "
    "match_by_length=True, format=None, verbose=True",
    "gdb_install_intervals": "groot, source, *, sets=('genes', 'rmsk', 'cgi', 'cytoband'), "
    "prefix='', gene_sets=None, gtf_priority=('ncbiRefSeq', 'refGene', 'ensGene', 'augustus', "
    "'xenoRefGene'), overwrite=False, registry=None, target_chroms=None, "
    "target_lengths=None, min_coverage=1.0, match_by_length=True, force=False, "
    "verbose=True",
    "gmax_processes": "n=None",
    "gdb_info": "groot=None",
    "gdb_get_readonly_attrs": "",
    "gdb_set_readonly_attrs": "attrs",
    "gdir_cd": "dir",
    "gtrack_attr_set": "track, attr, value",
    "gtrack_attr_import": "table, remove_others=False",
    "gtrack_var_set": "track, var, value",
    "gtrack_var_rm": "track, var",
    "gtrack_copy": "src, dest=None, db=None, overwrite=False",
    "gtrack_mv": "src, dest",
    "gtrack_rm": "track, force=False, db=None",
    "gtrack_convert_to_indexed": "track, remove_old=False",
    "gdir_create": "dir, show_warnings=True",
    "gdir_rm": "dir, recursive=False, force=False",
    "gtrack_create_dirs": "track, mode='0777'",
    "gdir_cwd": "",
    "gintervals_ls": "pattern='', ignore_case=False",
    "gintervals_exists": "name",
    "gintervals_load": "intervals_set, chrom=None, chrom1=None, chrom2=None, progress=False",
    "gintervals_is_bigset": "intervals_set",
    "gintervals_is_indexed": "intervals_set",
    "gintervals_chrom_sizes": "intervals",
    "gintervals_dataset": "intervals=None",
    "gintervals_dbs": "intervals, dataframe=False",
    "gintervals_attr_get": "intervals_set, attr",
    "gintervals_attr_export": "intervals_set=None, attrs=None",
    "gintervals_attr_set": "intervals_set, attr, value",
    "gintervals_attr_import": "table, remove_others=False",
    "gintervals_save": "intervals, intervals_set",
    "gintervals_update": "intervals_set, intervals, chrom=None, chrom1=None, chrom2=None",
    "gintervals_rm": "intervals_set, force=False",
    "gintervals_convert_to_indexed": "set_name, remove_old=False, force=False",
    "gintervals_2d_convert_to_indexed": "set_name, remove_old=False, force=False",
    "gtrack_array_extract": "track, slice=None, intervals=None, file=None",
    "gtrack_array_get_colnames": "track",
    "gtrack_2d_create": "track, description, intervals, values",
    "gtrack_2d_import": "track, description, file",
    "gtrack_2d_import_contacts": "track, description, contacts, fends=None, "
    "allow_duplicates=True",
    "gtrack_2d_convert_to_indexed": "track, remove_old=True, force=False",
    "gtrack_create": "track, description, expr, iterator=None, band=None",
    "gtrack_export_bedgraph": "track, file, intervals=None, iterator=None, name=None, header=True",
    "gtrack_export_bigwig": "track, file, intervals=None, iterator=None",
    "gtrack_import": "track, description, file, binsize=None, defval=nan, attrs=None, "
    "func='weighted.mean'",
    "gtrack_import_mappedseq": "track, description, file, pileup=0, binsize=-1, "
    "cols_order=(9, 11, 13, 14), remove_dups=True",
    "gtrack_import_set": "description, path, binsize, track_prefix=None, defval=nan",
    "gtrack_create_dense": "track, description, intervals, values, binsize, defval=nan, "
    "func='weighted.mean'",
    "gtrack_create_dense_direct": "track, description, intervals, values, binsize, defval=nan, "
    "reload=True",
    "gtrack_create_empty_indexed": "track",
    "gtrack_create_sparse": "track, description, intervals, values=None",
    "gtrack_lookup": "track, description, lookup_table, *args, iterator=None, "
    "include_lowest=False, force_binning=True, band=None",
    "gtrack_modify": "track, expr, intervals=None",
    "gtrack_smooth": "track, description, expr, winsize, weight_thr=0, smooth_nans=False, "
    "alg='LINEAR_RAMP', iterator=None",
    "gtrack_array_create": "track, description, intervals, values, colnames",
    "gtrack_array_import": "track, description, *srcs",
    "gtrack_array_set_colnames": "track, colnames",
    "gintervals": "chroms, starts=0, ends=-1, strand=None",
    "gintervals_all": "",
    "gintervals_from_strings": "regions",
    "gintervals_from_tuples": "rows, strand=None",
    "gintervals_window": "chroms, centers, half_width",
    "gintervals_from_bed": "path, has_strand=False",
    "gintervals_import_bed": "file, *, name=True, score=True, strand=True",
    "gintervals_import_gff": "file, *, feature=None, strand=True, attrs=True",
    "gintervals_import_vcf": "file, *, info=True",
    "gintervals_import_genes": "genes_file, annots_file=None, annots_names=None",
    "gintervals_random": "size, n, dist_from_edge=3000000, chromosomes=None, mask=None, "
    "seed=None, **kwargs",
    "gintervals_canonic": "intervals, unify_touching_intervals=True",
    "gintervals_union": "intervals1, intervals2, intervals_set_out=None",
    "gintervals_intersect": "intervals1, intervals2, intervals_set_out=None",
    "gintervals_diff": "intervals1, intervals2, intervals_set_out=None",
    "gintervals_covered_bp": "intervals, src=None",
    "gintervals_coverage_fraction": "intervals1, intervals2=None",
    "gintervals_mark_overlaps": "intervals, group_col='overlap_group', "
    "unify_touching_intervals=True",
    "gintervals_force_range": "intervals, intervals_set_out=None",
    "gintervals_normalize": "intervals, size, intervals_set_out=None",
    "gintervals_rbind": "*intervals, intervals_set_out=None",
    "gintervals_to_mat": "df, id_col=None, value_cols=None, labels=True",
    "gintervals_from_mat": "mat",
    "gintervals_2d": "chroms1, starts1=0, ends1=-1, chroms2=None, starts2=0, ends2=-1",
    "gintervals_2d_all": "mode='diagonal'",
    "gintervals_2d_intersect": "intervals1, intervals2",
    "gintervals_2d_union": "intervals1, intervals2",
    "gintervals_2d_band_intersect": "intervals, band, intervals_set_out=None",
    "gintervals_path": "name",
    "gintervals_neighbors": "intervals1, intervals2, maxneighbors=1, mindist=-1000000000.0, "
    "maxdist=1000000000.0, mindist1=-1000000000.0, maxdist1=1000000000.0, mindist2=-1000000000.0, "
    "maxdist2=1000000000.0, na_if_notfound=False, use_intervals1_strand=False, "
    "warn_ignored_strand=True, intervals_set_out=None",
    "gintervals_neighbors_upstream": "intervals1, intervals2, maxneighbors=1, "
    "maxdist=1000000000.0, na_if_notfound=False",
    "gintervals_neighbors_downstream": "intervals1, intervals2, maxneighbors=1, "
    "maxdist=1000000000.0, na_if_notfound=False",
    "gintervals_neighbors_directional": "intervals1, intervals2, maxneighbors_upstream=1, "
    "maxneighbors_downstream=1, maxdist=1000000000.0, na_if_notfound=False",
    "gintervals_annotate": "intervals, annotation_intervals, annotation_columns=None, "
    "column_names=None, dist_column='dist', max_dist=inf, na_value=nan, maxneighbors=1, "
    "tie_method='first', overwrite=False, keep_order=True, **kwargs",
    "gseq_extract": "intervals",
    "gseq_rev": "seq",
    "gseq_comp": "seq",
    "gseq_revcomp": "seq",
    "grevcomp": "seq",
    "gvtrack_create": "vtrack_name, src, func=None, params=None, sshift=0, eshift=0, **kwargs",
    "gvtrack_filter": "vtrack_name, mask=None, **kwargs",
    "gvtrack_iterator": "vtrack_name, dim=None, sshift=0, eshift=0",
    "gvtrack_iterator_2d": "vtrack_name, sshift1=0, eshift1=0, sshift2=0, eshift2=0",
    "giterator_intervals": "expr=None, intervals=None, iterator=None, band=None, "
    "intervals_set_out=None, interval_relative=False, partial_bins='clip'",
    "giterator_intervals_2d": "expr, intervals=None, iterator=None, colnames=None, band=None",
    "giterator_cartesian_grid": "intervals1, expansion1, intervals2=None, expansion2=None, "
    "min_band_idx=None, max_band_idx=None, *, stream=False",
    "CartesianGridSpec": "intervals1, expansion1, intervals2=None, expansion2=None, "
    "min_band_idx=None, max_band_idx=None, kind='cartesian_grid'",
    "FixedRectPolicy": "width, height, kind='fixed_rect'",
    "IntervalsPolicy": "kind='intervals'",
    "TrackRectsPolicy": "track_name, kind='track_rects'",
    "gvtrack_array_slice": "vtrack, slice=None, func='avg', params=None",
    "gvtrack_ls": "",
    "gvtrack_info": "vtrack_name",
    "gvtrack_rm": "vtrack_name",
    "gvtrack_clear": "",
    "gsegment": "expr, minsegment, maxpval=0.05, onetailed=True, intervals=None, iterator=None, "
    "intervals_set_out=None",
    "gwilcox": "expr, winsize1, winsize2, maxpval=0.05, onetailed=True, what2find=1, "
    "intervals=None, iterator=None, intervals_set_out=None",
    "gcompute_strands_autocorr": "file, chrom, binsize, maxread=400, cols_order=(9, 11, 13, 14), "
    "min_coord=0, max_coord=300000000",
    "gextract": "expr, intervals=None, iterator=None, colnames=None, band=None, vars=None, "
    "intervals_join='id', *, file=None, intervals_set_out=None, progress=None, "
    "progress_desc='gextract'",
    "gscreen": "expr, intervals=None, vars=None, *, iterator=None, band=None, "
    "intervals_set_out=None, progress=None, progress_desc='gscreen'",
    "gcis_decay": "expr, breaks, src, domain, intervals=None, include_lowest=False, iterator=None, "
    "band=None",
    "gtrack_2d_get_insu_borders": "insu_track, thresh, iterator=500",
    "gtrack_2d_get_insu_doms": "insu_track, thresh, iterator=500",
    "gquantiles": "expr, percentiles=0.5, intervals=None, iterator=None, vars=None, *, "
    "percentile=None, band=None, progress=None, progress_desc=None",
    "gdist": "*args, intervals=None, include_lowest=False, iterator=None, band=None, "
    "dataframe=False, names=None, vars=None, progress=None, progress_desc=None",
    "gpartition": "expr, breaks, intervals=None, include_lowest=False, iterator=None, *, "
    "band=None, vars=None, intervals_set_out=None",
    "glookup": "lookup_table, *args, intervals=None, include_lowest=False, force_binning=True, "
    "iterator=None, band=None, intervals_set_out=None, progress=None, progress_desc=None",
    "gsample": "expr, n, intervals=None, iterator=None",
    "gcor": "*exprs, intervals=None, iterator=None, method='pearson', details=False, names=None",
    "gbins_summary": "*args, expr=None, intervals=None, include_lowest=False, iterator=None, "
    "band=None",
    "gbins_quantiles": "*args, expr=None, percentiles=0.5, intervals=None, "
    "include_lowest=False, iterator=None, band=None",
    "gintervals_summary": "expr, intervals, iterator=None, *, band=None, intervals_set_out=None, "
    "progress=None, progress_desc=None",
    "gintervals_quantiles": "expr, percentiles=0.5, intervals=None, iterator=None, *, "
    "percentile=None, band=None, intervals_set_out=None, progress=None, progress_desc=None",
    "gintervals_mapply": "func, *exprs, intervals=None, iterator=None, intervals_set_out=None, "
    "colnames='value', enable_gapply_intervals=False, band=None",
    "gsummary": "expr, intervals=None, iterator=None, vars=None, *, band=None, progress=None, "
    "progress_desc=None",
}


@pytest.mark.parametrize("name", SIGNATURES)
def test_signature(name: str) -> None:
    signature = inspect.signature(getattr(pm, name))
    plain = signature.replace(
        parameters=[
            p.replace(annotation=inspect.Parameter.empty) for p in signature.parameters.values()
        ],
        return_annotation=inspect.Signature.empty,
    )
    assert str(plain) == f"({SIGNATURES[name]})"


def test_all__lists_every_public_name() -> None:
    functions = {name for name in SIGNATURES if name[0] == "g" or name[0].isupper()}
    assert set(pm.__all__) == functions | {"CONFIG", "PymishaWarning", "error"}


def scope(*rows: tuple[str, int, int]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["chrom", "start", "end"])


def test_gextract__dtypes() -> None:
    table = pm.gextract(["dense_track", "sparse_track"], pm.gintervals(1, 0, 5000), iterator=1000)
    assert table.dtypes.astype(str).tolist() == [
        "str",
        "int64",
        "int64",
        "float64",
        "float64",
        "int64",
    ]
    assert isinstance(table.index, pd.RangeIndex)
    assert table["intervalID"].unique().tolist() == [1]


def test_gextract__names_of_columns() -> None:
    one = pm.gintervals(1, 0, 200)
    assert list(pm.gextract(["dense_track", "dense_track"], one))[3:5] == [
        "dense_track",
        "dense_track_",
    ]
    assert list(pm.gextract("dense_track", one, colnames="v"))[3] == "v"
    assert list(pm.gextract(["dense_track", "1+1"], one, colnames=["v", "v"], iterator=50))[
        3:5
    ] == ["v", "v"]
    assert list(pm.gextract([], one, iterator=50)) == ["chrom", "start", "end", "intervalID"]
    with pytest.raises(ValueError, match="1"):
        pm.gextract("dense_track", one, colnames=["a", "b"])


def test_gextract__intervals_join() -> None:
    one = pm.gintervals(1, 0, 120)
    assert list(pm.gextract("dense_track", one, intervals_join="none"))[-1] == "dense_track"
    joined = pm.gextract("dense_track", one, intervals_join="intervals")
    assert list(joined)[4:] == ["chrom1", "start1", "end1"]
    assert joined["end1"].tolist() == [120] * 3
    with pytest.raises(ValueError, match="intervals_join must be one of"):
        pm.gextract("dense_track", one, intervals_join="x")


def test_gextract__negative_iterator_is_one_step_per_interval() -> None:
    rows = scope(("chr2", 0, 200), ("chr1", 10, 410))
    table = pm.gextract("dense_track", rows, iterator=-1)
    assert table["end"].tolist() == [410, 200]
    assert table["intervalID"].tolist() == [2, 1]
    pd.testing.assert_frame_equal(
        pm.gextract("dense_track", rows, iterator=0), pm.gextract("dense_track", rows)
    )


def test_gextract__empty_scope_is_none() -> None:
    empty = pm.gintervals(1).iloc[:0]
    assert pm.gextract("dense_track", empty) is None
    assert pm.gscreen("dense_track > 0", empty) is None
    stats = pm.gsummary("dense_track", empty)
    assert stats.iloc[:2].tolist() == [0, 0]
    assert stats.iloc[2:].isna().all()


def test_gextract__file(tmp_path: Path) -> None:
    path = tmp_path / "out.tsv"
    assert pm.gextract("dense_track", pm.gintervals(1, 0, 200), file=str(path)) is None
    written = pd.read_csv(path, sep="\t")
    assert list(written) == ["chrom", "start", "end", "dense_track"]
    assert len(written) == 4


def test_gextract__callers_variables_and_vars() -> None:
    factor = 3
    one = pm.gintervals(1, 0, 200)
    tripled = pm.gextract("factor * dense_track", one).iloc[:, 3]
    plain = pm.gextract("dense_track", one)["dense_track"]
    np.testing.assert_array_equal(tripled, factor * plain)
    doubled = pm.gextract("factor * dense_track", one, vars={"factor": 2}).iloc[:, 3]
    np.testing.assert_array_equal(doubled, 2 * plain)
    with pytest.raises(ExpressionError, match="factor"):
        pm.gextract("factor * dense_track", one, vars={})


LIMIT = 0.45


def test_gextract__variables_of_the_module_and_of_outer_frames() -> None:
    inner = 2

    def ask() -> pd.DataFrame:
        return pm.gextract("dense_track > LIMIT + 0 * inner", pm.gintervals(1, 0, 200))

    def outer() -> pd.DataFrame:
        inner = 5
        assert inner
        return ask()

    assert len(outer()) == 4
    assert inner == 2


def test_gextract__aggregates_work_in_batches_of_the_configured_length() -> None:
    before = pm.CONFIG["eval_buf_size"]
    try:
        pm.CONFIG["eval_buf_size"] = 2
        table = pm.gextract(["dense_track", "np.max(dense_track)"], pm.gintervals(1, 0, 200))
    finally:
        pm.CONFIG["eval_buf_size"] = before
    expected = table["dense_track"].to_numpy().reshape(2, 2).max(axis=1).repeat(2)
    np.testing.assert_array_equal(table["np.max(dense_track)"], expected)


def test_gextract__max_data_size_bounds_the_result(monkeypatch: pytest.MonkeyPatch) -> None:
    one = pm.gintervals(1, 0, 500)
    monkeypatch.setitem(pm.CONFIG, "max_data_size", 9)
    with pytest.raises(pm.error, match="Result size exceeded the maximal allowed: 10 rows"):
        pm.gextract("dense_track", one)
    assert len(pm.gextract("dense_track", one, iterator=100)) == 5
    monkeypatch.setitem(pm.CONFIG, "max_data_size", 0)
    with pytest.raises(pm.error, match="Result size exceeded"):
        pm.gscreen("dense_track >= 0", one)


def test_gscreen__numeric_results_are_true_unless_zero_or_nan(tmp_path: Path) -> None:
    values = [0.0, 2.0, np.nan, -1.0]
    pm.gdb_init(write_database(tmp_path, sizes={"chr1": 40}, dense={"t": (10, {"chr1": values})}))
    found = pm.gscreen("t")
    assert found[["start", "end"]].to_numpy().tolist() == [[10, 20], [30, 40]]


@pytest.mark.parametrize(
    ("call", "kind", "text"),
    [
        (lambda: pm.gextract("nope"), ValueError, "nope"),
        (lambda: pm.gextract(None), TypeError, "text"),
        (
            lambda: pm.gextract("dense_track", scope(("chr99", 0, 10))),
            UnknownChromosomeError,
            "chr99",
        ),
        (lambda: pm.gextract("dense_track", scope(("chr1", 20, 10))), pm.error, "20"),
        (lambda: pm.gextract("dense_track", iterator="zz"), pm.error, "zz"),
        (lambda: pm.gextract("dense_track", bogus=1), TypeError, "bogus"),
        (lambda: pm.gextract("dense_track", iteratr=1), TypeError, "did you mean 'iterator'"),
        (lambda: pm.gextract("dense_track", "dense_track"), pm.error, "dense"),
        (lambda: pm.gextract("dense_track", band=(1, 2)), ValueError, "band"),
        (lambda: pm.gsummary("dense_track", band=(1, 2)), ValueError, "band"),
        (lambda: pm.gintervals("chr99"), pm.error, "chr99"),
        (lambda: pm.gintervals(1, 30, 20), ValueError, "start is not below end"),
        (lambda: pm.gintervals(1, -5, 20), ValueError, "start is negative"),
        (lambda: pm.gintervals(1, 0, 10**9), ValueError, "beyond the chromosome"),
        (lambda: pm.gintervals(1, strand=2), ValueError, "strand"),
        (lambda: pm.gintervals([]), ValueError, "one length"),
        (lambda: pm.gintervals([1, 2], [0, 0, 0], 5), ValueError, "one length"),
        (lambda: pm.gintervals_from_strings("chr1:5"), ValueError, "chr1:5"),
        (lambda: pm.gtrack_info("zz"), UnknownTrackError, "zz"),
        (lambda: pm.gtrack_ls("("), ValueError, "Invalid regex"),
        (lambda: pm.gvtrack_create("v", "dense_track", 5), VirtualTrackError, "named by a str"),
        (lambda: pm.gtrack_ls(created_by=1), TypeError, "text"),
        (lambda: pm.gvtrack_info("zz"), KeyError, "zz"),
        (lambda: pm.gvtrack_iterator("zz"), KeyError, "zz"),
        (lambda: pm.gvtrack_create("v", "zz"), UnknownTrackError, "zz"),
        (lambda: pm.gvtrack_create("v", "dense_track", "avg", foo=1), ValueError, "foo"),
        (lambda: pm.gextract("dense_track", intervals_set_out="annotations"), ValueError, "exists"),
    ],
)
def test_errors(call, kind: type[Exception], text: str) -> None:
    with pytest.raises(kind, match=text):
        call()


def test_gvtrack_iterator__dim_is_checked() -> None:
    pm.gvtrack_create("v", "dense_track")
    with pytest.raises(VirtualTrackError, match="dim"):
        pm.gvtrack_iterator("v", dim=3)
    pm.gvtrack_iterator("v", dim=0, sshift=3)
    assert pm.gvtrack_info("v")["dim"] == 0
    assert pm.gextract("v", pm.gintervals(1, 0, 100)) is not None


def test_gvtrack_create__unknown_function_fails_when_used() -> None:
    pm.gvtrack_create("v", "dense_track", "avgg")
    with pytest.raises(VirtualTrackError, match="avg"):
        pm.gextract("v", pm.gintervals(1, 0, 100))


def test_gvtrack_info__keys() -> None:
    pm.gvtrack_create("v", "dense_track")
    assert pm.gvtrack_info("v") == {
        "src": "dense_track",
        "func": "avg",
        "params": None,
        "sshift": 0,
        "eshift": 0,
        "filter": None,
        "filter_key": None,
        "filter_stats": None,
    }
    pm.gvtrack_create("w", "annotations")
    assert pm.gvtrack_info("w")["func"] == "distance"


def test_gintervals__order_truncation_broadcast() -> None:
    table = pm.gintervals([2, 1, 1], [0, 5, 0], [10, 20, 10], strand=["+", -1, "*"])
    assert table.to_dict("list") == {
        "chrom": ["chr1", "chr1", "chr2"],
        "start": [0, 5, 0],
        "end": [10, 20, 10],
        "strand": [0, -1, 1],
    }
    assert pm.gintervals(1, 10.7, 20.2)[["start", "end"]].to_numpy().tolist() == [[10, 20]]
    assert pm.gintervals(["chr1", "X", 2], 5, 20)["chrom"].tolist() == ["chr1", "chr2", "chrX"]
    assert pm.gintervals(1, [0, 10], [5, 20]).dtypes.astype(str).tolist() == [
        "str",
        "int64",
        "int64",
    ]


def test_gintervals_from_strings__empty_list() -> None:
    assert len(pm.gintervals_from_strings([])) == 0


def test_gtrack_ls__patterns_and_attributes() -> None:
    assert pm.gtrack_ls("DENSE") is None
    assert pm.gtrack_ls("DENSE", ignore_case=True) == ["dense_track", "subdir.dense_track2"]
    assert pm.gtrack_ls("^sparse", "rects") is None
    assert pm.gtrack_ls("dense", "^sub") == ["subdir.dense_track2"]
    assert pm.gtrack_ls("dense", absent="^$") == ["dense_track", "subdir.dense_track2"]
    everything = pm.gtrack_ls(created_by=".")
    assert "dense_track" in everything
    assert pm.gtrack_ls(**{"created.by": "no such maker"}) is None


def test_gtrack_exists() -> None:
    assert pm.gtrack_exists("dense_track")
    assert not pm.gtrack_exists("annotations")
    assert not pm.gtrack_exists("1 b/..")


@pytest.mark.parametrize("iterator", [0, False, np.int64(0), np.float64(0), 0.5, -0.5])
def test_gextract__iterator_truncated_to_zero_is_none(iterator: object) -> None:
    found = pm.gextract("dense_track", pm.gintervals(1, 0, 200), iterator)
    assert found["end"].tolist() == [50, 100, 150, 200]


@pytest.mark.parametrize("iterator", [-1, -7.5, np.int64(-1), np.float32(-2)])
def test_gextract__negative_iterator_of_any_kind_is_the_same(iterator: object) -> None:
    found = pm.gextract("dense_track", pm.gintervals(1, 0, 200), iterator)
    assert found["end"].tolist() == [200]


def test_rank_calls__returns() -> None:
    here = pm.gintervals(1, 0, 20_000)
    found = pm.gsegment("dense_track", 500, intervals=here)
    assert found.dtypes.astype(str).tolist() == ["str", "int64", "int64"]
    assert pm.gsegment("dense_track", 500, intervals=here.iloc[:0]) is None
    assert len(pm.gsegment("dense_track * np.nan", 500, intervals=here, iterator=50)) == 1
    peaks = pm.gwilcox("dense_track", 2000, 500, 0.3, intervals=here)
    assert peaks.dtypes.astype(str).tolist() == ["str", "int64", "int64", "float64"]
    assert list(peaks) == ["chrom", "start", "end", "pval"]
    assert pm.gwilcox("dense_track", 2000, 500, 0, intervals=here) is None
    pd.testing.assert_frame_equal(
        pm.gwilcox("dense_track", 2000, 500, 1.5, what2find=7, intervals=here),
        pm.gwilcox("dense_track", 2000, 500, 1, intervals=here),
    )


def test_rank_calls__errors() -> None:
    for call in (
        lambda: pm.gsegment("dense_track", 400),
        lambda: pm.gwilcox("dense_track", 400, 2000),
        lambda: pm.gsegment("sparse_track", 5000),
        lambda: pm.gwilcox("dense_track", 2000, 500, iterator=-1),
        lambda: pm.gwilcox("dense_track", -5, 500),
        lambda: pm.gsegment("dense_track", 5000, maxpval="x"),
    ):
        with pytest.raises(pm.error):
            call()
    for call in (
        lambda: pm.gsegment("dense_track", 5000, intervals_set_out="annotations"),
        lambda: pm.gwilcox("dense_track", 2000, 500, intervals_set_out="annotations"),
    ):
        with pytest.raises(ValueError, match="already exists"):
            call()


def test_gcompute_strands_autocorr__returns(tmp_path: Path) -> None:
    path = tmp_path / "reads.tsv"
    path.write_text("ACGT\tchr1\t205\t+\nACGT\t1\t221\t-\n")
    statistics, bins = pm.gcompute_strands_autocorr(str(path), 1, 10, 50, (1, 2, 3, 4))
    assert list(statistics) == [
        "forward_mean", "forward_stdev", "reverse_mean", "reverse_stdev",
    ]  # fmt: skip
    assert all(type(value) is float for value in statistics.values())
    assert bins.dtypes.astype(str).to_dict() == {"bin": "float64", "corr": "float64"}
    assert bins["bin"].tolist() == list(range(-5, 5))
    with pytest.raises(FileNotFoundError, match="File not found"):
        pm.gcompute_strands_autocorr(str(tmp_path / "none"), "1", 10)
    with pytest.raises(UnknownChromosomeError):
        pm.gcompute_strands_autocorr(str(path), "chr99", 10)
    with pytest.raises(ValueError, match="bin_size"):
        pm.gcompute_strands_autocorr(str(path), "1", 0)
