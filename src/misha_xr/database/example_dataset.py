"""The example dataset: a small one that goes with the example database, made at each call."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pandas as pd

from misha_xr.database.example import SIZES, example_database_path
from misha_xr.database.plain_files import PlainRoot
from misha_xr.formats.misha_yaml import DatasetDescription, encode_misha_yaml
from misha_xr.genome import Genome

__all__ = ["write_example_dataset"]

CREATED = "2014-12-09T18:15:21Z"


def write_example_dataset() -> Path:
    """Write the example dataset into a fresh temporary folder.

    Returns
    -------
    Path
        A root with the sparse track `example_dataset_track`, the interval set
        `example_dataset_intervals`, a ``misha.yaml``, and a link to the sequence of the example
        database.

    Examples
    --------
    >>> path = write_example_dataset()
    >>> sorted(file.name for file in path.iterdir())
    ['chrom_sizes.txt', 'misha.yaml', 'seq', 'tracks']
    """
    path = Path(tempfile.mkdtemp(prefix="misha-xr-dataset-")) / "dataset"
    root = PlainRoot(path, Genome.from_dict(SIZES))
    root.start()
    frame = pd.DataFrame({"chrom": ["chr1", "chr1", "chr2"], "start": [100, 9_000, 0]})
    frame["end"] = frame["start"] + [400, 1_000, 50]
    root.write_sparse("example_dataset_track", frame.assign(value=[1.0, 2.0, 3.0]))
    root.write_attributes("example_dataset_track", {"description": "three scored intervals"})
    root.write_set("example_dataset_intervals", frame)
    original = example_database_path()
    (path / "seq").symlink_to(original / "seq")
    described = DatasetDescription(
        description="Example dataset",
        author="misha_xr",
        created=CREATED,
        original_db=str(original),
        misha_version="misha_xr",
        track_count=1,
        interval_count=1,
    )
    (path / "misha.yaml").write_bytes(encode_misha_yaml(described))
    return path
