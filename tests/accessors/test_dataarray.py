"""The accessor of DataArrays."""

from __future__ import annotations

from pathlib import Path

import pytest
import xarray as xr

from misha_xr.errors import MishaError
from misha_xr.testing.tiny import write_tiny


def test_sel_genome_store(tmp_path: Path) -> None:
    root = write_tiny(tmp_path / "db")
    array = xr.open_dataset(root, engine="misha")["ns.b"]
    assert array.misha.sel("chr2:0-100").shape == (2,)
    assert array.misha.genome.n_chroms == 4
    assert array.misha.store.root == root
    assert (array + 1).misha.sel("chr2").shape == (13,)


def test_array_of_elsewhere() -> None:
    with pytest.raises(MishaError, match="no axis"):
        xr.DataArray([1.0]).misha.sel("chr1")
