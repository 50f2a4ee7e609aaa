"""The command `convert`: layouts of databases, tracks and sets."""

from __future__ import annotations

from pathlib import Path

import click

from misha_xr.cli.printing import print_mapping
from misha_xr.cli.running import examples, opened, running

__all__ = ["convert"]


@click.command(
    epilog=examples(
        "misha-xr convert mydb indexed",
        "misha-xr convert mydb indexed --everything --remove-old",
        "misha-xr convert mydb per-chromosome --track dense_track --set annotations",
    )
)
@click.argument("database", type=click.Path(path_type=Path))
@click.argument("layout", type=click.Choice(["indexed", "per-chromosome"]))
@click.option("--track", "tracks", multiple=True, help="Only this track; may be repeated.")
@click.option("--set", "sets", multiple=True, help="Only this interval set; may be repeated.")
@click.option("--everything", is_flag=True, help="The sequence, all tracks and all big sets.")
@click.option("--remove-old", is_flag=True, help="Files per chromosome go once an index is there.")
@running
def convert(
    database: Path,
    layout: str,
    tracks: tuple[str, ...],
    sets: tuple[str, ...],
    everything: bool,
    remove_old: bool,
    as_json: bool,
) -> None:
    """Change how DATABASE is stored: one file with an index, or a file per chromosome.

    Converts the sequence, unless tracks or sets are named. New files are verified before the old
    ones go. After a kill everything is whole, and the same command finishes the job.
    """
    if everything and (tracks or sets):
        raise click.UsageError("--everything leaves nothing for --track and --set")
    db = opened(database)
    if not tracks and not sets:
        db.convert(layout, remove_old=remove_old, tracks=everything, intervals=everything)
        return
    changed = {name: db.convert_track(name, layout, remove_old=remove_old) for name in tracks}
    changed |= {name: db.convert_intervals(name, layout) for name in sets}
    words = {name: "converted" if done else "unchanged" for name, done in changed.items()}
    print_mapping(words, as_json)
