"""A whole small database from arrays and tables: what nearly every test starts from."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy.typing as npt
import pandas as pd

from misha_xr.database.plain_files import PlainRoot
from misha_xr.errors import check_one_of
from misha_xr.formats.signature import TrackType
from misha_xr.genome import Genome

__all__ = ["write_database"]

Dense = tuple[int, Mapping[str, npt.ArrayLike]]


def write_database(  # noqa: PLR0913 - one keyword per kind of object
    root: str | os.PathLike[str],
    *,
    sizes: Mapping[str, int] | None = None,
    sequence: Mapping[str, str | bytes] | None = None,
    dense: Mapping[str, Dense] | None = None,
    sparse: Mapping[str, pd.DataFrame] | None = None,
    arrays: Mapping[str, pd.DataFrame] | None = None,
    rects: Mapping[str, pd.DataFrame] | None = None,
    points: Mapping[str, pd.DataFrame] | None = None,
    sets: Mapping[str, pd.DataFrame] | None = None,
    attributes: Mapping[str, Mapping[str, str]] | None = None,
    layout: str = "per-chromosome",
) -> Path:
    """Write a database without fsync.

    Parameters
    ----------
    root : path-like
        The root; made, with its parents, if missing.
    sizes : mapping of str to int, optional
        Size of each chromosome (base pairs), in genome order. Default: lengths of ``sequence``.
    sequence : mapping of str to str or bytes, optional
        Bases of every chromosome. Without it the database has no ``seq/``.
    dense : mapping of str to (int, mapping), optional
        Track name to bin size (base pairs) and values by chromosome: an array of one value per bin,
        or one number for all bins. Chromosomes left out are NaN.
    sparse : mapping of str to DataFrame, optional
        Columns `chrom`, `start`, `end`, `value`; no overlaps.
    arrays : mapping of str to DataFrame, optional
        Columns `chrom`, `start`, `end`, and one for each column of the track; no overlaps.
    rects, points : mapping of str to DataFrame, optional
        Columns `chrom1`, `start1`, `end1`, `chrom2`, `start2`, `end2`, `value`; no overlaps.
        Points may leave `end1` and `end2` out.
    sets : mapping of str to DataFrame, optional
        Interval sets, 1D or 2D, with any further columns.
    attributes : mapping of str to mapping, optional
        Attributes by the name of a track or an interval set.
    layout : {"per-chromosome", "indexed"}
        Layout of sequence and tracks.

    Returns
    -------
    Path
        The root.

    Raises
    ------
    ValueError
        If an array does not have one value per bin, or neither sizes nor sequence are given.

    Examples
    --------
    >>> import tempfile
    >>> from misha_xr.database import Store
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     dense = {"a.b": (50, {"chr1": [1, 2]})}
    ...     root = write_database(folder, sizes={"chr1": 100}, dense=dense)
    ...     Store(root).track("a.b").values(0).tolist()
    [1.0, 2.0]
    """
    check_one_of("layout", layout, ["per-chromosome", "indexed"])
    if sizes is None and sequence is None:
        raise ValueError("give sizes, or a sequence of every chromosome")
    bases = {name: _bytes(text) for name, text in (sequence or {}).items()}
    genome = Genome.from_dict(sizes or {name: len(text) for name, text in bases.items()})
    plain = PlainRoot(Path(root).absolute(), genome, layout == "indexed")
    plain.start()
    if bases:
        by = _by_code(genome, bases)
        plain.write_sequence([by[code] for code in range(genome.n_chroms)])
    for name, (bin_size, values) in (dense or {}).items():
        plain.write_dense(name, bin_size, _by_code(genome, values))
    for name, frame in (sparse or {}).items():
        plain.write_sparse(name, frame)
    for name, frame in (arrays or {}).items():
        plain.write_array(name, frame)
    for kind, frames in ((TrackType.RECTANGLES, rects), (TrackType.POINTS, points)):
        for name, frame in (frames or {}).items():
            plain.write_2d(name, kind, frame)
    for name, frame in (sets or {}).items():
        plain.write_set(name, frame)
    for name, values in (attributes or {}).items():
        plain.write_attributes(name, values)
    return plain.path


def _bytes(text: str | bytes) -> bytes:
    return text.encode("ascii") if isinstance(text, str) else text


def _by_code(genome: Genome, columns: Mapping[str, Any]) -> dict[int, Any]:
    """Key a mapping by chromosome code instead of name."""
    return {genome.code(name): column for name, column in columns.items()}
