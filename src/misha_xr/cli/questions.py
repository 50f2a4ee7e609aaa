"""What queries share on the command line: expressions, where, in what steps, virtual tracks."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from misha_xr.cli.vtracks import VTRACK_HELP, parse_vtracks
from misha_xr.io.bed import read_bed

if TYPE_CHECKING:
    from misha_xr.api import Database

__all__ = ["asked", "question_options"]

_GRID = re.compile(r"(\d+)[x,](\d+)")
_INTERVAL_FILES = (".bed", ".bed.gz", ".bed.bgz")

Command = Callable[..., None]


def question_options(command: Command) -> Command:
    """Add the options of a query; `asked` takes what they give."""
    for option in reversed(
        (
            click.option(
                "-s",
                "--scope",
                default=None,
                help="Where: a region (chr1:0-1,000), a saved set, a track or a BED file. "
                "Default: the whole genome.",
            ),
            click.option(
                "-i",
                "--iterator",
                default=None,
                help="In what steps: a bin size, a track, a saved set, a BED file; 1000x1000 for a "
                "grid. Default: the steps of the tracks.",
            ),
            click.option("-v", "--vtrack", "vtracks", multiple=True, help=VTRACK_HELP),
            click.option(
                "--band",
                type=int,
                nargs=2,
                default=None,
                metavar="D1 D2",
                help="In two dimensions: points with D1 <= x - y < D2.",
            ),
        )
    ):
        command = option(command)
    return command


def asked(
    db: Database,
    scope: str | None,
    iterator: str | None,
    vtracks: Iterable[str],
    band: tuple[int, int] | None,
) -> dict[str, Any]:
    """Return the keywords of a query."""
    return {
        "scope": _intervals(db, scope),
        "iterator": _steps(db, iterator),
        "vtracks": parse_vtracks(vtracks),
        "band": band,
    }


def _steps(db: Database, text: str | None) -> Any:
    if text is None:
        return None
    if text.isdecimal():
        return int(text)
    grid = _GRID.fullmatch(text)
    return (int(grid[1]), int(grid[2])) if grid else _intervals(db, text)


def _intervals(db: Database, text: str | None) -> Any:
    """Return the rows of a file, or the text itself: names and regions are the query's to read."""
    if text is None or not text.lower().endswith(_INTERVAL_FILES):
        return text
    return read_bed(Path(text), db.genome)
