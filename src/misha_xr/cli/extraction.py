"""The commands that print rows: `extract` and `screen`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from misha_xr.cli.questions import asked, question_options
from misha_xr.cli.running import database_argument, examples, opened, running
from misha_xr.cli.tables import STANDARD_OUTPUT, is_parquet, table_form, write_frames
from misha_xr.cli.vtracks import named_expressions

if TYPE_CHECKING:
    import pandas as pd

    from misha_xr.api import Database

__all__ = ["extract", "screen"]

_OUT = click.option(
    "-o",
    "--out",
    default=STANDARD_OUTPUT,
    help="A file instead of standard output: .tsv, .csv, .bed, .json, maybe with .gz; .parquet.",
)
_SAVE = click.option("--save", metavar="SET", help="Save an interval set of this name instead.")
_OVERWRITE = click.option("--overwrite", is_flag=True, help="Replace a file or set that is there.")
_DIGITS = click.option(
    "--digits", type=click.IntRange(1, 17), help="Significant digits. Default: all there are."
)


@click.command(
    epilog=examples(
        "misha-xr extract mydb dense_track --scope chr1:0-1000",
        "misha-xr extract mydb 'ratio=dense_track / subdir.dense_track2' -i 1000 -o ratio.tsv.gz",
        "misha-xr extract mydb near -v 'near=max(dense_track, -500, 500)' -s annotations -i 1000",
        "misha-xr extract mydb points_track --scope rects_set --json",
        "misha-xr extract mydb sparse_track --out values.parquet",
    )
)
@database_argument
@click.argument("expressions", nargs=-1, required=True)
@question_options
@_OUT
@_SAVE
@_OVERWRITE
@_DIGITS
@click.option(
    "--join",
    type=click.Choice(["id", "none", "intervals"]),
    default="id",
    show_default=True,
    help="What a row tells of its scope interval: its number, nothing, or all its columns.",
)
@running
def extract(
    database: Path,
    datasets: tuple[Path, ...],
    expressions: tuple[str, ...],
    out: str,
    save: str | None,
    overwrite: bool,
    join: str,
    **given: Any,
) -> None:
    """Evaluate EXPRESSIONS at every step of a scope, and print a row for each.

    An expression may have the name of its column before it: 'ratio=chip / input'. Rows are
    streamed: memory does not depend on how many there are.
    """
    db = opened(database, datasets)
    form = given.pop("digits"), given.pop("as_json")
    query = {**asked(db, **given), "exprs": named_expressions(expressions), "intervals_join": join}
    target = _target(out, save)
    if target is not None:
        db.extract(**query, out=target, overwrite=overwrite)
        return
    digits, as_json = form
    write_frames(_frames(db, query), out, table_form(out, as_json, digits), overwrite=overwrite)


def _target(out: str, save: str | None) -> str | Path | None:
    """Return what the query itself writes: a set or a Parquet file."""
    if save is not None and out != STANDARD_OUTPUT:
        raise click.UsageError("give either --out or --save")
    return Path(out) if is_parquet(out) else save


def _frames(db: Database, query: dict[str, Any]) -> Iterator[pd.DataFrame]:
    """Stream the rows; at least one frame, which then tells the columns."""
    frames = db.iterate(**query)
    first = next(frames, None)
    yield db.extract(**query) if first is None else first
    yield from frames


@click.command(
    epilog=examples(
        "misha-xr screen mydb 'dense_track > 0.6' -i 100 --out hits.bed",
        "misha-xr screen mydb 'near > 0.9' -v 'near=max(dense_track, -500, 500)' -i 1000 --json",
        "misha-xr screen mydb 'dense_track > 0.6 & subdir.dense_track2 > 0.6' --save lab.hits",
    )
)
@database_argument
@click.argument("condition")
@question_options
@_OUT
@_SAVE
@_OVERWRITE
@running
def screen(
    database: Path,
    datasets: tuple[Path, ...],
    condition: str,
    out: str,
    save: str | None,
    overwrite: bool,
    as_json: bool,
    **given: Any,
) -> None:
    """Find the intervals where CONDITION is true; steps that touch are joined."""
    db = opened(database, datasets)
    query = {**asked(db, **given), "expression": condition}
    target = _target(out, save)
    if target is not None:
        db.screen(**query, out=target, overwrite=overwrite)
        return
    form = table_form(out, as_json, None)
    write_frames([db.screen(**query)], out, form, overwrite=overwrite)
