"""Variables of tracks in the classic API."""

from __future__ import annotations

import re

import numpy as np
import pytest

from misha_xr import pm
from misha_xr.errors import CorruptFileError
from misha_xr.formats.variables import encode_variable
from misha_xr.testing.database import write_database


@pytest.fixture
def folder(tmp_path):
    """The folder of variables of the track `d`."""
    root = write_database(tmp_path, sizes={"chr1": 100}, dense={"d": (10, {}), "e": (10, {})})
    path = root / "tracks" / "d.track" / "vars"
    path.mkdir()
    pm.gdb_init(root)
    yield path
    pm.gdb_unload()


@pytest.mark.parametrize("value", [None, 5, [1, "a"], {"mean": 0.5}, (1, 2), {3}])
def test_gtrack_var_get__gives_the_object_back(folder, value) -> None:
    (folder / "v").write_bytes(encode_variable(value))
    found = pm.gtrack_var_get("d", "v")
    assert type(found) is type(value)
    assert found == value


def test_gtrack_var_get__array(folder) -> None:
    (folder / "v").write_bytes(encode_variable(np.arange(6).reshape(2, 3)))
    np.testing.assert_array_equal(pm.gtrack_var_get("d", "v"), [[0, 1, 2], [3, 4, 5]])


def test_gtrack_var_ls(folder) -> None:
    for name in ("b", "a1", "a2", ".hidden", "x.tmp"):
        (folder / name).write_bytes(encode_variable(1))
    assert pm.gtrack_var_ls("d") == ["a1", "a2", "b"]
    assert pm.gtrack_var_ls("d", "^a") == ["a1", "a2"]
    assert pm.gtrack_var_ls("e") == []
    with pytest.raises(re.error):
        pm.gtrack_var_ls("d", "(")


@pytest.mark.parametrize(
    ("track", "name", "text"),
    [("nope", "v", "nope"), ("d", "v", "no variable 'v'"), ("d", "../chr1", "no path parts")],
)
def test_gtrack_var_get__unknown(folder, track, name, text) -> None:
    with pytest.raises(ValueError, match=text):
        pm.gtrack_var_get(track, name)


def test_gtrack_var_get__never_runs_a_pickle(folder) -> None:
    (folder / "v").write_bytes(b"cos\nsystem\n(S'touch /tmp/misha-xr-evil'\ntR.")
    with pytest.raises(CorruptFileError, match=r"os\.system"):
        pm.gtrack_var_get("d", "v")


def test_gtrack_var_ls__unknown_track(folder) -> None:
    with pytest.raises(ValueError, match="nope"):
        pm.gtrack_var_ls("nope")
