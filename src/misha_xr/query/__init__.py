"""The query engine: expressions, scopes, iterators, virtual tracks, and the questions they answer.

A query is a value (`build_query`); an operation scans it into a sink. Opens no file itself.
"""

from misha_xr.query.array_columns import column_numbers
from misha_xr.query.array_table import extract_array, open_array
from misha_xr.query.autocorrelation import StrandsAutocorrelation, strands_autocorrelation
from misha_xr.query.binned_statistics import bins_quantiles, bins_summary
from misha_xr.query.cartesian import CartesianGrid
from misha_xr.query.chosen_steps import coordinates_at, one_column, values_at
from misha_xr.query.columns import Expressions
from misha_xr.query.contact_decay import cis_decay
from misha_xr.query.correlations import cor
from misha_xr.query.cubes import Cube, build_cube
from misha_xr.query.dense_parts import DensePart
from misha_xr.query.distributions import dist
from misha_xr.query.expression import Expression, parse_expression
from misha_xr.query.insulation import insulation_borders, insulation_domains
from misha_xr.query.interval_quantiles import interval_quantiles
from misha_xr.query.iterators import EachInterval, FixedBins
from misha_xr.query.lookups import lookup
from misha_xr.query.masks import resolve_mask
from misha_xr.query.names import check_virtual_track
from misha_xr.query.operations import check_rows, extract, extract_into, iterate, screen, summary
from misha_xr.query.partitions import partition
from misha_xr.query.per_interval import interval_summary, mapply
from misha_xr.query.progress import progress_of_call
from misha_xr.query.quantiles import quantiles
from misha_xr.query.query import Query, build_query
from misha_xr.query.rank_tests import wilcox
from misha_xr.query.reducers import Reducer, known_functions, make_reducer
from misha_xr.query.row_writing import RowPlan, RowWriter, write_rows
from misha_xr.query.samples import sample
from misha_xr.query.scope import Scope, resolve_scope
from misha_xr.query.segments import segment
from misha_xr.query.sequences import SequenceRequest, sequence_request
from misha_xr.query.settings import Context, check_mapping
from misha_xr.query.smoothing import Smoothing, smooth
from misha_xr.query.sources import DenseArray
from misha_xr.query.step_listing import iterator_intervals
from misha_xr.query.table_columns import default_function, value_column
from misha_xr.query.track_changes import write_modified
from misha_xr.query.track_values import write_lookup, write_smoothed, write_track
from misha_xr.query.track_writing import TrackPlan, TrackWriter, by_chromosome
from misha_xr.query.training_windows import TrainingWindows
from misha_xr.query.value_tables import ValueTableSource
from misha_xr.query.vtracks import VirtualTrack
from misha_xr.query.window_building import training_windows
from misha_xr.query.window_form import WindowForm

__all__ = [
    "CartesianGrid",
    "Context",
    "Cube",
    "DenseArray",
    "DensePart",
    "EachInterval",
    "Expression",
    "Expressions",
    "FixedBins",
    "Query",
    "Reducer",
    "RowPlan",
    "RowWriter",
    "Scope",
    "SequenceRequest",
    "Smoothing",
    "StrandsAutocorrelation",
    "TrackPlan",
    "TrackWriter",
    "TrainingWindows",
    "ValueTableSource",
    "VirtualTrack",
    "WindowForm",
    "bins_quantiles",
    "bins_summary",
    "build_cube",
    "build_query",
    "by_chromosome",
    "check_mapping",
    "check_rows",
    "check_virtual_track",
    "cis_decay",
    "column_numbers",
    "coordinates_at",
    "cor",
    "default_function",
    "dist",
    "extract",
    "extract_array",
    "extract_into",
    "insulation_borders",
    "insulation_domains",
    "interval_quantiles",
    "interval_summary",
    "iterate",
    "iterator_intervals",
    "known_functions",
    "lookup",
    "make_reducer",
    "mapply",
    "one_column",
    "open_array",
    "parse_expression",
    "partition",
    "progress_of_call",
    "quantiles",
    "resolve_mask",
    "resolve_scope",
    "sample",
    "screen",
    "segment",
    "sequence_request",
    "smooth",
    "strands_autocorrelation",
    "summary",
    "training_windows",
    "value_column",
    "values_at",
    "wilcox",
    "write_lookup",
    "write_modified",
    "write_rows",
    "write_smoothed",
    "write_track",
]
