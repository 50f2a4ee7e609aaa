"""Queries as values: equal, hashable, picklable; and the checks made while one is built."""

from __future__ import annotations

import pickle

import numpy as np
import pytest

from misha_xr import EachInterval, VirtualTrack
from misha_xr.errors import ExpressionError, TrackTypeError
from misha_xr.query import build_query
from misha_xr.testing.semantics import intervals

BASE = {"exprs": "d10 + k", "scope": "chr1:0-500", "iterator": 20, "variables": {"k": 1}}
OTHERS = [
    {"exprs": "d10 + 2*k"},
    {"exprs": {"x": "d10 + k"}},
    {"scope": "chr1:0-501"},
    {"scope": intervals(("chr1", 250, 500), ("chr1", 0, 250))},
    {"iterator": 21},
    {"iterator": "iset"},
    {"iterator": "sp"},
    {"iterator": EachInterval()},
    {"variables": {"k": 2}},
    {"vtracks": {"d10": VirtualTrack("d10", "sum")}},
    {"vtracks": {"d10": VirtualTrack("d10", sshift=1)}},
]


def query_of(db, **change):
    return build_query(db.store, **(BASE | change))


def test_query__equal_questions(db):
    assert query_of(db) == query_of(db)
    assert hash(query_of(db)) == hash(query_of(db))
    assert query_of(db) != "a query"


@pytest.mark.parametrize("change", OTHERS)
def test_query__different_questions(db, change):
    assert query_of(db, **change) != query_of(db)
    assert query_of(db, **change) == query_of(db, **change)


@pytest.mark.parametrize("change", [{}, *OTHERS])
def test_query__survives_pickle(db, change):
    query = query_of(db, **change)
    assert pickle.loads(pickle.dumps(query)) == query


def test_query__same_scope_in_other_words(db):
    assert query_of(db, scope=intervals(("chr1", 0, 500))) == query_of(db)


def test_build_query__unknown_keyword(db):
    with pytest.raises(TypeError, match="did you mean 'scope'"):
        build_query(db.store, "d10", scop="chr1")


def test_build_query__unknown_track_names_the_closest(db):
    with pytest.raises(ExpressionError, match="did you mean 'd10'"):
        build_query(db.store, "d11 + 1")


def test_build_query__two_dimensional_track(db):
    assert build_query(db.store, "r2").is_plane
    assert not build_query(db.store, "d10").is_plane
    with pytest.raises(TrackTypeError, match="r2"):
        build_query(db.store, "r2", scope="chr1")


def test_build_query__variables_do_not_change_later(db):
    values = np.arange(25.0)
    query = query_of(db, variables={"k": values})
    token = query.token
    values[:] = 0
    assert query_of(db, variables={"k": np.arange(25.0)}).token == token


@pytest.mark.parametrize("name", ["variables", "vtracks", "arrays"])
def test_build_query__mappings_by_name(db, name):
    with pytest.raises(TypeError, match=f"{name} must be a dict by name; found list"):
        build_query(db.store, "d10", **{name: [1]})
    with pytest.raises(TypeError, match="vtracks must be a dict"):
        db.extract("d10", vtracks=[VirtualTrack("d10")])


def test_arrays__that_are_no_dense_arrays(db) -> None:
    with pytest.raises(TypeError, match=r"arrays\['a'\] must be a DenseArray; found ndarray"):
        db.extract("d10", arrays={"a": np.zeros(3)})
