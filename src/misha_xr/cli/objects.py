"""The commands that change what is there: `cp`, `mv`, `rm`, `attr`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from misha_xr.cli.pairs import parse_pairs
from misha_xr.cli.printing import print_json, print_mapping
from misha_xr.cli.running import database_argument, examples, opened, running
from misha_xr.errors import UnknownTrackError, closest_hint

if TYPE_CHECKING:
    from misha_xr.api import Database

__all__ = ["attributes", "copy", "move", "remove"]


@click.command(
    "cp",
    epilog=examples(
        "misha-xr cp mydb dense_track kept.dense",
        "misha-xr cp mydb dense_track --into otherdb",
    ),
)
@database_argument
@click.argument("source")
@click.argument("target", required=False)
@click.option("--into", type=click.Path(path_type=Path), help="The database that gets the copy.")
@click.option("--overwrite", is_flag=True, help="Replace a track that is there.")
@running
def copy(
    database: Path,
    datasets: tuple[Path, ...],
    source: str,
    target: str | None,
    into: Path | None,
    overwrite: bool,
    as_json: bool,
) -> None:
    """Copy track SOURCE, with attributes and variables, as TARGET or into another database."""
    if target is None and into is None:
        raise click.UsageError("give TARGET or --into")
    receiver = None if into is None else opened(into)
    opened(database, datasets).copy_track(source, target, into=receiver, overwrite=overwrite)
    _done({"copied": target or source}, as_json)


@click.command("mv", epilog=examples("misha-xr mv mydb dense_track signal.rep1"))
@click.argument("database", type=click.Path(path_type=Path))
@click.argument("source")
@click.argument("target")
@running
def move(database: Path, source: str, target: str, as_json: bool) -> None:
    """Give track SOURCE the name TARGET, in one step."""
    opened(database).move_track(source, target)
    _done({"moved": target}, as_json)


@click.command("rm", epilog=examples("misha-xr rm mydb rects_track annotations"))
@click.argument("database", type=click.Path(path_type=Path))
@click.argument("names", nargs=-1, required=True)
@click.option("--missing-ok", is_flag=True, help="Names that are not there are no error.")
@running
def remove(database: Path, names: tuple[str, ...], missing_ok: bool, as_json: bool) -> None:
    """Remove tracks and interval sets; nothing if one of NAMES is not there."""
    db = opened(database)
    known = [name for name in names if _is_there(db, name, missing_ok)]
    for name in known:
        if db.store.has_track(name):
            db.remove_track(name)
        else:
            db.remove_intervals(name)
    _done({"removed": known}, as_json)


def _is_there(db: Database, name: str, missing_ok: bool) -> bool:
    if db.store.has_track(name) or db.store.has_set(name):
        return True
    if missing_ok:
        return False
    raise UnknownTrackError(
        f"no track or interval set {name!r} in {db.root}",
        hint=closest_hint(name, [*db.store.track_names(), *db.find_sets()]),
    )


def _done(facts: dict[str, object], as_json: bool) -> None:
    """Say nothing, as such commands do, unless a program listens."""
    if as_json:
        print_json(facts)


@click.command(
    "attr",
    epilog=examples(
        "misha-xr attr mydb dense_track",
        "misha-xr attr mydb dense_track lab=ours 'description=first try'",
        "misha-xr attr mydb annotations --remove description --json",
    ),
)
@database_argument
@click.argument("name")
@click.argument("changes", nargs=-1, metavar="[KEY=VALUE]...")
@click.option("--remove", "removed", multiple=True, metavar="KEY", help="Remove this attribute.")
@running
def attributes(
    database: Path,
    datasets: tuple[Path, ...],
    name: str,
    changes: tuple[str, ...],
    removed: tuple[str, ...],
    as_json: bool,
) -> None:
    """Show the attributes of a track or an interval set, after changes if there are any."""
    db = opened(database, datasets)
    wanted: dict[str, str | None] = {**parse_pairs(changes), **dict.fromkeys(removed)}
    if wanted:
        change = db.set_attributes if db.store.has_track(name) else db.set_interval_attributes
        change(name, wanted)
    print_mapping(db.attributes(name), as_json)
