"""Names of dimensions and coordinates, and how they give way to tracks."""

from __future__ import annotations

import pytest

from misha_xr.backend.names import AxisNames, name_axis, plain_names

FIELDS = ("chrom", "start", "end")


@pytest.mark.parametrize(
    ("taken", "plain", "dim", "coords"),
    [
        (set(), False, "x_interval", ["x_chrom", "x_start", "x_end"]),
        (set(), True, "x_interval", ["chrom", "start", "end"]),
        ({"x_chrom", "x_chrom_"}, False, "x_interval", ["x_chrom__", "x_start", "x_end"]),
        ({"start"}, True, "x_interval", ["chrom", "start_", "end"]),
        ({"x_interval"}, False, "x_interval_", ["x_chrom", "x_start", "x_end"]),
    ],
    ids=["free", "plain", "two-taken", "plain-taken", "dim-taken"],
)
def test_name_axis(taken: set[str], plain: bool, dim: str, coords: list[str]) -> None:
    expected = AxisNames(dim, dict(zip(FIELDS, coords, strict=True)))
    assert name_axis("x", "x_interval", FIELDS, taken=taken, plain=plain) == expected


def test_plain_names__give_way_to_the_array() -> None:
    assert plain_names(FIELDS, taken={"end"}) == {"chrom": "chrom", "start": "start", "end": "end_"}
