"""File names of chromosomes and pairs in either spelling."""

from __future__ import annotations

from misha_xr.database.spelling import file_spellings, pair_codes
from misha_xr.genome import Genome


def test_file_spellings__other_spelling_is_another_chromosome() -> None:
    genome = Genome(["1", "chr1", "chr2"], [30, 20, 10])
    assert file_spellings(genome, 0) == ("1",)
    assert file_spellings(genome, 1) == ("chr1",)
    assert file_spellings(genome, 2) == ("chr2", "2")


def test_pair_codes__dashes_in_names() -> None:
    genome = Genome(["HLA-A", "A", "HLA"], [3, 2, 1])
    files, left, right = pair_codes(["HLA-A-A", "A-HLA-A", "A-B"], genome)
    # "HLA-A-A" could also be read as HLA and A-A, but there is no A-A.
    assert dict(zip(files, zip(left.tolist(), right.tolist(), strict=True), strict=True)) == {
        "HLA-A-A": (0, 1),
        "A-HLA-A": (1, 0),
    }


def test_pair_codes__own_spelling_wins() -> None:
    genome = Genome(["chr1", "chr2"], [2, 1])
    for names in (["1-2", "chr1-chr2"], ["chr1-chr2", "1-2"]):
        assert pair_codes(names, genome)[0] == ["chr1-chr2"]
    assert pair_codes(["1-2"], genome)[0] == ["1-2"]


def test_pair_codes__nothing() -> None:
    files, left, right = pair_codes(["chr1", ".meta", "-", "a-"], Genome(["a"], [1]))
    assert files == []
    assert left.shape == right.shape == (0,)
