"""The command `summary`: statistics and quantiles of expressions."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
import pandas as pd

from misha_xr.cli.printing import print_json
from misha_xr.cli.questions import asked, question_options
from misha_xr.cli.running import database_argument, examples, opened, running
from misha_xr.cli.tables import STANDARD_OUTPUT, TableForm, write_frames
from misha_xr.cli.vtracks import named_expressions

__all__ = ["summary"]


@click.command(
    epilog=examples(
        "misha-xr summary mydb dense_track",
        "misha-xr summary mydb dense_track subdir.dense_track2 --scope chr1 -q 0.5 -q 0.99",
        "misha-xr summary mydb 'log=np.log2(dense_track)' --iterator 1000 --json",
    )
)
@database_argument
@click.argument("expressions", nargs=-1, required=True)
@question_options
@click.option(
    "-q",
    "--quantile",
    "quantiles",
    multiple=True,
    type=click.FloatRange(0, 1),
    help="Add this quantile, 0 to 1; may be repeated.",
)
@running
def summary(
    database: Path,
    datasets: tuple[Path, ...],
    expressions: tuple[str, ...],
    quantiles: tuple[float, ...],
    as_json: bool,
    **given: Any,
) -> None:
    """Summarise the values of EXPRESSIONS: how many, range, sum, mean, standard deviation.

    A column for each expression; steps where it has no value count as NaN intervals.
    """
    db = opened(database, datasets)
    exprs = named_expressions(expressions)
    query = asked(db, **given)
    table = pd.DataFrame(db.summary(exprs, **query))
    if quantiles:
        table = pd.concat([table, db.quantiles(exprs, list(quantiles), **query)])
    if as_json:
        table.index = table.index.astype(str)
        print_json(table.to_dict())
    else:
        rows = table.set_axis(table.index.astype("str")).reset_index(names="statistic")
        write_frames([rows], STANDARD_OUTPUT, TableForm())
