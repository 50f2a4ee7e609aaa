"""Golden files of array tracks, of computed tracks and of obsolete 2D formats."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from misha_xr.database import Store
from misha_xr.errors import UnsupportedError
from misha_xr.formats.array import EMPTY_ARRAY, decode_array, encode_array
from misha_xr.formats.block_index import decode_block_index, encode_block_index
from misha_xr.formats.column_names import decode_column_names
from misha_xr.formats.computed import decode_computer
from misha_xr.formats.rdata import decode_r
from misha_xr.formats.rdata_writer import encode_r
from misha_xr.formats.signature import TrackType, obsolete_signature
from misha_xr.testing.database import write_database

GOLDEN = Path(__file__).parent
SIZES = {"chrA": 1200, "chrB": 700, "ctg10": 300, "ctg2": 53}
PLAIN, INDEXED = "array-per-chromosome", "array-indexed-with-zero-length-chroms"


def expected_of(case: str) -> Any:
    return json.loads((GOLDEN / case / "expected.json").read_text())


def payloads(case: str) -> dict[str, bytes]:
    if case == PLAIN:
        return {chrom: (GOLDEN / case / chrom).read_bytes() for chrom in SIZES}
    dat = (GOLDEN / case / "track.dat").read_bytes()
    index = decode_block_index((GOLDEN / case / "track.idx").read_bytes(), "track.idx", len(dat))
    ranges = zip(index.offsets.tolist(), index.lengths.tolist(), strict=True)
    return {
        chrom: dat[offset : offset + length]
        for chrom, (offset, length) in zip(SIZES, ranges, strict=True)
    }


def check_rows(records: Any, rows: list[dict[str, Any]]) -> None:
    assert records.starts.tolist() == [row["start"] for row in rows]
    assert records.ends.tolist() == [row["end"] for row in rows]
    values = [[np.nan if v is None else v for v in row["values"]] for row in rows]
    np.testing.assert_array_equal(records.values, np.array(values).reshape(-1, 3))


@pytest.mark.parametrize("case", [PLAIN, INDEXED])
@pytest.mark.parametrize("chrom", SIZES)
def test_array__golden(case: str, chrom: str) -> None:
    data, rows = payloads(case)[chrom], expected_of(case)["chroms"][chrom]
    if not data:
        assert rows == []
        return
    records = decode_array(data, chrom, n_columns=3, size=SIZES[chrom])
    check_rows(records, rows)
    assert encode_array(records.starts, records.ends, records.values) == data


def test_empty_array__golden() -> None:
    assert payloads(PLAIN)["chrB"] == EMPTY_ARRAY


def test_array_index__golden() -> None:
    data = (GOLDEN / INDEXED / "track.idx").read_bytes()
    index = decode_block_index(data, "track.idx", 172)
    entries = expected_of(INDEXED)["entries"]
    assert index.ids1.tolist() == [entry["chrom_id"] for entry in entries]
    assert index.lengths.tolist() == [entry["length"] for entry in entries]
    assert encode_block_index(index) == data


def test_column_names__golden() -> None:
    data = (GOLDEN / PLAIN / "colnames.rds").read_bytes()
    assert list(decode_column_names(data, ".colnames")) == expected_of(PLAIN)["columns"]
    assert encode_r(decode_r(data)) == data


@pytest.mark.parametrize("case", [PLAIN, INDEXED])
def test_store__golden_array(case: str, tmp_path: Path) -> None:
    root = write_database(tmp_path / "db", sizes=SIZES)
    place = root / "tracks/a.track"
    place.mkdir()
    for path in (GOLDEN / case).iterdir():
        if path.name not in ("expected.json", "colnames.rds"):
            (place / path.name).write_bytes(path.read_bytes())
    (place / ".colnames").write_bytes((GOLDEN / PLAIN / "colnames.rds").read_bytes())
    track = Store(root).track("a")
    assert track.column_names == ("cA", "cB", "cC")
    for code, rows in enumerate(expected_of(case)["chroms"].values()):
        check_rows(track.records(code), rows)
    assert track.counts().tolist() == [2, 0, 0, 1]


def test_computed__golden(tmp_path: Path) -> None:
    data = (GOLDEN / "computed-test/ctg2-chrA").read_bytes()
    computer = decode_computer(data, "ctg2-chrA")
    facts = expected_of("computed-test")
    # 16 bytes of number of objects and root chunk lie between the rule and the first chunk.
    assert (computer.name, computer.n_bytes + 16) == ("test", facts["root"])
    assert facts["computer_type"] == 3
    root = write_database(tmp_path / "db", sizes=SIZES)
    (root / "tracks/c.track").mkdir()
    (root / "tracks/c.track/ctg2-chrA").write_bytes(data)
    store = Store(root)
    info = store.info("c")
    assert (info.type, info.dimensions) == (TrackType.COMPUTED, 2)
    assert info.computer == computer
    with pytest.raises(UnsupportedError, match=r"'c' .* is computed[\s\S]*gtrack.2d.create"):
        store.track("c")


@pytest.mark.parametrize("number", [-3, -4, -5, -6, -7])
def test_obsolete__golden(number: int, tmp_path: Path) -> None:
    data = (GOLDEN / f"old-2d-formats/signature-minus-{-number}").read_bytes()
    assert obsolete_signature(data) == number
    root = write_database(tmp_path / "db", sizes=SIZES)
    (root / "tracks/o.track").mkdir()
    (root / "tracks/o.track/chrA-chrB").write_bytes(data)
    store = Store(root)
    info = store.info("o")
    assert (info.type, info.dimensions, info.signature) == (TrackType.OBSOLETE, 2, number)
    kind = expected_of("old-2d-formats")["kinds"][str(number)]
    family = "computed" if kind.startswith("computed") else "rectangles"
    with pytest.raises(
        UnsupportedError, match=rf"'o' .*{family} track .*\(signature {number}\)[\s\S]*convert"
    ):
        store.track("o")
