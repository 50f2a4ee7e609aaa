"""write_database: every kind of object comes back as given."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from misha_xr.database import Store
from misha_xr.testing.database import write_database

SIZES = {"chr1": 95, "chr2": 40, "chr3": 7}


@pytest.mark.parametrize("layout", ["per-chromosome", "indexed"])
@settings(max_examples=20)
@given(bin_size=st.sampled_from([1, 10, 64, 200]), data=st.data())
def test_dense__round_trip(
    tmp_path_factory: pytest.TempPathFactory, layout: str, bin_size: int, data: st.DataObject
) -> None:
    floats = st.floats(width=32)
    values = {
        name: np.array(
            data.draw(st.lists(floats, min_size=-(-n // bin_size), max_size=-(-n // bin_size))),
            dtype=np.float32,
        )
        for name, n in SIZES.items()
    }
    root = tmp_path_factory.mktemp("db")
    write_database(root, sizes=SIZES, dense={"d": (bin_size, values)}, layout=layout)
    track = Store(root).track("d")
    for code, expected in enumerate(values.values()):
        np.testing.assert_array_equal(track.values(code), expected)


def test_sizes__come_from_the_sequence(tmp_path: Path) -> None:
    root = write_database(tmp_path, sequence={"b": "ACGTA", "a": b"GG"})
    genome = Store(root).genome
    assert genome.names == ("b", "a")
    assert genome.sizes.tolist() == [5, 2]


def test_frames__any_spelling_any_order(tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {"chrom": ["2", "chr1", "1"], "start": [1, 50, 2], "end": [3, 60, 4], "value": [1, 2, 3]},
        index=[5, 5, 7],
    )
    root = write_database(tmp_path, sizes=SIZES, sparse={"s": frame}, sets={"t": frame})
    assert Store(root).track("s").records(0).values.tolist() == [3.0, 2.0]
    assert Store(root).load_set("t")["start"].tolist() == [50, 2, 1]
    assert frame.index.tolist() == [5, 5, 7]


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        ({}, "give sizes"),
        ({"sizes": SIZES, "layout": "both"}, "layout must be one of"),
        ({"sizes": SIZES, "attributes": {"x": {"a": "b"}}}, "no track and no interval set"),
        ({"sizes": SIZES, "dense": {"d": (10, {"chr2": [1, 2]})}}, "chr2 has 4 bins, found 2"),
    ],
)
def test_write_database__mistakes(tmp_path: Path, arguments: dict, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        write_database(tmp_path, **arguments)
