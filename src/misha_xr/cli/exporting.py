"""The command `export`: files for other programs; the ending of the file says which."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from misha_xr.api.targets import row_writer, write_frame
from misha_xr.cli.printing import print_json
from misha_xr.cli.questions import asked, question_options
from misha_xr.cli.running import database_argument, examples, opened, running
from misha_xr.cli.vtracks import named_expressions

if TYPE_CHECKING:
    from misha_xr.api import Database

__all__ = ["export"]


@dataclass(frozen=True, slots=True)
class Order:
    """What to export: names or expressions, the file, the question, whether to replace."""

    what: tuple[str, ...]
    file: Path
    query: dict[str, Any]
    overwrite: bool

    @property
    def one(self) -> str:
        """The only thing to export."""
        if len(self.what) != 1:
            raise click.UsageError(f"{self.file.name} holds one track, set or expression: name it")
        return self.what[0]

    def refuse_question(self) -> None:
        """Refuse the options of a query where there is none."""
        if any(self.query.values()):
            raise click.UsageError(
                f"--scope, --iterator, --vtrack and --band are not for {self.file.name}"
            )


@click.command(
    epilog=examples(
        "misha-xr export mydb dense_track dense.bw",
        "misha-xr export mydb 'np.log2(dense_track + 1)' log.bedgraph.gz --iterator 1000 -s chr1",
        "misha-xr export mydb annotations genes.bed",
        "misha-xr export mydb annotations genes.fa",
        "misha-xr export mydb sequence.fa.gz",
        "misha-xr export mydb dense_track 'b=subdir.dense_track2' values.parquet",
        "misha-xr export mydb dense_track subdir.dense_track2 signals.zarr",
    )
)
@database_argument
@click.argument("what", nargs=-1)
@click.argument("file", type=click.Path(path_type=Path))
@question_options
@click.option("--overwrite", is_flag=True, help="Replace a file that is there.")
@running
def export(
    database: Path,
    datasets: tuple[Path, ...],
    what: tuple[str, ...],
    file: Path,
    overwrite: bool,
    as_json: bool,
    **given: Any,
) -> None:
    """Write WHAT as FILE for other programs; it is complete, or not there.

    \b
    .bw .bigwig           an expression or a track
    .bedgraph .bdg .bg    the same as text, maybe .gz
    .bed                  a saved set, maybe .gz
    .fa .fasta            the sequence, or the bases of a set, maybe .gz
    .parquet .pq          expressions, or a set, as a table
    .zarr                 tracks as arrays for xarray; all if none is named
    """  # noqa: D301 - the character that tells click to keep lines
    bare = Path(file.name.lower().removesuffix(".gz"))
    if bare.suffix not in _WRITERS:
        raise click.UsageError(f"{file}: the ending must be one of {', '.join(_WRITERS)}")
    db = opened(database, datasets)
    _WRITERS[bare.suffix](db, Order(what, file, asked(db, **given), overwrite))
    if as_json:
        print_json({"written": file.absolute()})


def _bigwig(db: Database, order: Order) -> None:
    db.export_bigwig(order.one, order.file, **order.query, overwrite=order.overwrite)


def _bedgraph(db: Database, order: Order) -> None:
    more: dict[str, Any] = {"header": False, "overwrite": order.overwrite}
    db.export_bedgraph(order.one, order.file, **order.query, **more)


def _bed(db: Database, order: Order) -> None:
    order.refuse_question()
    db.export_bed(order.one, order.file, overwrite=order.overwrite)


def _fasta(db: Database, order: Order) -> None:
    order.refuse_question()
    if order.what:
        db.export_sequences(order.one, order.file, overwrite=order.overwrite)
    else:
        db.export_fasta(order.file, overwrite=order.overwrite)


def _parquet(db: Database, order: Order) -> None:
    if not order.what:
        raise click.UsageError("name the expressions or the set to write")
    if db.store.has_set(order.what[0]):
        order.refuse_question()
        frame = db.store.load_set(order.one)
        write_frame(row_writer(db.store, order.file, overwrite=order.overwrite), db.store, frame)
    else:
        exprs = named_expressions(order.what)
        db.extract(exprs, **order.query, out=order.file, overwrite=order.overwrite)


def _zarr(db: Database, order: Order) -> None:
    order.refuse_question()
    db.export_zarr(order.file, list(order.what) or None, overwrite=order.overwrite)


_WRITERS: dict[str, Callable[[Database, Order], None]] = {
    ".bw": _bigwig,
    ".bigwig": _bigwig,
    ".bedgraph": _bedgraph,
    ".bdg": _bedgraph,
    ".bg": _bedgraph,
    ".bed": _bed,
    ".fa": _fasta,
    ".fasta": _fasta,
    ".parquet": _parquet,
    ".pq": _parquet,
    ".zarr": _zarr,
}
