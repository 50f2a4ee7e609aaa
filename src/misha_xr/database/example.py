"""The example database: small, made up, the same on every machine; for docs and first steps."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
import platformdirs

from misha_xr.database.plain_files import PlainRoot
from misha_xr.errors import PathExistsError
from misha_xr.formats.signature import TrackType
from misha_xr.genome import Genome

__all__ = ["copy_example", "example_database_path", "install_example", "is_shared_example"]

# A new number whenever the content changes, so that an old copy is never taken for the new one.
VERSION = 1
SIZES = {"chr1": 500_000, "chr2": 300_000, "chrX": 200_000}
BIN_SIZE = 50
SEED = 20_140_912
N_RECTANGLES = 200
N_POINTS = 300
DATE = "Tue Dec  9 18:15:21 2014"

Float64Array = npt.NDArray[np.float64]


def example_database_path() -> Path:
    """Return the root of the example database; it is made at first use.

    Returns
    -------
    Path
        A folder in the user's cache, or in the temporary folder if the cache cannot be written.
        It holds chromosomes chr1, chr2 and chrX of 500, 300 and 200 kb with sequence; the tracks
        `dense_track` and `subdir.dense_track2` (bins of 50 bp), `sparse_track`, `rects_track`,
        `points_track`; the interval sets `annotations` and `rects_set` (2D).

    Raises
    ------
    OSError
        If neither place can be written.

    Examples
    --------
    >>> sorted(path.name for path in example_database_path().iterdir())
    ['chrom_sizes.txt', 'seq', 'tracks']
    """
    name = f"example-v{VERSION}"
    places = (platformdirs.user_cache_path("misha_xr"), Path(tempfile.gettempdir(), _user_folder()))
    for place in places:
        if (place / name).is_dir():
            return place / name
    for place in places:
        try:
            return _build_at(place / name)
        except OSError:
            if place is places[-1]:
                raise
    raise AssertionError("unreachable")


def is_shared_example(root: Path) -> bool:
    """Tell whether a root is the example database itself, not a copy.

    Parameters
    ----------
    root : Path
        Absolute.

    Returns
    -------
    bool
        Looks at the path alone.

    Examples
    --------
    >>> is_shared_example(example_database_path()), is_shared_example(copy_example())
    (True, False)
    """
    if root.name != f"example-v{VERSION}":
        return False
    return root.parent in (
        platformdirs.user_cache_path("misha_xr"),
        Path(tempfile.gettempdir(), _user_folder()),
    )


def copy_example() -> Path:
    """Copy the example database into a temporary folder, which goes when Python ends.

    Returns
    -------
    Path
        The root of a new copy, to write to.

    Examples
    --------
    >>> copy_example() != example_database_path()
    True
    """
    folder = tempfile.mkdtemp(prefix="misha-xr-example-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return Path(shutil.copytree(example_database_path(), Path(folder, "database")))


def install_example(root: Path) -> Path:
    """Write the example database where a user wants it.

    Parameters
    ----------
    root : Path
        Nothing may be there. Missing folders above it are made.

    Returns
    -------
    Path
        The same, absolute.

    Raises
    ------
    PathExistsError
        If something is there.

    Examples
    --------
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     install_example(Path(folder, "mydb")).name
    'mydb'
    """
    if os.path.lexists(root):
        raise PathExistsError(f"{root.absolute()} already exists", hint="choose another path")
    return _build_at(root.absolute())


def _user_folder() -> str:
    """Name a folder of this user: one that others made could hold anything."""
    return f"misha_xr-{os.getuid()}" if hasattr(os, "getuid") else "misha_xr"


def _build_at(target: Path) -> Path:
    """Build beside the target, then rename: readers never see half of it."""
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    building = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
    try:
        write_example(building)
        building.chmod(0o755)
        building.rename(target)
    except OSError:
        if not target.is_dir():  # another process may have been faster
            raise
    finally:
        shutil.rmtree(building, ignore_errors=True)
    return target


def write_example(path: Path, *, indexed: bool = False) -> None:
    """Write the example database into a folder.

    Parameters
    ----------
    path : Path
        The folder; made if missing.
    indexed : bool
        Layout of tracks and sequence.

    Examples
    --------
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_example(Path(folder), indexed=True)
    ...     sorted(path.name for path in Path(folder, "seq").iterdir())
    ['genome.idx', 'genome.seq']
    """
    genome = Genome.from_dict(SIZES)
    root = PlainRoot(path, genome, indexed)
    root.start()
    rng = np.random.default_rng(SEED)
    root.write_dense("dense_track", BIN_SIZE, _dense(genome, rng, smooth=41))
    root.write_dense("subdir.dense_track2", BIN_SIZE, _dense(genome, rng, smooth=11))
    root.write_sparse("sparse_track", _sparse(genome, rng))
    root.write_2d("rects_track", TrackType.RECTANGLES, _rectangles(genome, rng, N_RECTANGLES))
    root.write_2d("points_track", TrackType.POINTS, _points(genome, rng))
    root.write_set("annotations", _annotations(genome, rng))
    root.write_set("rects_set", _rectangles(genome, rng, 4).drop(columns="value"))
    root.write_attributes("annotations", {"description": "made-up genes"})
    _write_track_attributes(root)
    root.write_sequence([_bases(size, rng) for size in genome.sizes.tolist()])


def _write_track_attributes(root: PlainRoot) -> None:
    descriptions = {
        "dense_track": "smooth signal with peaks, 0 to 1",
        "subdir.dense_track2": "rougher signal, 0 to 1",
        "sparse_track": "scored intervals",
        "rects_track": "scored rectangles on all pairs of chromosomes",
        "points_track": "contacts, symmetric",
    }
    for name, text in descriptions.items():
        attributes = {"created.by": "example", "created.date": DATE, "description": text}
        root.write_attributes(name, attributes)


def _dense(genome: Genome, rng: np.random.Generator, *, smooth: int) -> dict[int, Float64Array]:
    """Smooth noise, stretch it to 0..1, and punch runs of missing bins into it."""
    values = {}
    for code, n in enumerate(genome.axis(BIN_SIZE).n_bins.tolist()):
        noise = rng.gamma(2.0, size=n + smooth - 1)
        signal = np.convolve(noise, np.hanning(smooth + 2)[1:-1], mode="valid")
        low, high = np.quantile(signal, [0.02, 0.999])
        column = np.clip((signal - low) / (high - low), 0.0, 1.0)
        for start in rng.integers(0, n, size=n // 500):
            column[start : start + int(rng.integers(5, 80))] = np.nan
        values[code] = column
    return values


def _sparse(genome: Genome, rng: np.random.Generator) -> pd.DataFrame:
    parts = []
    for code, size in enumerate(genome.sizes.tolist()):
        # Sorted distinct cuts: every other gap between them is an interval.
        cuts = np.unique(rng.integers(0, size, size=size // 350))
        cuts = cuts[: len(cuts) // 2 * 2]
        frame = genome.frame(np.full(len(cuts) // 2, code, np.int32), cuts[0::2], cuts[1::2])
        parts.append(frame.assign(value=rng.normal(1.0, 0.4, size=len(frame)).round(3)))
    return pd.concat(parts, ignore_index=True)


def _rectangles(genome: Genome, rng: np.random.Generator, n: int) -> pd.DataFrame:
    """Scatter rectangles over a grid, one to a cell at most, so that none overlap."""
    n_cells = 25
    parts = []
    for code1, size1 in enumerate(genome.sizes.tolist()):
        for code2, size2 in enumerate(genome.sizes.tolist()):
            cells = rng.choice(n_cells * n_cells, size=n, replace=False)
            side1, side2 = size1 // n_cells, size2 // n_cells
            start1 = cells // n_cells * side1 + rng.integers(0, side1 // 2, size=n)
            start2 = cells % n_cells * side2 + rng.integers(0, side2 // 2, size=n)
            frame = pd.DataFrame({"chrom1": genome.name(code1), "start1": start1})
            frame["end1"] = start1 + rng.integers(1, side1 // 2, size=n)
            frame["chrom2"] = genome.name(code2)
            frame["start2"] = start2
            frame["end2"] = start2 + rng.integers(1, side2 // 2, size=n)
            parts.append(frame.assign(value=rng.integers(1, 4000, size=n).astype(np.float64)))
    return pd.concat(parts, ignore_index=True)


def _points(genome: Genome, rng: np.random.Generator) -> pd.DataFrame:
    """Make contacts: each with its mirror image, most of them close to the diagonal."""
    parts = []
    for code, size in enumerate(genome.sizes.tolist()):
        first = rng.integers(0, size, size=N_POINTS)
        second = (first + rng.exponential(size / 20, size=N_POINTS).astype(np.int64)) % size
        pairs = np.unique(np.sort(np.stack([first, second], axis=1), axis=1), axis=0)
        pairs = np.unique(np.concatenate([pairs, pairs[:, ::-1]]), axis=0)
        # The value of a contact depends on the pair alone, so that both orientations agree.
        value = 1.0 + (pairs.sum(axis=1) % 9)
        chrom = genome.name(code)
        columns = {"chrom1": chrom, "start1": pairs[:, 0], "chrom2": chrom, "start2": pairs[:, 1]}
        parts.append(pd.DataFrame(columns).assign(value=value))
    return pd.concat(parts, ignore_index=True)


def _annotations(genome: Genome, rng: np.random.Generator) -> pd.DataFrame:
    codes = np.repeat(np.arange(genome.n_chroms, dtype=np.int32), [4, 3, 2])
    sizes = genome.sizes[codes]
    starts = (rng.random(len(codes)) * (sizes - 20_000)).astype(np.int64)
    ends = starts + rng.integers(800, 15_000, size=len(codes))
    order = np.lexsort((starts, codes))
    frame = genome.frame(codes[order], starts[order], ends[order])
    n = len(frame)
    frame["strand"] = np.where(rng.random(n) < 0.5, -1, 1)
    frame["gene"] = [f"gene{k}" for k in range(1, n + 1)]
    frame["remark"] = rng.choice(["coding", "pseudogene", "long non-coding"], size=n)
    return frame


def _bases(size: int, rng: np.random.Generator) -> bytes:
    """Random bases with a CG-poor background, lower-case stretches and one gap of N."""
    bases = np.frombuffer(b"ACGT", np.uint8)[rng.choice(4, size=size, p=[0.3, 0.2, 0.2, 0.3])]
    for start in rng.integers(0, size, size=size // 5_000):
        bases[start : start + int(rng.integers(50, 1_500))] |= 0x20
    gap = int(rng.integers(0, size - 500))
    bases[gap : gap + 200] = ord("N")
    return bases.tobytes()
