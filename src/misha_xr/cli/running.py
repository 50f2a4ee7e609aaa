"""What all commands share: options, the database argument, and how a command ends."""

from __future__ import annotations

import functools
import os
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import click

import misha_xr
from misha_xr.errors import MishaError, MishaWarning
from misha_xr.options import get_options, set_options

if TYPE_CHECKING:
    from misha_xr.api import Database

__all__ = ["database_argument", "examples", "opened", "running", "wants_bar"]

INTERRUPTED = 130  # as shells report a process that ended by the signal of Ctrl-C
BROKEN_PIPE = 141  # and by that of a closed pipe

Command = Callable[..., None]


class DataError(click.ClickException):
    """An error of the data or of the package, told without a traceback; exit code 1."""

    exit_code = 1

    def show(self, file: IO[Any] | None = None) -> None:
        """Write message and hint to standard error."""
        click.echo(f"Error: {self.message}", file=file, err=file is None)


def examples(*lines: str) -> str:
    """Return examples as they stand at the end of a help page, each on its line."""
    return "\b\nExamples:\n" + "\n".join(f"  {line}" for line in lines)


def running(command: Command) -> Command:
    """Add the options of every command, and tell errors as people want to read them.

    The command gets ``as_json``, and ``progress`` if it has a parameter of that name.
    """
    decorators = (
        click.option("--json", "as_json", is_flag=True, help="Print JSON."),
        click.option(
            "--progress/--no-progress",
            default=None,
            help="Show bars on standard error. Default: in a terminal, after a second.",
        ),
        click.option("--threads", type=click.IntRange(min=1), help="Number of threads."),
        click.option("--debug", is_flag=True, help="Show where an error comes from."),
    )

    @functools.wraps(command)
    def run(*, progress: bool | None, threads: int | None, debug: bool, **given: Any) -> None:
        options: dict[str, Any] = {"progress": "auto" if progress is None else progress}
        if threads is not None:
            options["n_threads"] = threads
        with _told(debug), _warned(), set_options(**options):
            command(**given)
            sys.stdout.flush()

    decorated: Command = run
    for decorator in reversed(decorators):
        decorated = decorator(decorated)
    return decorated


@contextmanager
def _told(debug: bool) -> Iterator[None]:
    """Turn errors into a message, a hint and an exit code."""
    try:
        yield
    except BrokenPipeError:
        _leave_pipe()
        raise SystemExit(BROKEN_PIPE) from None
    except KeyboardInterrupt:
        click.echo("Stopped", err=True)
        raise SystemExit(INTERRUPTED) from None
    except (MishaError, OSError, ValueError, MemoryError) as error:
        if debug:
            raise
        raise DataError(_message(error)) from error


def _leave_pipe() -> None:
    """Give what is still buffered another way: Python writes it when it ends."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())


def _message(error: Exception) -> str:
    if isinstance(error, OSError) and not isinstance(error, MishaError) and error.strerror:
        return f"{error.filename}: {error.strerror}" if error.filename else error.strerror
    text = str(error) or type(error).__name__
    return text.replace("overwrite=True", "--overwrite")  # as it is called here


@contextmanager
def _warned() -> Iterator[None]:
    """Write warnings of the package as messages, not as lines of its source."""
    with warnings.catch_warnings():
        show = warnings.showwarning

        def tell(message: Warning | str, category: type[Warning], *place: Any, **more: Any) -> None:
            if issubclass(category, MishaWarning):
                click.echo(f"Warning: {message}", err=True)
            else:
                show(message, category, *place, **more)

        warnings.showwarning = tell
        warnings.simplefilter("always", MishaWarning)
        yield


def database_argument(command: Command) -> Command:
    """Add the argument DATABASE and the option that loads datasets."""
    datasets = click.option(
        "--dataset",
        "datasets",
        multiple=True,
        type=click.Path(path_type=Path),
        help="Load this dataset as well; may be repeated.",
    )
    root = click.argument("database", type=click.Path(path_type=Path))
    return root(datasets(command))


def opened(database: Path, datasets: tuple[Path, ...] = ()) -> Database:
    """Open the database of a command."""
    return misha_xr.open_database(database, datasets)


def wants_bar() -> bool:
    """Tell whether work that is no query shall show a bar."""
    show = get_options().progress
    return bool(sys.stderr.isatty() if show == "auto" else show)
