"""The command `import`: tracks and interval sets of files of other programs."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from misha_xr.cli.import_options import chosen_options, import_options, kind_of
from misha_xr.cli.printing import print_json, print_mapping
from misha_xr.cli.running import examples, opened, running
from misha_xr.io.array_tables import import_arrays
from misha_xr.io.rectangle_files import read_rectangles

if TYPE_CHECKING:
    from misha_xr.api import Database

__all__ = ["import_files"]

FAILED = 1  # exit code
READ_COUNTS = ("total", "mapped", "unmapped", "left_out", "duplicates")


@click.command(
    "import",
    epilog=examples(
        "misha-xr import mydb chip signal.bw --bin-size 20",
        "misha-xr import mydb scores scores.bedgraph --description 'my scores' --attr lab=ours",
        "misha-xr import mydb peaks peaks.bed",
        "misha-xr import mydb peak.scores peaks.bed --as track",
        "misha-xr import mydb exons genes.gtf --feature exon --unknown skip",
        "misha-xr import mydb rna reads.sam --bin-size 50 --strand +",
        "misha-xr import mydb hic contacts.pairs",
        "misha-xr import mydb lab. signals/ --bin-size 50",
    ),
)
@click.argument("database", type=click.Path(path_type=Path))
@click.argument("name")
@click.argument("files", nargs=-1, required=True)
@import_options
@running
def import_files(
    database: Path,
    name: str,
    files: tuple[str, ...],
    kind: str | None,
    as_json: bool,
    **given: Any,
) -> None:
    """Make a track or an interval set, NAME, of FILES; it is complete, or not there.

    \b
    track      bigWig, bedGraph, WIG, tables of chrom, start, end and a value; BED with --as track
    set        BED, narrowPeak, broadPeak, GFF, GTF, VCF
    reads      BAM, SAM: how many cover a base, or without --bin-size begin at it
    contacts   4DN pairs, and tables of contacts with --as contacts
    matrix     cool, mcool, hic
    rectangles, array   tables of 2D intervals, or of many values, with --as
    tracks     a folder or 'pattern*': a track of each file, NAME in front of its name

    Text may be packed as .gz. Chromosomes that the genome lacks are an error, or with --unknown
    skip left out and counted.
    """  # noqa: D301 - the character that tells click to keep lines
    kind = kind or kind_of(files)
    options = chosen_options(kind, given)
    db = opened(database)
    if kind == "tracks":
        _import_tracks(db, name, files, options, as_json)
        return
    told = _MAKERS[kind](db, name, files, options) or {}
    if as_json:
        print_json({"made": name, "kind": kind, **told})
    else:
        print_mapping(told, as_json)


def _one(files: tuple[str, ...]) -> str:
    if len(files) > 1:
        raise click.UsageError("one file makes one track or set; for a track of each: --as tracks")
    return files[0]


def _import_track(db: Database, name: str, files: tuple[str, ...], options: dict[str, Any]) -> None:
    db.import_track(name, _one(files), **options)


def _import_set(db: Database, name: str, files: tuple[str, ...], options: dict[str, Any]) -> None:
    if "description" in options:
        described = {"description": options.pop("description")}
        options["attributes"] = {**described, **options.get("attributes", {})}
    db.import_intervals(name, _one(files), **options)


def _import_reads(
    db: Database, name: str, files: tuple[str, ...], options: dict[str, Any]
) -> dict[str, Any]:
    counts = db.import_reads(name, _one(files), **options)
    return {key: getattr(counts, key) for key in READ_COUNTS}


def _import_contacts(
    db: Database, name: str, files: tuple[str, ...], options: dict[str, Any]
) -> None:
    db.import_contacts(name, files, **options)


def _import_matrix(
    db: Database, name: str, files: tuple[str, ...], options: dict[str, Any]
) -> None:
    if "beyond" in options:
        options["other_sizes"] = options.pop("beyond")
    db.import_matrix(name, _one(files), **options)


def _import_rectangles(
    db: Database, name: str, files: tuple[str, ...], options: dict[str, Any]
) -> None:
    db.create_rectangles(name, read_rectangles(files), **options)


def _import_array(db: Database, name: str, files: tuple[str, ...], options: dict[str, Any]) -> None:
    import_arrays(db.store, name, files, **options)


_MAKERS: dict[str, Callable[..., dict[str, Any] | None]] = {
    "track": _import_track,
    "set": _import_set,
    "reads": _import_reads,
    "contacts": _import_contacts,
    "matrix": _import_matrix,
    "rectangles": _import_rectangles,
    "array": _import_array,
}


def _import_tracks(
    db: Database, prefix: str, files: Iterable[str], options: dict[str, Any], as_json: bool
) -> None:
    facts: dict[str, dict[str, str]] = {"imported": {}, "skipped": {}, "failed": {}}
    for pattern in files:
        outcome = db.import_tracks(pattern, prefix=prefix, **options)
        facts["imported"] |= outcome.imported
        facts["skipped"] |= outcome.skipped
        facts["failed"] |= {str(file): str(error) for file, error in outcome.failed.items()}
    print_mapping(facts, as_json)
    if facts["failed"]:
        raise SystemExit(FAILED)
