"""What the command `import` can make, the options of each kind, and what a file becomes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from misha_xr.cli.pairs import parse_pairs

__all__ = ["chosen_options", "import_options", "kind_of"]

_CREATION = {"description", "attributes", "layout", "overwrite"}
_NAMES = {"unknown", "aliases"}
_SIGNAL = {"bin_size", "default", "func", "format", "beyond", *_NAMES, *_CREATION}
_READS = {"pileup", "strand", "min_quality", "remove_duplicates"}
# What each kind of import takes of the options.
OPTIONS = {
    "track": _SIGNAL,
    "tracks": _SIGNAL,
    "set": {"format", "feature", "beyond", *_NAMES, "description", "attributes", "overwrite"},
    "reads": {"bin_size", *_READS, *_NAMES, *_CREATION},
    "contacts": {"fends", "duplicates", *_NAMES, *_CREATION},
    "matrix": {"resolution", "balance", "beyond", *_NAMES, *_CREATION},
    "rectangles": _CREATION,
    "array": _CREATION,
}
_ENDINGS = {
    "track": (".bw", ".bigwig", ".bedgraph", ".bdg", ".bg", ".wig", ".tsv", ".tab", ".txt"),
    "set": (".bed", ".narrowpeak", ".broadpeak", ".gff", ".gff3", ".gtf", ".vcf"),
    "reads": (".bam", ".sam"),
    "contacts": (".pairs",),
    "matrix": (".cool", ".mcool", ".hic"),
}
_KINDS = {ending: kind for kind, endings in _ENDINGS.items() for ending in endings}

Command = Callable[..., None]


def import_options(command: Command) -> Command:
    """Add the options of all kinds; `chosen_options` sorts them."""
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
                help="What to do with rows that end beyond their chromosome, and with a matrix of"
                " other sizes. Default: error.",
            ),
            click.option("--feature", multiple=True, help="Of GFF, GTF: only rows of this type."),
            click.option("--pileup", type=int, help="Of reads: base pairs that each covers."),
            click.option("--strand", type=choice(["+", "-"]), help="Of reads: only these."),
            click.option("--min-quality", type=int, help="Of reads: quality of the mapping."),
            click.option(
                "--remove-duplicates/--keep-duplicates",
                default=None,
                help="Of reads: count one of those that begin at one base of one strand (default),"
                " or all.",
            ),
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


def kind_of(files: tuple[str, ...]) -> str:
    """Tell by the first file what to make."""
    first = files[0]
    if Path(first).is_dir() or any(mark in first for mark in "*?["):
        return "tracks"
    bare = first.lower().removesuffix(".gz").removesuffix(".bgz")
    kind = _KINDS.get(Path(bare).suffix)
    if kind is None:
        raise click.UsageError(f"{first}: its ending does not tell what it is; say --as")
    return kind


def chosen_options(kind: str, given: dict[str, Any]) -> dict[str, Any]:
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
