"""What the classic manual says about motif sets: the files may be there, their use comes later."""

from __future__ import annotations

from pathlib import Path

import pytest

from misha_xr import pm
from misha_xr.errors import UnsupportedError

KEY = "0\t**GATA**\t1\n1\t*TTGACA*\t0\n"
DATA = "".join(f"0\t{place}\t0.7\t0.1\t0.1\t0.1\n" for place in range(8))


@pytest.fixture
def motifs(own_copy: Path) -> Path:
    """Put a motif set into the database: keys, and a matrix of one of them."""
    folder = own_copy / "pssms"
    folder.mkdir(exist_ok=True)
    (folder / "ours.key").write_text(KEY)
    (folder / "ours.data").write_text(DATA)
    pm.gdb_init(str(own_copy))
    return own_copy


@pytest.mark.parametrize(
    "call",
    [
        lambda: pm.gtrack_create_pwm_energy("energy", "of motif 0", "ours", 0, 0.01, 50),
        lambda: pm.gseq_pwm(["GATAAG"], [[0.7, 0.1, 0.1, 0.1]] * 4),
        lambda: pm.gseq_read_meme("motifs.meme"),
    ],
)
def test_motif_sets__use_comes_later(motifs: Path, call) -> None:
    with pytest.raises(UnsupportedError, match=r"motifs and k-mers.*later") as raised:
        call()
    assert isinstance(raised.value, pm.error)
    assert not pm.gtrack_exists("energy")


def test_motif_sets__disturb_nothing_else(motifs: Path) -> None:
    assert "dense_track" in pm.gtrack_ls()
    pm.gdb_create_linked(str(motifs.parent / "light"), str(motifs))
    assert (motifs.parent / "light/pssms/ours.key").read_text() == KEY
