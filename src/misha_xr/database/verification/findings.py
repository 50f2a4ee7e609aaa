"""What a check of a database reports."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Literal

import pandas as pd

from misha_xr.errors import MishaError

__all__ = ["Finding", "findings_table", "trouble"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong.

    Attributes
    ----------
    severity : {"error", "warning"}
        An error: data cannot be read, or are not what they should be. A warning: some program may
        read them differently or not at all, or something is in the way.
    object : str
        What it is about: a track, an interval set, the genome, the sequence, the database.
    path : str
        The file or folder.
    problem : str
        What was found, and what was expected.
    mend : str
        What to do.

    Examples
    --------
    >>> Finding("error", "track 'a'", "/db/tracks/a.track", "no index", "copy it again").severity
    'error'
    """

    severity: Literal["error", "warning"]
    object: str
    path: str
    problem: str
    mend: str

    def __str__(self) -> str:
        return f"{self.severity}: {self.object}: {self.problem}\n  {self.path}\n  Mend: {self.mend}"


def findings_table(findings: Iterable[Finding]) -> pd.DataFrame:
    """Return findings as a table.

    Parameters
    ----------
    findings : iterable of Finding
        In any order.

    Returns
    -------
    DataFrame of str
        Columns `severity`, `object`, `path`, `problem`, `mend`; errors first.

    Examples
    --------
    >>> findings_table([]).shape
    (0, 5)
    """
    rows = sorted(findings, key=lambda finding: finding.severity != "error")
    names = list(Finding.__dataclass_fields__)
    return pd.DataFrame([asdict(row) for row in rows], columns=names)


def trouble(thing: str, path: object, read: Callable[[], object], mend: str) -> Iterator[Finding]:
    """Yield a finding if reading something fails.

    Parameters
    ----------
    thing : str
        What is read.
    path : object
        Where it lies.
    read : callable
        Reads it.
    mend : str
        What to do if that fails and the error does not say.

    Yields
    ------
    Finding
        At most one.

    Examples
    --------
    >>> list(trouble("text", "/db/a", lambda: None, "copy it again"))
    []
    """
    try:
        read()
    except MishaError as error:
        yield Finding("error", thing, str(path), str(error.args[0]), error.hint or mend)
    except (OSError, ValueError) as error:
        yield Finding("error", thing, str(path), str(error), mend)
