"""FASTA written from a database makes the same database."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from misha_xr.database import Store
from misha_xr.database.writing.create import create_from_fasta, create_from_sizes
from misha_xr.errors import DatabaseNotFoundError, OutputExistsError
from misha_xr.io.fasta import export_fasta
from misha_xr.testing.database import write_database


@given(
    st.dictionaries(
        st.sampled_from(["a", "chr1", "x_2"]), st.text("ACgtn-", min_size=1), min_size=1
    ),
    st.integers(1, 30),
    st.booleans(),
    st.sampled_from(["indexed", "per-chromosome"]),
)
@settings(max_examples=40)
def test_export_fasta__there_and_back(
    tmp_path_factory: pytest.TempPathFactory,
    sequence: dict[str, str],
    width: int,
    packed: bool,
    layout: str,
) -> None:
    folder = tmp_path_factory.mktemp("export")
    root = write_database(folder / "db", sequence=sequence, layout=layout)
    file = export_fasta(Store(root), folder / ("a.fa.gz" if packed else "a.fa"), line_width=width)
    text = gzip.decompress(file.read_bytes()) if packed else file.read_bytes()
    expected = ""
    for name, bases in sequence.items():
        expected += f">{name}\n" + "".join(
            bases[k : k + width] + "\n" for k in range(0, len(bases), width)
        )
    assert text.decode() == expected
    create_from_fasta(folder / "again", [file], sort=False)
    store = Store(folder / "again")
    found = [store.sequence(k, 0, len(text)) for k, text in enumerate(sequence.values())]
    assert found == [text.encode() for text in sequence.values()]


def test_export_fasta__existing_file_stays(tmp_path: Path) -> None:
    store = Store(write_database(tmp_path / "db", sequence={"a": "ACGT"}))
    (tmp_path / "a.fa").write_text("mine")
    with pytest.raises(OutputExistsError):
        export_fasta(store, tmp_path / "a.fa")
    assert (tmp_path / "a.fa").read_text() == "mine"
    export_fasta(store, tmp_path / "a.fa", overwrite=True)
    assert (tmp_path / "a.fa").read_text() == ">a\nACGT\n"


def test_export_fasta__no_sequence_leaves_nothing(tmp_path: Path) -> None:
    create_from_sizes(tmp_path / "db", ["a"], [4])
    with pytest.raises(DatabaseNotFoundError, match="no sequence of 'a'"):
        export_fasta(Store(tmp_path / "db"), tmp_path / "a.fa")
    assert [path.name for path in tmp_path.iterdir()] == ["db"]
