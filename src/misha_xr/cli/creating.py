"""The command `create`: databases from FASTA, from sizes, linked, or the example."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

import misha_xr
from misha_xr.cli.printing import print_mapping
from misha_xr.cli.running import examples, running
from misha_xr.database.example import install_example

if TYPE_CHECKING:
    from misha_xr.api import Database

__all__ = ["create"]


@click.command(
    epilog=examples(
        "misha-xr create newdb genome.fa.gz more.fa",
        "misha-xr create bare --sizes hg38",
        "misha-xr create other --sizes chrom.sizes --json",
        "misha-xr create mine --link mydb",
        "misha-xr create playground --example",
    )
)
@click.argument("database", type=click.Path(path_type=Path))
@click.argument("fasta", nargs=-1)
@click.option(
    "--sizes",
    help="No sequence: a file of names and sizes, or an assembly such as hg38.",
)
@click.option(
    "--link",
    type=click.Path(path_type=Path),
    metavar="PARENT",
    help="Share genome and sequence with this database.",
)
@click.option("--relative", is_flag=True, help="With --link: links stay good if both are moved.")
@click.option("--example", is_flag=True, help="The small made-up database of the documentation.")
@click.option(
    "--format",
    type=click.Choice(["indexed", "perchrom"]),
    default="indexed",
    show_default=True,
    help="Sequence in one file with an index, or in a file per chromosome.",
)
@click.option(
    "--sort/--no-sort", default=True, help="Order chromosomes by name (default), or as they come."
)
@running
def create(  # noqa: PLR0913 - an option each
    database: Path,
    fasta: tuple[str, ...],
    sizes: str | None,
    link: Path | None,
    relative: bool,
    example: bool,
    format: str,
    sort: bool,
    as_json: bool,
) -> None:
    """Create DATABASE from FASTA files, or from one of the options --sizes, --link, --example.

    FASTA files may be compressed; they are paths or http:// and https:// addresses. The database is
    there when it is complete, or not at all.
    """
    if sum((bool(fasta), sizes is not None, link is not None, example)) != 1:
        raise click.UsageError("give FASTA files, or one of --sizes, --link and --example")
    if link is not None:
        made = misha_xr.link_database(database, link, relative=relative)
    elif example:
        made = misha_xr.open_database(install_example(database))
    else:
        made = misha_xr.create_database(
            database, fasta or None, sizes=sizes, format=format, sort=sort
        )
    _tell(made, as_json)


def _tell(db: Database, as_json: bool) -> None:
    sizes = db.genome.sizes
    facts = {"root": db.root, "chromosomes": len(sizes), "base_pairs": int(sizes.sum())}
    print_mapping(facts, as_json)
