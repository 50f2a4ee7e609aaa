"""Names over several catalogues: the oracle looks at every source in turn."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from misha_xr.database.catalogue import Catalogue
from misha_xr.database.names import Found, Names
from misha_xr.database.sources import Sources
from misha_xr.errors import NameCollisionError, StaleFileError
from misha_xr.testing.database import write_database

LETTERS = st.sets(st.sampled_from("abcd"))


def make(k: int, tracks: set[str], sets: set[str]) -> Catalogue:
    return Catalogue(
        f"/r{k}", {x: f"/r{k}/{x}.t" for x in tracks}, {x: f"/r{k}/{x}.i" for x in sets}
    )


def slow_find(catalogues: list[Catalogue], kind: str, name: str) -> str | None:
    """Look into the working root, then into the datasets from the last to the first."""
    for catalogue in [catalogues[0], *reversed(catalogues[1:])]:
        if name in catalogue.tracks and name in catalogue.sets:
            return "collision"
        if name in catalogue.tracks or name in catalogue.sets:
            return (catalogue.tracks if kind == "track" else catalogue.sets).get(name)
    return None


@given(st.lists(st.tuples(LETTERS, LETTERS), min_size=1, max_size=4))
def test_find__as_the_oracle(contents: list[tuple[set[str], set[str]]]) -> None:
    catalogues = [make(k, *content) for k, content in enumerate(contents)]
    names = Names(catalogues)
    for kind in ("track", "set"):
        for name in "abcde":
            try:
                found = names.find(kind, name)
                answer = found.path if found else None
            except NameCollisionError:
                answer = "collision"
            assert answer == slow_find(catalogues, kind, name)


def test_read__a_file_that_vanishes_twice_is_a_stale_object(tmp_path: Path) -> None:
    sources = Sources([str(write_database(tmp_path, sizes={"chr1": 100}, dense={"d": (10, {})}))])

    def read(found: Found) -> None:
        raise FileNotFoundError(2, "gone", f"{found.path}/chr1")

    with pytest.raises(StaleFileError, match="track 'd' lost a file"):
        sources.read("track", "d", read)
