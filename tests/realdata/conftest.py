"""Where the larger real data are: read in place, never part of the project."""

from __future__ import annotations

import os
from pathlib import Path

import pandas as pd
import pytest

DEFAULT = Path(__file__).parents[3] / "shared" / "data"


@pytest.fixture(scope="session")
def data() -> Path:
    """Return the folder of the real data; MISHA_XR_DATA says where else it may be."""
    folder = Path(os.environ.get("MISHA_XR_DATA", DEFAULT))
    if not (folder / "sacCer3.chrom.sizes").is_file():
        pytest.skip(f"real data are not in {folder}; set MISHA_XR_DATA to their folder")
    return folder


@pytest.fixture(scope="session")
def yeast_sizes(data: Path) -> dict[str, int]:
    """Sizes of the yeast chromosomes, in file order."""
    table = pd.read_csv(data / "sacCer3.chrom.sizes", sep="\t", header=None, index_col=0)[1]
    return {str(name): int(size) for name, size in table.items()}
