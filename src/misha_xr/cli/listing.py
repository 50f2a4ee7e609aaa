"""The commands that say what is there: `info` and `ls`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import pandas as pd

from misha_xr.cli.printing import print_json, print_mapping, print_table
from misha_xr.cli.running import database_argument, examples, opened, running

if TYPE_CHECKING:
    from misha_xr.api import Database

__all__ = ["info", "ls"]

SET = "set"
KINDS = ("dense", "sparse", "array", "rectangles", "points", SET)


@click.command(
    epilog=examples(
        "misha-xr info mydb",
        "misha-xr info mydb --chromosomes",
        "misha-xr info mydb dense_track --json",
    )
)
@database_argument
@click.argument("name", required=False)
@click.option("--chromosomes", is_flag=True, help="List names and sizes of all chromosomes.")
@running
def info(
    database: Path,
    datasets: tuple[Path, ...],
    name: str | None,
    chromosomes: bool,
    as_json: bool,
) -> None:
    """Describe a database: genome, tracks by type, sets, layout, datasets.

    With NAME: describe this track or interval set, and show its attributes.
    """
    db = opened(database, datasets)
    if name is not None:
        print_mapping(_object_facts(db, name), as_json)
    elif chromosomes:
        sizes = {"chrom": list(db.genome.names), "size": db.genome.sizes}
        print_table(pd.DataFrame(sizes), as_json)
    else:
        print_mapping(_facts(db), as_json)


def _facts(db: Database) -> dict[str, Any]:
    tracks, short = db.tracks, db.info()
    return {
        "root": short.path,
        "parent": short.parent,
        "datasets": list(db.sources[1:]),
        "chromosomes": short.n_chroms,
        "base_pairs": short.total_bp,
        "sequence": short.sequence,
        "tracks": short.n_tracks,
        "types": tracks["type"].value_counts(sort=False).to_dict(),
        "bin_sizes": sorted(tracks["bin_size"].dropna().astype(int).unique().tolist()),
        "sets": short.n_sets,
    }


def _object_facts(db: Database, name: str) -> dict[str, Any]:
    store = db.store
    if store.has_set(name) and not store.has_track(name):
        rows = sum(len(frame) for frame in store.iterate_set(name))
        facts: dict[str, Any] = {"name": name, "type": SET, "path": store.set_path(name)}
        return {**facts, "intervals": rows, "attributes": db.attributes(name)}
    found = store.info(name)
    return {
        "name": name,
        "type": found.type.value,
        "path": store.track_path(name),
        "layout": found.layout,
        "bin_size": found.bin_size,
        "attributes": db.attributes(name),
        "variables": db.variables(name),
    }


@click.command(
    epilog=examples(
        "misha-xr ls mydb",
        "misha-xr ls mydb 'subdir.*' --long",
        "misha-xr ls mydb --type dense --type sparse --json",
    )
)
@database_argument
@click.argument("patterns", nargs=-1)
@click.option("-l", "--long", is_flag=True, help="Show type, bin size and source as well.")
@click.option("-t", "--type", "kinds", multiple=True, type=click.Choice(KINDS), help="Only these.")
@running
def ls(
    database: Path,
    datasets: tuple[Path, ...],
    patterns: tuple[str, ...],
    long: bool,
    kinds: tuple[str, ...],
    as_json: bool,
) -> None:
    """List tracks and interval sets, all or those that match one of PATTERNS.

    A pattern is a glob for the whole name, e.g. 'chip.*'.
    """
    db = opened(database, datasets)
    table = _catalogue(db)
    if patterns:
        wanted = {name for pattern in patterns for name in _matching(db, pattern)}
        table = table[table["name"].isin(wanted)]
    if kinds:
        table = table[table["type"].isin(kinds)]
    if long:
        print_table(table, as_json)
    elif as_json:
        print_json(table["name"].tolist())
    else:
        sys.stdout.write("".join(f"{name}\n" for name in table["name"]))


def _matching(db: Database, pattern: str) -> list[str]:
    return db.find_tracks(pattern) + db.find_sets(pattern)


def _catalogue(db: Database) -> pd.DataFrame:
    """Return tracks and sets, sorted by name."""
    tracks = db.tracks
    sets = pd.DataFrame({"name": db.find_sets()}, dtype="str")
    sets["type"] = SET
    sets["source"] = [_source(db, name) for name in sets["name"]]
    table = pd.concat([tracks, sets], ignore_index=True)
    return table[tracks.columns].sort_values("name", kind="stable", ignore_index=True)


def _source(db: Database, name: str) -> str:
    """Return the root that holds a set."""
    return db.store.locate("set", name).source
