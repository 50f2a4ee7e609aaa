"""The registry of functions."""

from __future__ import annotations

import pickle

import numpy as np
import pytest

from misha_xr.errors import UnsupportedError, VirtualTrackError
from misha_xr.query import known_functions, make_reducer


def test_make_reducer__every_known_name():
    for name in known_functions():
        reducer = make_reducer(name.upper(), 0.5 if name == "quantile" else None)
        assert pickle.loads(pickle.dumps(reducer)) == reducer
        assert reducer.families


@pytest.mark.parametrize(("alias", "name"), [("mean", "avg"), ("STD", "stddev")])
def test_make_reducer__alias(alias, name):
    assert make_reducer(alias).name == name


@pytest.mark.parametrize("params", [0.3, {"q": 0.3}, np.float32(0.5), 0, 1])
def test_make_reducer__quantile(params):
    assert 0 <= make_reducer("quantile", params).parameter <= 1


@pytest.mark.parametrize("params", [None, {}, -0.1, 1.5, float("nan"), "0.5", True, {"q": None}])
def test_make_reducer__bad_quantile(params):
    with pytest.raises(VirtualTrackError, match="'q'"):
        make_reducer("quantile", params)


def test_make_reducer__seed():
    assert make_reducer("sample").parameters == ()
    assert make_reducer("sample", 7) == make_reducer("sample", {"seed": 7})
    assert make_reducer("sample", 7).with_seed(lambda: 1) == make_reducer("sample", 7)
    assert make_reducer("sample").with_seed(lambda: 1).parameters == (("seed", 1),)
    assert make_reducer("avg").with_seed(lambda: 1) == make_reducer("avg")


@pytest.mark.parametrize("seed", [-1, 0.5, "7", True, float("nan")])
def test_make_reducer__bad_seed(seed):
    with pytest.raises(VirtualTrackError, match="'seed'"):
        make_reducer("sample", seed)


@pytest.mark.parametrize("params", [{"r": 0.5}, {"q": 0.5, "percentile": 1}])
def test_make_reducer__unknown_parameter(params):
    with pytest.raises(VirtualTrackError, match="no parameter"):
        make_reducer("quantile", params)


def test_make_reducer__parameter_where_none_is_taken():
    with pytest.raises(VirtualTrackError, match="takes no parameter"):
        make_reducer("avg", 3)


def test_make_reducer__unknown_function():
    with pytest.raises(VirtualTrackError, match="did you mean 'stddev'"):
        make_reducer("stdev")
    with pytest.raises(VirtualTrackError, match="named by a str"):
        make_reducer(sum)


@pytest.mark.parametrize("name", ["potts", "pwm.max", "Kmer.count"])
def test_make_reducer__known_to_misha_but_not_here(name):
    with pytest.raises(UnsupportedError, match=name.lower()):
        make_reducer(name)
