"""What a store knows beside values: variables, attributes as tables, files of the root."""

from __future__ import annotations

import pickle
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from misha_xr.database import Store
from misha_xr.errors import (
    CorruptFileError,
    UnknownNameError,
    UnknownSetError,
    UnknownTrackError,
    UnknownVariableError,
)
from misha_xr.formats.ro_attributes import encode_ro_attributes
from misha_xr.formats.variables import encode_variable
from misha_xr.testing.database import write_database

FRAME = pd.DataFrame({"chrom": ["chr1"], "start": [0], "end": [10], "value": [1.0]})
GOLDEN = Path(__file__).parents[1] / "golden"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Tracks and sets with attributes, in folders."""
    return write_database(
        tmp_path / "db",
        sizes={"chr1": 100},
        sparse={"chip.a": FRAME, "chip.b": FRAME, "x.y.z": FRAME},
        sets={"s": FRAME, "n.t": FRAME},
        attributes={
            "chip.a": {"created.by": "me", "note": "one"},
            "chip.b": {"created.by": "you"},
            "s": {"q": "1"},
            "n.t": {"p": "2", "q": "3"},
        },
    )


def test_variable__reads_what_is_stored(root: Path) -> None:
    store = Store(root)
    assert store.variable_names("chip.a") == []
    folder = root / "tracks" / "chip" / "a.track" / "vars"
    folder.mkdir()
    for name in ("v1", "pickled"):
        (folder / name).write_bytes((GOLDEN / "track-vars" / name).read_bytes())
    (folder / "sub").mkdir()
    assert store.variable_names("chip.a") == ["pickled", "v1"]
    assert store.variable("chip.a", "v1")["a"].tolist() == [1, 2, 3]
    assert store.variable("chip.a", "pickled")["b"] == "x"
    with pytest.raises(UnknownVariableError, match="pickled"):
        store.variable("chip.a", "pickle")
    with pytest.raises(CorruptFileError):
        store.variable("chip.a", "sub")
    for name in ("..", "a/b", ""):
        with pytest.raises(ValueError, match="no name of a variable"):
            store.variable("chip.a", name)


def test_variable__unknown_track(root: Path) -> None:
    for read in (Store(root).variable_names, lambda name: Store(root).variable(name, "v")):
        with pytest.raises(UnknownTrackError):
            read("nope")


def test_variable__of_the_source_that_provides_the_track(root: Path, tmp_path: Path) -> None:
    other = write_database(tmp_path / "more", sizes={"chr1": 100}, sparse={"only": FRAME})
    folder = other / "tracks" / "only.track" / "vars"
    folder.mkdir()
    (folder / "v").write_bytes(encode_variable([1]))
    assert Store(root, [other]).variable("only", "v") == [1]


def test_attributes_table(root: Path) -> None:
    store = Store(root)
    table = store.attributes_table()
    assert list(table) == ["created.by", "note"]
    assert table.index.tolist() == ["chip.a", "chip.b", "x.y.z"]
    assert table.loc["chip.b"].tolist() == ["you", ""]
    assert table.loc["x.y.z"].tolist() == ["", ""]
    chosen = store.attributes_table(["chip.b"], ["note", "created.by", "note"])
    assert list(chosen) == ["note", "created.by"]
    assert store.attributes_table([]).shape == (0, 0)
    with pytest.raises(UnknownTrackError):
        store.attributes_table(["s"])


def test_set_attributes_table(root: Path) -> None:
    table = Store(root).set_attributes_table()
    assert table.index.tolist() == ["n.t", "s"]
    assert list(table) == ["q", "p"]  # the most common first
    with pytest.raises(UnknownSetError):
        Store(root).set_attributes_table(["chip.a"])


@pytest.mark.parametrize(
    ("pattern", "filters", "found"),
    [
        (None, {}, ["chip.a", "chip.b", "x.y.z"]),
        ("chip*", {}, ["chip.a", "chip.b"]),
        ("hip.a", {}, []),
        ("CHIP*", {}, []),
        ("*.[az]", {}, ["chip.a", "x.y.z"]),
        (re.compile("p"), {}, ["chip.a", "chip.b"]),
        (None, {"created_by": "m*"}, ["chip.a"]),
        (None, {"created.by": re.compile("o")}, ["chip.b"]),
        (None, {"note": ""}, ["chip.b", "x.y.z"]),
        ("chip*", {"note": "*", "created_by": "you"}, ["chip.b"]),
    ],
)
def test_find_tracks(root: Path, pattern: object, filters: dict, found: list[str]) -> None:
    assert Store(root).find_tracks(pattern, **filters) == found


def test_find_sets(root: Path) -> None:
    store = Store(root)
    assert store.find_sets() == ["n.t", "s"]
    assert store.find_sets("n*", q="3") == ["n.t"]
    with pytest.raises(TypeError, match="pattern"):
        store.find_sets(5)


def test_directories(root: Path, tmp_path: Path) -> None:
    (root / "tracks" / "empty" / "inside").mkdir(parents=True)
    more = write_database(tmp_path / "more", sizes={"chr1": 100}, sparse={"far.t": FRAME})
    found = Store(root, [more]).directories()
    assert found == ["chip", "empty", "empty.inside", "far", "n", "x", "x.y"]
    assert Store(root).at_directory("x").directories() == ["y"]


def test_read_only_attributes(root: Path) -> None:
    assert Store(root).read_only_attributes() is None
    (root / ".ro_attributes").write_bytes(encode_ro_attributes(["a"]))
    assert Store(root).read_only_attributes() == ["a"]
    (root / ".ro_attributes").write_bytes(b"spoilt")
    with pytest.raises(CorruptFileError, match="ro_attributes"):
        Store(root).read_only_attributes()


def test_pssm_sets(root: Path) -> None:
    store = Store(root)
    assert store.pssm_sets() == []
    (root / "pssms").mkdir()
    for name in ("p.key", "p.data"):
        (root / "pssms" / name).write_bytes((GOLDEN / "pssm" / name).read_bytes())
    (root / "pssms" / "alone.key").write_bytes(b"")
    assert store.pssm_sets() == ["p"]
    assert list(store.pssm_set("p")) == [0, 2]
    for name in ("alone", "../seq", "x"):
        with pytest.raises(UnknownNameError):
            store.pssm_set(name)


def test_chrom_aliases(tmp_path: Path) -> None:
    root = write_database(tmp_path, sizes={"chr1": 100, "chrM": 10})
    lines = ["canonical\talias\tsource", "chr1\tNC_1\tx", "chr9\tNC_9\tx", "chrM\tchr1\tx"]
    (root / "chrom_aliases.tsv").write_text("\n".join(lines) + "\n")
    store = Store(root)
    assert store.chrom_aliases == {"NC_1": "chr1"}
    assert store.genome.code("NC_1") == 0
    assert store.genome.code("chr1") == 0
    assert pickle.loads(pickle.dumps(store.genome)).code("NC_1") == 0
    (root / "chrom_aliases.tsv").unlink()
    assert store.chrom_aliases == {}


def test_attributes__yaml_of_a_track(root: Path) -> None:
    folder = root / "tracks" / "x" / "y" / "z.track"
    (folder / ".attributes.yaml").write_text("a: 5\nb: ''\n")
    assert Store(root).attributes("x.y.z") == {"a": "5"}
    assert np.array_equal(Store(root).attributes_table(["x.y.z"]), [["5"]])
