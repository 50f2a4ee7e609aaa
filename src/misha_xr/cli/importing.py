"""The command `import`: tracks and interval sets of files of other programs."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from misha_xr.cli.pairs import parse_pairs
from misha_xr.cli.printing import print_json, print_mapping
from misha_xr.cli.running import examples, opened, running
from misha_xr.io.array_tables import import_arrays
from misha_xr.io.rectangle_files import read_rectangles

if TYPE_CHECKING:
    from misha_xr.api import Database

__all__ = ["import_files"]

FAILED = 1  # exit code

_CREATION = {"description", "attributes", "layout", "overwrite"}
_NAMES = {"unknown", "aliases"}
_SIGNAL = {"bin_size", "default", "func", "format", "beyond", *_NAMES, *_CREATION}
# What each kind of import takes of the options.
OPTIONS = {
    "track": _SIGNAL,
    "tracks": _SIGNAL,
    "set": {"format", "feature", *_NAMES, "description", "attributes", "overwrite"},
    "contacts": {"fends", "duplicates", *_NAMES, *_CREATION},
    "matrix": {"resolution", "balance", "beyond", *_NAMES, *_CREATION},
    "rectangles": _CREATION,
    "array": _CREATION,
}
_ENDINGS = {
    "track": (".bw", ".bigwig", ".bedgraph", ".bdg", ".bg", ".wig", ".tsv", ".tab", ".txt"),
    "set": (".bed", ".narrowpeak", ".broadpeak", ".gff", ".gff3", ".gtf", ".vcf"),
    "contacts": (".pairs",),
    "matrix": (".cool", ".mcool", ".hic"),
}
_KINDS = {ending: kind for kind, endings in _ENDINGS.items() for ending in endings}

Command = Callable[..., None]


def _import_options(command: Command) -> Command:
    choice = click.Choice
    for option in reversed(
        (
            click.option(
                "--as",
                "kind",
                type=choice(list(OPTIONS)),
                help="What to make. Default: by the ending of the file.",
            ),
            click.option("--format", help="Format of the file, if its ending does not tell."),
            click.option(
                "-b",
                "--bin-size",
                type=click.IntRange(min=1),
                help="A dense track of bins of so many base pairs. Default: a sparse one.",
            ),
            click.option(
                "--default", type=float, help="Value where there is no row. Default: NaN."
            ),
            click.option("--func", help="How values make up a bin. Default: weighted.mean."),
            click.option(
                "--unknown",
                type=choice(["error", "skip"]),
                help="What to do with chromosomes that the genome lacks. Default: error.",
            ),
            click.option("--aliases", help="A table with columns canonical (our names) and alias."),
            click.option(
                "--beyond",
                type=choice(["error", "clip"]),
                help="What to do with rows that end beyond their chromosome. Default: error.",
            ),
            click.option("--feature", multiple=True, help="Of GFF, GTF: only rows of this type."),
            click.option("--resolution", type=int, help="Of a matrix: bin size in base pairs."),
            click.option("--balance", help="Of a matrix: name of its weights, e.g. KR."),
            click.option("--fends", help="Of contacts: a table of fragment ends."),
            click.option(
                "--duplicates/--no-duplicates",
                default=None,
                help="Of contacts: add up contacts of the same ends (default), or refuse them.",
            ),
            click.option("--description", help="Attribute `description` of the new object."),
            click.option("--attr", multiple=True, metavar="KEY=VALUE", help="More attributes."),
            click.option("--layout", type=choice(["indexed", "per-chromosome"])),
            click.option("--overwrite", is_flag=True, help="Replace what has this name."),
        )
    ):
        command = option(command)
    return command


@click.command(
    "import",
    epilog=examples(
        "misha-xr import mydb chip signal.bw --bin-size 20",
        "misha-xr import mydb scores scores.bedgraph --description 'my scores' --attr lab=ours",
        "misha-xr import mydb peaks peaks.bed",
        "misha-xr import mydb peak.scores peaks.bed --as track",
        "misha-xr import mydb exons genes.gtf --feature exon --unknown skip",
        "misha-xr import mydb hic contacts.pairs",
        "misha-xr import mydb lab. signals/ --bin-size 50",
    ),
)
@click.argument("database", type=click.Path(path_type=Path))
@click.argument("name")
@click.argument("files", nargs=-1, required=True)
@_import_options
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
    contacts   4DN pairs, and tables of contacts with --as contacts
    matrix     cool, mcool, hic
    rectangles, array   tables of 2D intervals, or of many values, with --as
    tracks     a folder or 'pattern*': a track of each file, NAME in front of its name

    Text may be packed as .gz. Chromosomes that the genome lacks are an error, or with --unknown
    skip left out and counted.
    """  # noqa: D301 - the character that tells click to keep lines
    kind = kind or _kind_of(files)
    options = _options(kind, given)
    db = opened(database)
    if kind == "tracks":
        _import_tracks(db, name, files, options, as_json)
        return
    _MAKERS[kind](db, name, files, options)
    if as_json:
        print_json({"made": name, "kind": kind})


def _kind_of(files: tuple[str, ...]) -> str:
    first = files[0]
    if Path(first).is_dir() or any(mark in first for mark in "*?["):
        return "tracks"
    bare = first.lower().removesuffix(".gz").removesuffix(".bgz")
    kind = _KINDS.get(Path(bare).suffix)
    if kind is None:
        raise click.UsageError(f"{first}: its ending does not tell what it is; say --as")
    return kind


def _options(kind: str, given: dict[str, Any]) -> dict[str, Any]:
    """Return the keywords of an import; options of another kind are an error of usage."""
    attributes = parse_pairs(given.pop("attr"))
    if not given["overwrite"]:  # a flag has no third state
        del given["overwrite"]
    chosen = {key: value for key, value in given.items() if value is not None and value != ()}
    for key in chosen:
        if key not in OPTIONS[kind]:
            takers = ", ".join(name for name, known in OPTIONS.items() if key in known)
            raise click.UsageError(
                f"--{key.replace('_', '-')} is not for --as {kind}, but for {takers}"
            )
    return {**chosen, "attributes": attributes} if attributes else chosen


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


_MAKERS = {
    "track": _import_track,
    "set": _import_set,
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
