"""Files of 2D tracks: bytes of trees built whole, whatever the pieces and the limits of memory."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import textwrap
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from misha_xr.database.writing import large_trees, tree_files
from misha_xr.database.writing.disk import NewFile
from misha_xr.database.writing.tree_files import RectangleFiles, check_rectangles
from misha_xr.errors import IntervalError, SizeLimitError
from misha_xr.formats import tree_batches
from misha_xr.formats.block_index import decode_block_index
from misha_xr.formats.quadtree_writer import encode_quadtree
from misha_xr.formats.signature import TrackType
from misha_xr.genome import Genome
from misha_xr.intervals import Rectangles
from misha_xr.testing.tree_validity import check_tree
from misha_xr.testing.trees import disjoint_points, disjoint_rectangles

GENOME = Genome(["chrA", "chrB", "chrC"], [5000, 3000, 700])


def draw(kind: str, n: int, seed: int, pairs: list[tuple[int, int]]) -> dict:
    """Objects of some pairs."""
    rng = np.random.default_rng(seed)
    make = disjoint_points if kind == "points" else disjoint_rectangles
    sizes = GENOME.sizes.tolist()
    return {
        (a, b): make(rng, n, (sizes[a], sizes[b]), ["random", "clustered", "diagonal"][(a + b) % 3])
        for a, b in pairs
    }


def as_rects(code1: int, code2: int, boxes: np.ndarray) -> Rectangles:
    x1, y1, x2, y2 = boxes
    codes = np.full((2, len(x1)), [[code1], [code2]], np.int32)
    return Rectangles(codes[0], x1, x2, codes[1], y1, y2)


def write(folder: Path, kind: str, sets: dict, piece: int, *, indexed: bool) -> None:
    with RectangleFiles(folder, GENOME, indexed, kind) as files:
        for (code1, code2), objects in sets.items():
            for lo in range(0, len(objects), piece):
                part = slice(lo, lo + piece)
                boxes = objects.boxes[:, part]
                files.rectangles(as_rects(code1, code2, boxes), objects.values[part])
        files.finish()


def payloads(folder: Path, *, indexed: bool) -> dict:
    if indexed:
        data = (folder / "track.dat").read_bytes()
        index = decode_block_index((folder / "track.idx").read_bytes(), "idx", len(data))
        ids = zip(index.ids1.tolist(), index.ids2.tolist(), strict=True)
        ranges = zip(index.offsets.tolist(), index.lengths.tolist(), strict=True)
        return {pair: data[lo : lo + n] for pair, (lo, n) in zip(ids, ranges, strict=True)}
    found = {}
    for path in folder.iterdir():
        code1, code2 = (GENOME.code(name) for name in path.name.split("-"))
        found[code1, code2] = path.read_bytes()
    return found


def expected(kind: str, sets: dict) -> dict:
    return {
        pair: encode_quadtree(kind, *objects.boxes, objects.values, objects.arena)
        for pair, objects in sets.items()
        if len(objects)
    }


@given(
    st.sampled_from(["points", "rectangles"]),
    st.integers(0, 300),
    st.integers(1, 100),
    st.integers(0, 2**32 - 1),
    st.sets(st.tuples(st.integers(0, 2), st.integers(0, 2)), min_size=1, max_size=4),
    st.booleans(),
    st.sampled_from([(8, 20, 7), (60, 50, 16), (1 << 18, 1 << 19, 1 << 17)]),
)
@settings(max_examples=80)
def test_rectangle_files__bytes_of_whole_trees(
    tmp_path_factory, kind, n, piece, seed, pairs, indexed, limits
):
    sets = draw(kind, n, seed, sorted(pairs))
    folder = tmp_path_factory.mktemp("track")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tree_files, "BATCH_OBJECTS", limits[0])
        patch.setattr(tree_files, "BRANCH_OBJECTS", limits[1])
        patch.setattr(large_trees, "BRANCH_OBJECTS", limits[1])
        patch.setattr(large_trees, "BLOCK_OBJECTS", limits[2])
        write(folder, kind, sets, piece, indexed=indexed)
    found, wanted = payloads(folder, indexed=indexed), expected(kind, sets)
    if not wanted and not indexed:
        assert set(found) == {(0, 0)}
        return
    assert found == wanted
    for pair, payload in found.items():
        check_tree(payload, sets[pair])


@pytest.mark.parametrize("limit", [50, 1000])
def test_rectangle_files__large_trees_of_many_chunks(tmp_path, monkeypatch, limit):
    monkeypatch.setattr(tree_files, "BATCH_OBJECTS", 500)
    monkeypatch.setattr(tree_files, "BRANCH_OBJECTS", limit)
    monkeypatch.setattr(large_trees, "BRANCH_OBJECTS", limit)
    monkeypatch.setattr(large_trees, "BLOCK_OBJECTS", 700)
    sets = draw("points", 20_000, 3, [(0, 0), (0, 1), (1, 0)])
    write(tmp_path, "points", sets, 999, indexed=True)
    assert payloads(tmp_path, indexed=True) == expected("points", sets)


def test_rectangle_files__a_crowded_strip_is_one_leaf(tmp_path, monkeypatch):
    # no side below 4 is split, however many objects there are
    genome = Genome(["a", "b"], [3, 9000])
    monkeypatch.setattr(tree_files, "BATCH_OBJECTS", 100)
    monkeypatch.setattr(tree_files, "BRANCH_OBJECTS", 50)
    monkeypatch.setattr(large_trees, "BRANCH_OBJECTS", 50)
    y = np.arange(400)
    boxes = np.array([y % 3, y, y % 3 + 1, y + 1])
    with RectangleFiles(tmp_path, genome, True, "points") as files:
        files.rectangles(as_rects(0, 1, boxes), np.ones(400, np.float32))
        files.finish()
    payload = encode_quadtree("points", *boxes, np.ones(400), (3, 9000))
    assert (tmp_path / "track.dat").read_bytes() == payload


def test_rectangle_files__names_spelled_as_asked(tmp_path):
    genome = Genome(["1", "chr2"], [10, 10])
    with RectangleFiles(tmp_path, genome, False, "points", spell="xy".__getitem__) as files:
        files.rectangles(as_rects(0, 1, np.array([[1], [2], [2], [3]])), np.ones(1, np.float32))
        files.finish()
    assert [path.name for path in tmp_path.iterdir()] == ["x-y"]


@pytest.mark.parametrize("limit", [3, 1 << 18])
def test_rectangle_files__overlap_names_both_rows(tmp_path, monkeypatch, limit):
    monkeypatch.setattr(tree_files, "BATCH_OBJECTS", limit)
    monkeypatch.setattr(tree_files, "BRANCH_OBJECTS", limit)
    monkeypatch.setattr(large_trees, "BRANCH_OBJECTS", limit)
    x = np.arange(0, 100, 10)
    boxes = np.array([x, x, x + 10, x + 10])
    boxes[:, 7] = [15, 12, 25, 18]
    with RectangleFiles(tmp_path, GENOME, True, "rectangles") as files:
        files.rectangles(as_rects(0, 0, boxes[:, :1]), np.ones(1, np.float32))
        told = r"rows 2 \(chrA:10-20 x chrB:10-20\) and 8 \(chrA:15-25 x chrB:12-18\)"
        with pytest.raises(IntervalError, match=told):
            files.rectangles(as_rects(0, 1, boxes), np.ones(10, np.float32))
            files.finish()


def test_rectangle_files__rows_out_of_order(tmp_path):
    one = np.array([[1], [1], [2], [2]])
    with RectangleFiles(tmp_path, GENOME, False, "points") as files:
        files.rectangles(as_rects(1, 0, one), np.ones(1, np.float32))
        with pytest.raises(IntervalError, match="row 1: pairs of chromosomes must come"):
            files.rectangles(as_rects(0, 2, one), np.ones(1, np.float32))


@pytest.mark.parametrize(
    ("kind", "box", "problem"),
    [
        ("rectangles", [5, 5, 5, 6], "inside its chromosomes, found chrA:5-5 x chrC:5-6"),
        ("rectangles", [-1, 5, 5, 6], "inside its chromosomes"),
        ("rectangles", [0, 600, 5, 701], "inside its chromosomes"),
        ("points", [0, 600, 1, 602], "a point"),
    ],
)
def test_check_rectangles__names_the_row(kind, box, problem):
    boxes = np.array([[1, 1, 2, 2], box]).T
    with pytest.raises(IntervalError, match=f"row 4: .*{problem}"):
        check_rectangles(as_rects(0, 2, boxes), GENOME, TrackType(kind), first_row=3)


def test_large_tree__endless_copies_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(tree_batches, "MAX_TREE_BYTES", 10**5)
    monkeypatch.setattr(large_trees, "BRANCH_OBJECTS", 50)
    x = np.arange(200)
    with contextlib.closing(
        large_trees.LargeTree(TrackType.RECTANGLES, (2**20, 2**20), tmp_path)
    ) as tree:
        tree.add(np.array([x, 0 * x, x + 1, 0 * x + 2**20]), np.ones(200, np.float32))
        with pytest.raises(SizeLimitError), NewFile(tmp_path / "a") as file:
            tree.write(file)


def test_rectangle_files__a_hundred_thousand_pairs_in_one_index(tmp_path):
    n = 320
    genome = Genome([f"c{k}" for k in range(n)], np.full(n, 1000))
    codes = np.repeat(np.arange(n, dtype=np.int32), n), np.tile(np.arange(n, dtype=np.int32), n)
    at = np.arange(n * n) % 900
    rects = Rectangles(codes[0], at, at + 5, codes[1], at, at + 9)
    with RectangleFiles(tmp_path, genome, True, "rectangles") as files:
        files.rectangles(rects, at.astype(np.float32))
        files.finish()
    index = decode_block_index((tmp_path / "track.idx").read_bytes(), "idx")
    assert len(index) == n * n
    assert set(index.lengths.tolist()) == {20 + 16 + 80 + 48}


@pytest.mark.slow
def test_rectangle_files__ten_million_points_in_bounded_memory(tmp_path):
    script = """
        import resource, sys
        import numpy as np
        from pathlib import Path
        from misha_xr.database.writing.tree_files import RectangleFiles
        from misha_xr.genome import Genome
        from misha_xr.intervals import Rectangles
        genome = Genome(["chr1"], [250_000_000])
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        with RectangleFiles(Path(sys.argv[1]), genome, True, "points") as files:
            for part in range(100):
                x = np.arange(part * 100_000, (part + 1) * 100_000) * 25
                y = (x * 48_271 + part) % 250_000_000
                codes = np.zeros(len(x), np.int32)
                rects = Rectangles(codes, x, x + 1, codes, y, y + 1)
                files.rectangles(rects, np.ones(len(x), np.float32))
            files.finish()
        print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script), str(tmp_path)],
        capture_output=True,
        text=True,
        check=True,
        timeout=600,
    )
    assert int(done.stdout) < 300 * 1024
    assert (tmp_path / "track.dat").stat().st_size > 320_000_000
