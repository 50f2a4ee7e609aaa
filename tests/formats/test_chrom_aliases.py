"""The table of aliases: both forms, damage."""

from __future__ import annotations

import pytest

from misha_xr.errors import CorruptFileError
from misha_xr.formats.chrom_aliases import decode_chrom_aliases
from misha_xr.testing.mutations import count_refusals

LONG = b"canonical\talias\tsource\nchr1\tA\tx\nchr2\tA\tx\nchr2\t\tx\nchr2\tB\n"
WIDE = (
    b"canonical\trefseqAccession\tgenbankAccession\tsequenceName\tchrName\trole\tlength\n"
    b"chr1\tNC_1\tCM_1\tone\t1\tassembled\t100\nchr2\t\tCM_2\n"
)


def test_decode_chrom_aliases__long_form_first_line_wins() -> None:
    assert decode_chrom_aliases(LONG) == {"A": "chr1", "B": "chr2"}


def test_decode_chrom_aliases__wide_form() -> None:
    assert decode_chrom_aliases(WIDE) == {
        "NC_1": "chr1",
        "CM_1": "chr1",
        "one": "chr1",
        "1": "chr1",
        "CM_2": "chr2",
    }


@pytest.mark.parametrize("data", [b"", b"a\tb\n", b"canonical\tx\n", b"canonical\talias\n\xff"])
def test_decode_chrom_aliases__refuses(data: bytes) -> None:
    with pytest.raises(CorruptFileError):
        decode_chrom_aliases(data)


def test_decode_chrom_aliases__spoilt_copies() -> None:
    assert count_refusals(decode_chrom_aliases, WIDE) > 50
