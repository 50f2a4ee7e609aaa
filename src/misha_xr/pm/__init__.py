"""The classic API, so that an old script runs with one changed import line.

``from misha_xr import pm`` takes the place of ``import pymisha as pm``. The functions here check,
call the native package and put results into the classic forms: chromosomes as text, None instead
of an empty table. State lives in `misha_xr.pm.session` and nowhere else.

Names are imported on first use: a script waits for the parts that it calls.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from misha_xr.pm.homes import HOMES

if TYPE_CHECKING:
    from misha_xr.errors import MishaError as error
    from misha_xr.errors import MishaWarning as PymishaWarning
    from misha_xr.pm.analysis import gextract, gscreen, gsummary
    from misha_xr.pm.array_creation import (
        gtrack_array_create,
        gtrack_array_import,
        gtrack_array_set_colnames,
    )
    from misha_xr.pm.arrays import gtrack_array_extract, gtrack_array_get_colnames
    from misha_xr.pm.attribute_changes import gtrack_attr_import, gtrack_attr_set
    from misha_xr.pm.attributes import (
        gdb_get_readonly_attrs,
        gdb_set_readonly_attrs,
        gintervals_attr_export,
        gintervals_attr_get,
        gtrack_attr_export,
        gtrack_attr_get,
    )
    from misha_xr.pm.cis_decay import gcis_decay
    from misha_xr.pm.configuration import gmax_processes
    from misha_xr.pm.databases import (
        gdb_examples_path,
        gdb_info,
        gdb_init,
        gdb_init_examples,
        gdb_reload,
        gdb_unload,
        gsetroot,
    )
    from misha_xr.pm.datasets import (
        gdataset_example_path,
        gdataset_info,
        gdataset_load,
        gdataset_ls,
        gdataset_save,
        gdataset_unload,
        gintervals_dataset,
        gintervals_dbs,
        gtrack_dataset,
        gtrack_dbs,
    )
    from misha_xr.pm.directories import gdir_cd, gdir_create, gdir_cwd, gdir_rm, gtrack_create_dirs
    from misha_xr.pm.distributions import gbins_summary, gdist, glookup, gpartition
    from misha_xr.pm.genomes import (
        gdb_build_genome,
        gdb_genome_info,
        gdb_install_intervals,
        gdb_list_genomes,
    )
    from misha_xr.pm.insulation import gtrack_2d_get_insu_borders, gtrack_2d_get_insu_doms
    from misha_xr.pm.interval_algebra import (
        gintervals_canonic,
        gintervals_coverage_fraction,
        gintervals_covered_bp,
        gintervals_diff,
        gintervals_intersect,
        gintervals_union,
    )
    from misha_xr.pm.interval_imports import (
        gintervals_from_bed,
        gintervals_import_bed,
        gintervals_import_genes,
        gintervals_import_gff,
        gintervals_import_vcf,
    )
    from misha_xr.pm.interval_joins import (
        gintervals_annotate,
        gintervals_neighbors,
        gintervals_neighbors_directional,
        gintervals_neighbors_downstream,
        gintervals_neighbors_upstream,
    )
    from misha_xr.pm.interval_planes import (
        gintervals_2d,
        gintervals_2d_all,
        gintervals_2d_band_intersect,
        gintervals_2d_intersect,
        gintervals_2d_union,
    )
    from misha_xr.pm.interval_rows import (
        gintervals_force_range,
        gintervals_mark_overlaps,
        gintervals_normalize,
        gintervals_rbind,
    )
    from misha_xr.pm.interval_sets import (
        gintervals_chrom_sizes,
        gintervals_exists,
        gintervals_is_bigset,
        gintervals_is_indexed,
        gintervals_load,
        gintervals_ls,
        gintervals_path,
    )
    from misha_xr.pm.interval_tables import (
        gintervals_from_mat,
        gintervals_from_tuples,
        gintervals_random,
        gintervals_to_mat,
        gintervals_window,
    )
    from misha_xr.pm.interval_writing import (
        gintervals_2d_convert_to_indexed,
        gintervals_attr_import,
        gintervals_attr_set,
        gintervals_convert_to_indexed,
        gintervals_rm,
        gintervals_save,
        gintervals_update,
    )
    from misha_xr.pm.intervals import gintervals, gintervals_all, gintervals_from_strings
    from misha_xr.pm.iterators import (
        giterator_cartesian_grid,
        giterator_intervals,
        giterator_intervals_2d,
    )
    from misha_xr.pm.later_liftover import (
        gintervals_as_chain,
        gintervals_liftover,
        gintervals_load_chain,
        gtrack_liftover,
    )
    from misha_xr.pm.later_motifs import (
        gseq_kmer,
        gseq_kmer_dist,
        gseq_potts,
        gseq_pwm,
        gseq_pwm_edits,
        gseq_read_homer,
        gseq_read_jaspar,
        gseq_read_meme,
        gtrack_create_pwm_energy,
    )
    from misha_xr.pm.later_synthesis import (
        GsynthModel,
        ggenome_implant,
        ggenome_transplant,
        gsynth_bin_map,
        gsynth_cell_merge,
        gsynth_convert,
        gsynth_forbid_kmer,
        gsynth_load,
        gsynth_random,
        gsynth_replace_kmer,
        gsynth_sample,
        gsynth_save,
        gsynth_score,
        gsynth_train,
    )
    from misha_xr.pm.new_databases import (
        gdb_convert_to_indexed,
        gdb_create,
        gdb_create_genome,
        gdb_create_linked,
        gdb_export_fasta,
        gdb_mark_cache_dirty,
    )
    from misha_xr.pm.per_interval import gintervals_mapply, gintervals_summary
    from misha_xr.pm.plane_creation import (
        gtrack_2d_convert_to_indexed,
        gtrack_2d_create,
        gtrack_2d_import,
        gtrack_2d_import_contacts,
    )
    from misha_xr.pm.policies import (
        CartesianGridSpec,
        FixedRectPolicy,
        IntervalsPolicy,
        TrackRectsPolicy,
    )
    from misha_xr.pm.quantiles import gbins_quantiles, gintervals_quantiles, gquantiles
    from misha_xr.pm.samples import gcor, gsample
    from misha_xr.pm.segments import gcompute_strands_autocorr, gsegment, gwilcox
    from misha_xr.pm.sequences import (
        grevcomp,
        gseq_comp,
        gseq_extract,
        gseq_rev,
        gseq_revcomp,
    )
    from misha_xr.pm.session import CONFIG, VirtualTracks
    from misha_xr.pm.signals import (
        gtrack_export_bedgraph,
        gtrack_export_bigwig,
        gtrack_import,
        gtrack_import_mappedseq,
        gtrack_import_set,
    )
    from misha_xr.pm.table_tracks import (
        gtrack_create_dense,
        gtrack_create_dense_direct,
        gtrack_create_empty_indexed,
        gtrack_create_sparse,
    )
    from misha_xr.pm.track_changes import (
        gtrack_convert_to_indexed,
        gtrack_copy,
        gtrack_mv,
        gtrack_rm,
    )
    from misha_xr.pm.track_creation import (
        gtrack_create,
        gtrack_lookup,
        gtrack_modify,
        gtrack_smooth,
    )
    from misha_xr.pm.tracks import gtrack_exists, gtrack_info, gtrack_ls, gtrack_path
    from misha_xr.pm.variables import gtrack_var_get, gtrack_var_ls, gtrack_var_rm, gtrack_var_set
    from misha_xr.pm.vtrack_filters import gvtrack_filter
    from misha_xr.pm.vtracks import (
        gvtrack_array_slice,
        gvtrack_clear,
        gvtrack_create,
        gvtrack_info,
        gvtrack_iterator,
        gvtrack_iterator_2d,
        gvtrack_ls,
        gvtrack_rm,
    )

    _VTRACKS: VirtualTracks

__all__ = [
    "CONFIG",
    "CartesianGridSpec",
    "FixedRectPolicy",
    "GsynthModel",
    "IntervalsPolicy",
    "PymishaWarning",
    "TrackRectsPolicy",
    "error",
    "gbins_quantiles",
    "gbins_summary",
    "gcis_decay",
    "gcompute_strands_autocorr",
    "gcor",
    "gdataset_example_path",
    "gdataset_info",
    "gdataset_load",
    "gdataset_ls",
    "gdataset_save",
    "gdataset_unload",
    "gdb_build_genome",
    "gdb_convert_to_indexed",
    "gdb_create",
    "gdb_create_genome",
    "gdb_create_linked",
    "gdb_examples_path",
    "gdb_export_fasta",
    "gdb_genome_info",
    "gdb_get_readonly_attrs",
    "gdb_info",
    "gdb_init",
    "gdb_init_examples",
    "gdb_install_intervals",
    "gdb_list_genomes",
    "gdb_mark_cache_dirty",
    "gdb_reload",
    "gdb_set_readonly_attrs",
    "gdb_unload",
    "gdir_cd",
    "gdir_create",
    "gdir_cwd",
    "gdir_rm",
    "gdist",
    "gextract",
    "ggenome_implant",
    "ggenome_transplant",
    "gintervals",
    "gintervals_2d",
    "gintervals_2d_all",
    "gintervals_2d_band_intersect",
    "gintervals_2d_convert_to_indexed",
    "gintervals_2d_intersect",
    "gintervals_2d_union",
    "gintervals_all",
    "gintervals_annotate",
    "gintervals_as_chain",
    "gintervals_attr_export",
    "gintervals_attr_get",
    "gintervals_attr_import",
    "gintervals_attr_set",
    "gintervals_canonic",
    "gintervals_chrom_sizes",
    "gintervals_convert_to_indexed",
    "gintervals_coverage_fraction",
    "gintervals_covered_bp",
    "gintervals_dataset",
    "gintervals_dbs",
    "gintervals_diff",
    "gintervals_exists",
    "gintervals_force_range",
    "gintervals_from_bed",
    "gintervals_from_mat",
    "gintervals_from_strings",
    "gintervals_from_tuples",
    "gintervals_import_bed",
    "gintervals_import_genes",
    "gintervals_import_gff",
    "gintervals_import_vcf",
    "gintervals_intersect",
    "gintervals_is_bigset",
    "gintervals_is_indexed",
    "gintervals_liftover",
    "gintervals_load",
    "gintervals_load_chain",
    "gintervals_ls",
    "gintervals_mapply",
    "gintervals_mark_overlaps",
    "gintervals_neighbors",
    "gintervals_neighbors_directional",
    "gintervals_neighbors_downstream",
    "gintervals_neighbors_upstream",
    "gintervals_normalize",
    "gintervals_path",
    "gintervals_quantiles",
    "gintervals_random",
    "gintervals_rbind",
    "gintervals_rm",
    "gintervals_save",
    "gintervals_summary",
    "gintervals_to_mat",
    "gintervals_union",
    "gintervals_update",
    "gintervals_window",
    "giterator_cartesian_grid",
    "giterator_intervals",
    "giterator_intervals_2d",
    "glookup",
    "gmax_processes",
    "gpartition",
    "gquantiles",
    "grevcomp",
    "gsample",
    "gscreen",
    "gsegment",
    "gseq_comp",
    "gseq_extract",
    "gseq_kmer",
    "gseq_kmer_dist",
    "gseq_potts",
    "gseq_pwm",
    "gseq_pwm_edits",
    "gseq_read_homer",
    "gseq_read_jaspar",
    "gseq_read_meme",
    "gseq_rev",
    "gseq_revcomp",
    "gsetroot",
    "gsummary",
    "gsynth_bin_map",
    "gsynth_cell_merge",
    "gsynth_convert",
    "gsynth_forbid_kmer",
    "gsynth_load",
    "gsynth_random",
    "gsynth_replace_kmer",
    "gsynth_sample",
    "gsynth_save",
    "gsynth_score",
    "gsynth_train",
    "gtrack_2d_convert_to_indexed",
    "gtrack_2d_create",
    "gtrack_2d_get_insu_borders",
    "gtrack_2d_get_insu_doms",
    "gtrack_2d_import",
    "gtrack_2d_import_contacts",
    "gtrack_array_create",
    "gtrack_array_extract",
    "gtrack_array_get_colnames",
    "gtrack_array_import",
    "gtrack_array_set_colnames",
    "gtrack_attr_export",
    "gtrack_attr_get",
    "gtrack_attr_import",
    "gtrack_attr_set",
    "gtrack_convert_to_indexed",
    "gtrack_copy",
    "gtrack_create",
    "gtrack_create_dense",
    "gtrack_create_dense_direct",
    "gtrack_create_dirs",
    "gtrack_create_empty_indexed",
    "gtrack_create_pwm_energy",
    "gtrack_create_sparse",
    "gtrack_dataset",
    "gtrack_dbs",
    "gtrack_exists",
    "gtrack_export_bedgraph",
    "gtrack_export_bigwig",
    "gtrack_import",
    "gtrack_import_mappedseq",
    "gtrack_import_set",
    "gtrack_info",
    "gtrack_liftover",
    "gtrack_lookup",
    "gtrack_ls",
    "gtrack_modify",
    "gtrack_mv",
    "gtrack_path",
    "gtrack_rm",
    "gtrack_smooth",
    "gtrack_var_get",
    "gtrack_var_ls",
    "gtrack_var_rm",
    "gtrack_var_set",
    "gvtrack_array_slice",
    "gvtrack_clear",
    "gvtrack_create",
    "gvtrack_filter",
    "gvtrack_info",
    "gvtrack_iterator",
    "gvtrack_iterator_2d",
    "gvtrack_ls",
    "gvtrack_rm",
    "gwilcox",
]


def __getattr__(name: str) -> Any:
    if name in {"error", "PymishaWarning"}:
        errors = import_module("misha_xr.errors")
        return errors.MishaError if name == "error" else errors.MishaWarning
    if name == "_VTRACKS":
        return import_module("misha_xr.pm.session").SESSION.vtracks
    if name not in HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"misha_xr.pm.{HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
