"""A check of a database finds what was done to it, and nothing in a healthy one."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from misha_xr.database import Store
from misha_xr.database.verification import findings_table, verify_database
from misha_xr.formats.db_cache import encode_db_cache
from misha_xr.testing.observed import OBSERVED_TRACKS, write_everything

LAYOUTS = ("per-chromosome", "indexed")


@pytest.fixture(params=LAYOUTS)
def root(request, tmp_path) -> Path:
    return write_everything(tmp_path / "db", request.param)


def problems(root: Path) -> list[str]:
    return [f"{f.severity} {f.object}: {f.problem}" for f in verify_database(root)]


def test_healthy__nothing_is_found(root):
    seen = []
    assert list(verify_database(root, lambda done, of: seen.append((done, of)))) == []
    assert seen[-1][0] == seen[-1][1] == len(OBSERVED_TRACKS) + 1


def payload_files(root: Path) -> list[Path]:
    """Files whose every cut must be found; names of columns and variables included."""
    found = [path for path in root.rglob("*") if path.is_file()]
    return sorted(path for path in found if path.name not in (".iattr", ".attributes", "set.iattr"))


def test_every_file__cut_is_found(root, tmp_path):
    for path in payload_files(root):
        whole = path.read_bytes()
        path.write_bytes(whole[: len(whole) // 2])
        found = list(verify_database(root))
        assert any(f.severity == "error" for f in found), path
        assert all(f.mend for f in found)
        path.write_bytes(whole)
    assert list(verify_database(root)) == []


def test_every_index__a_flipped_bit_is_found(root):
    for path in root.rglob("*.idx"):
        whole = path.read_bytes()
        first = {"seq": 24, "rects.track": 44, "points.track": 44}.get(path.parent.name, 36)
        for at in (0, 8, first, first + 1):  # reserved bytes are free
            path.write_bytes(whole[:at] + bytes([whole[at] ^ 4]) + whole[at + 1 :])
            assert any(f.severity == "error" for f in verify_database(root)), (path, at)
        path.write_bytes(whole)


@pytest.mark.parametrize("name", OBSERVED_TRACKS)
def test_track__other_things_in_its_folder(name, root):
    folder = root / "tracks" / f"{name}.track"
    (folder / "notes.txt").write_text("x")
    (folder / ".meta").write_bytes(b"x")
    (folder / ".x.track.tmp.1.mx01234567").mkdir()
    found = "\n".join(problems(root))
    for text in ("1 files that belong to no chromosome, e.g. 'notes.txt'", "as a set of intervals"):
        assert text in found
    assert "error" not in found


def test_track__leftover_files_and_missing_ones(tmp_path):
    root = write_everything(tmp_path / "db", "indexed")
    other = write_everything(tmp_path / "other")
    shutil.copy(other / "tracks/dense.track/chr1", root / "tracks/dense.track/chr1")
    assert "files of chromosomes beside an index" in problems(root)[0]
    (other / "tracks/sparse.track/chr3").unlink()
    assert "1 chromosomes have no file; R misha refuses" in problems(other)[0]
    (other / "tracks/dense.track/chr3").unlink()
    assert any("error track 'dense'" in text for text in problems(other))


def test_listing__of_another_program(root):
    store = Store(root)
    (root / ".db.cache").write_bytes(encode_db_cache(store.track_names(), store.set_names()))
    (root / ".db.cache.dirty").unlink(missing_ok=True)
    assert problems(root) == []
    (root / ".db.cache").write_bytes(encode_db_cache(["ghost"], []))
    assert "lists 1 tracks and 0 sets, there are 5 and 1" in problems(root)[0]
    (root / ".db.cache.dirty").touch()
    assert problems(root) == []


def test_root__its_files(root):
    (root / ".ro_attributes").write_bytes(b"PYMISHA_ROATTRS_V1\0a")
    (root / "misha.yaml").write_text("- a\n- b\n")
    (root / "tracks" / ".a.track.tmp.1.mx01234567").mkdir()
    found = "\n".join(problems(root))
    for text in ("R misha cannot read", "error description of the dataset", "warning leftover"):
        assert text in found


def test_root__that_is_no_database(tmp_path):
    [found] = verify_database(tmp_path)
    assert (found.severity, found.object) == ("error", "database")
    root = write_everything(tmp_path / "db")
    (root / "chrom_sizes.txt").write_text("chr1\tmany\n")
    [found] = verify_database(root)
    assert "chrom_sizes.txt" in found.problem
    assert findings_table([found])["object"].tolist() == ["database"]


def test_links__that_leave(root, tmp_path):
    (tmp_path / "out.track").mkdir()
    (root / "tracks" / "out.track").symlink_to(tmp_path / "out.track")
    assert "leads out of the database" in problems(root)[0]


def test_sequence__a_hole_is_found(root):
    [file] = [*root.glob("seq/*.seq")][:1]
    whole = bytearray(file.read_bytes())
    whole[5] = 0
    file.write_bytes(whole)
    [text] = problems(root)
    assert text.startswith("error sequence: ")
    assert "byte 5: expected a base, found byte 0x00" in text


def test_names__that_stand_for_nothing(root):
    (root / "tracks" / "gone.track").symlink_to(root / "tracks" / "nothing")
    (root / "tracks" / "gone.iattr").write_bytes(b"")
    assert sorted(problems(root)) == [
        "warning stray file: a link to " + f"{root}/tracks/nothing, where nothing is",
        "warning stray file: attributes of an interval set 'gone' that is not there",
    ]
