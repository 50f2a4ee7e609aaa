"""The command `check`: verify a whole database."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from misha_xr.cli.printing import print_table
from misha_xr.cli.running import examples, running, wants_bar
from misha_xr.database.verification import Finding, findings_table, verify_database
from misha_xr.database.verification.roots import Progress

__all__ = ["check"]

FOUND = 1  # exit code


@click.command(
    epilog=examples(
        "misha-xr check mydb",
        "misha-xr check mydb --strict --json",
    )
)
@click.argument("databases", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--strict", is_flag=True, help="Warnings count as errors for the exit code.")
@running
def check(databases: tuple[Path, ...], strict: bool, as_json: bool) -> None:
    """Read whole DATABASES, and say what is wrong with them and how to mend it.

    Lengths, checksums, order and bounds of everything are checked; nothing is changed. The exit
    code is 1 if there are errors. A dataset of a database is a database of its own: name it, too.
    """
    found: list[Finding] = []
    for root in databases:
        with _bar(root) as progress:
            for finding in verify_database(root, progress):
                found.append(finding)
                if not as_json:
                    sys.stdout.write(f"{finding}\n")
    if as_json:
        print_table(findings_table(found), as_json)
    n_errors = sum(finding.severity == "error" for finding in found)
    click.echo(f"{_count(n_errors, 'error')}, {_count(len(found) - n_errors, 'warning')}", err=True)
    if n_errors or (strict and found):
        raise SystemExit(FOUND)


def _count(n: int, what: str) -> str:
    return f"{n:,} {what}{'' if n == 1 else 's'}"


@contextmanager
def _bar(root: Path) -> Iterator[Progress | None]:
    """Show a bar of the objects that are done."""
    if not wants_bar():
        yield None
        return
    from tqdm import tqdm  # slow to import, and rarely wanted

    with tqdm(desc=f"check {root.name}", unit="object", leave=False) as bar:

        def show(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        yield show
