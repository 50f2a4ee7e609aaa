"""Interval algebra: arrays of codes and coordinates below, frames on top."""

from misha_xr.intervals.algebra import merge
from misha_xr.intervals.annotation import annotate
from misha_xr.intervals.arrays import Intervals, Rectangles, linear
from misha_xr.intervals.bands import Band
from misha_xr.intervals.construct import from_arrays, from_tuples, windows
from misha_xr.intervals.frames import (
    from_intervals,
    from_intervals2d,
    is_2d,
    to_intervals,
    to_intervals2d,
)
from misha_xr.intervals.genome_frames import random, tile, whole_genome, whole_genome_2d
from misha_xr.intervals.join_frames import count_overlaps, overlap_join, window_join
from misha_xr.intervals.matrices import from_matrix, to_matrix
from misha_xr.intervals.neighbor_frames import directional_neighbors, neighbors
from misha_xr.intervals.neighbor_planes import neighbors2d
from misha_xr.intervals.ordering import in_order, is_sorted, sort_order
from misha_xr.intervals.plane_frames import (
    band_intersect,
    canonical,
    intersect2d,
    intervals_2d,
    project,
    sort2d,
    union2d,
)
from misha_xr.intervals.plane_limits import force_range2d
from misha_xr.intervals.planes import overlap_pairs2d, sort_order2d
from misha_xr.intervals.problems import problems, validate, with_genome
from misha_xr.intervals.references import GenomeLike
from misha_xr.intervals.region_frames import from_strings, to_strings
from misha_xr.intervals.resize_frames import extend, flank, force_range, resize, shift
from misha_xr.intervals.resizing import Side
from misha_xr.intervals.row_frames import concat, coverage, mark_overlaps, sort, subtract
from misha_xr.intervals.set_frames import (
    Order,
    canonic,
    complement,
    coverage_fraction,
    covered_bp,
    difference,
    intersect,
    symmetric_difference,
    union,
)
from misha_xr.intervals.strand_signs import strand_signs
from misha_xr.intervals.strands import minus_rows

__all__ = [
    "Band",
    "GenomeLike",
    "Intervals",
    "Order",
    "Rectangles",
    "Side",
    "annotate",
    "band_intersect",
    "canonic",
    "canonical",
    "complement",
    "concat",
    "count_overlaps",
    "coverage",
    "coverage_fraction",
    "covered_bp",
    "difference",
    "directional_neighbors",
    "extend",
    "flank",
    "force_range",
    "force_range2d",
    "from_arrays",
    "from_intervals",
    "from_intervals2d",
    "from_matrix",
    "from_strings",
    "from_tuples",
    "in_order",
    "intersect",
    "intersect2d",
    "intervals_2d",
    "is_2d",
    "is_sorted",
    "linear",
    "mark_overlaps",
    "merge",
    "minus_rows",
    "neighbors",
    "neighbors2d",
    "overlap_join",
    "overlap_pairs2d",
    "problems",
    "project",
    "random",
    "resize",
    "shift",
    "sort",
    "sort2d",
    "sort_order",
    "sort_order2d",
    "strand_signs",
    "subtract",
    "symmetric_difference",
    "tile",
    "to_intervals",
    "to_intervals2d",
    "to_matrix",
    "to_strings",
    "union",
    "union2d",
    "validate",
    "whole_genome",
    "whole_genome_2d",
    "window_join",
    "windows",
    "with_genome",
]
