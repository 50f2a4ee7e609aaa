"""Attributes of tracks and sets."""

from __future__ import annotations

from pathlib import Path

import pytest

from misha_xr.database import Store
from misha_xr.errors import CorruptFileError


def test_attributes__tracks_and_sets(root: Path) -> None:
    store = Store(root)
    assert store.attributes("signal") == {"created.by": "test", "description": "rising"}
    assert store.info("signal").attributes == store.attributes("signal")
    assert store.attributes("peaks") == {}
    assert store.set_attributes("genes") == {"note": "three"}
    assert store.set_attributes("deep.squares") == {}


def test_attributes__yaml_only_when_alone(root: Path) -> None:
    text = "description: text\nbinsize: 50\nempty:\n"
    for name in ("signal", "peaks"):
        (root / f"tracks/{name}.track/.attributes.yaml").write_text(text)
    assert Store(root).attributes("signal")["description"] == "rising"
    assert Store(root).attributes("peaks") == {"description": "text", "binsize": "50"}


@pytest.mark.parametrize(
    "text", ["- a\n", "a: [1]\n", "a: !!python/object/apply:os.getcwd []\n", "a: '\n", "\xff: 1"]
)
def test_attributes__bad_yaml(root: Path, text: str) -> None:
    (root / "tracks/peaks.track/.attributes.yaml").write_bytes(text.encode("latin-1"))
    with pytest.raises(CorruptFileError, match=r"\.attributes\.yaml"):
        Store(root).attributes("peaks")


def test_attributes__odd_number_of_strings(root: Path) -> None:
    (root / "tracks/peaks.track/.attributes").write_bytes(b"a\0b\0c\0")
    with pytest.raises(CorruptFileError, match=r"peaks\.track/\.attributes"):
        Store(root).attributes("peaks")


def test_attributes__changes_are_seen(root: Path) -> None:
    store = Store(root)
    store.attributes("peaks")
    (root / "tracks/peaks.track/.attributes").write_bytes(b"a\0b\0")
    assert store.attributes("peaks") == {"a": "b"}
