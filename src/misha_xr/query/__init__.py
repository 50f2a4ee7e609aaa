"""The query engine: expressions, scopes, iterators, virtual tracks, and the questions they answer.

A query is a value (`build_query`); an operation scans it into a sink. Opens no file itself.
"""

from misha_xr.query.array_columns import column_numbers
from misha_xr.query.array_table import extract_array, open_array
from misha_xr.query.cartesian import CartesianGrid
from misha_xr.query.columns import Expressions
from misha_xr.query.contact_decay import cis_decay
from misha_xr.query.dense_parts import DensePart
from misha_xr.query.expression import Expression, parse_expression
from misha_xr.query.inputs import check_virtual_track
from misha_xr.query.insulation import insulation_borders, insulation_domains
from misha_xr.query.iterators import EachInterval
from misha_xr.query.operations import check_rows, extract, iterate, screen, summary
from misha_xr.query.query import Query, build_query
from misha_xr.query.reducers import Reducer, known_functions, make_reducer
from misha_xr.query.scope import Scope, resolve_scope
from misha_xr.query.sequences import SequenceRequest, sequence_request
from misha_xr.query.settings import Context, check_mapping
from misha_xr.query.sources import DenseArray
from misha_xr.query.step_listing import iterator_intervals
from misha_xr.query.vtracks import VirtualTrack

__all__ = [
    "CartesianGrid",
    "Context",
    "DenseArray",
    "DensePart",
    "EachInterval",
    "Expression",
    "Expressions",
    "Query",
    "Reducer",
    "Scope",
    "SequenceRequest",
    "VirtualTrack",
    "build_query",
    "check_mapping",
    "check_rows",
    "check_virtual_track",
    "cis_decay",
    "column_numbers",
    "extract",
    "extract_array",
    "insulation_borders",
    "insulation_domains",
    "iterate",
    "iterator_intervals",
    "known_functions",
    "make_reducer",
    "open_array",
    "parse_expression",
    "resolve_scope",
    "screen",
    "sequence_request",
    "summary",
]
