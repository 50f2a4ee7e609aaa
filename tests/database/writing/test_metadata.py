"""Attributes, variables and folders of names."""

from __future__ import annotations

import threading

import numpy as np
import pandas as pd
import pytest

from misha_xr.database import Store
from misha_xr.database.writing.directories import make_directory, remove_directory
from misha_xr.database.writing.metadata import (
    protect_attributes,
    remove_variable,
    update_attributes,
    write_variable,
)
from misha_xr.errors import (
    DatabaseNotFoundError,
    DirectoryNotEmptyError,
    NameCollisionError,
    NameSyntaxError,
    ReadOnlyError,
    UnknownTrackError,
)
from misha_xr.testing.interruptions import check_interruptions
from misha_xr.testing.observed import observe, write_everything


def test_update_attributes__sets_and_removes(database):
    update_attributes(database, "dense", {"a": 1, "lab": "", "none": None})
    assert database.attributes("dense") == {"created.by": "test", "a": "1"}
    update_attributes(database, "dense", {"b": "2"}, only=True)
    assert database.attributes("dense") == {"created.by": "test", "b": "2"}
    update_attributes(database, "sparse", {"x": "ü"})
    assert (database.root / "tracks/sparse.track/.attributes").read_bytes() == "x\0ü\0".encode()
    update_attributes(database, "sparse", {"x": ""})
    assert database.attributes("sparse") == {}


def test_update_attributes__refuses(database):
    protect_attributes(database, ["lab"])
    for error, name, values in [
        (ReadOnlyError, "dense", {"created.by": "me"}),
        (ReadOnlyError, "dense", {"ok": "1", "lab": "y"}),
        (NameSyntaxError, "dense", {"": "1"}),
        (NameSyntaxError, "dense", {"a\0b": "1"}),
        (ValueError, "dense", {"a": "x\0y"}),
        (UnknownTrackError, "denze", {"a": "1"}),
    ]:
        with pytest.raises(error):
            update_attributes(database, name, values)
    assert database.attributes("dense") == {"created.by": "test", "lab": "x"}
    protect_attributes(database, [])
    assert database.read_only_attributes() is None


def test_update_attributes__no_change_is_lost_among_threads(database):
    def work(k: int) -> None:
        update_attributes(Store(database.root), "sparse", {f"a{k}": str(k)})

    threads = [threading.Thread(target=work, args=(k,)) for k in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert database.attributes("sparse") == {f"a{k}": str(k) for k in range(12)}


@pytest.mark.parametrize(
    "value",
    [1, "text", [1, "a"], np.arange(3.0), {"a": None}, pd.DataFrame({"x": [1, 2]})],
    ids=repr,
)
def test_write_variable__reads_back(value, database):
    write_variable(database, "sparse", "v", value)
    found = database.variable("sparse", "v")
    assert type(found) is type(value)
    assert (
        pd.DataFrame(found).equals(pd.DataFrame(value))
        if isinstance(value, pd.DataFrame | np.ndarray)
        else found == value
    )
    assert remove_variable(database, "sparse", "v")
    assert not remove_variable(database, "sparse", "v")


def test_write_variable__refuses(database):
    with pytest.raises(TypeError, match=r"not serializable.*Thread"):
        write_variable(database, "dense", "v", threading.Thread())
    with pytest.raises(ValueError, match="no name of a variable"):
        write_variable(database, "dense", "../v", 1)
    assert database.variable_names("dense") == ["stats"]


def test_directories(database):
    make_directory(database, "a.b")
    make_directory(database, "a.b")
    with pytest.raises(DatabaseNotFoundError):
        make_directory(database, "x.y", parents=False)
    with pytest.raises(NameSyntaxError):
        make_directory(database, "a.b.track/c")
    with pytest.raises(DirectoryNotEmptyError, match=r"not empty: set\.i"):
        remove_directory(database, "ns")
    remove_directory(database, "ns", recursive=True)
    assert database.set_names() == []
    remove_directory(database, "a", recursive=True)
    assert database.directories() == []


ACTS = {
    "attributes": lambda store: update_attributes(store, "dense", {"a": "1", "lab": ""}),
    "no attributes": lambda store: update_attributes(store, "dense", {"lab": ""}),
    "new variable": lambda store: write_variable(store, "sparse", "v", [1, 2]),
    "variable": lambda store: write_variable(store, "dense", "stats", [1, 2]),
    "no variable": lambda store: remove_variable(store, "dense", "stats"),
    "protected": lambda store: protect_attributes(store, ["lab"]),
    "no folder": lambda store: remove_directory(store, "ns", recursive=True),
}


@pytest.mark.parametrize("kind", sorted(ACTS))
def test_metadata__survives_every_step(kind, tmp_path):
    def act(root):
        try:
            ACTS[kind](Store(root))
        except DatabaseNotFoundError as error:
            raise NameCollisionError(str(error)) from error

    def look(root):
        return observe(root) | {"protected": Store(root).read_only_attributes()}

    check_interruptions(write_everything, act, look, folder=tmp_path)
