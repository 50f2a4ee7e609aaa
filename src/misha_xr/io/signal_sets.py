"""Several files of signals as tracks: one that fails does not stop the others."""

from __future__ import annotations

import glob
import os
import warnings
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from misha_xr.database import Store
from misha_xr.errors import MishaError, MishaWarning
from misha_xr.io.signal_import import import_track
from misha_xr.io.text_lines import AnyPath

__all__ = ["ImportOutcome", "import_tracks"]

_ENDINGS = (".gz", ".bgz")


@dataclass(frozen=True, slots=True)
class ImportOutcome:
    """What became of several files.

    Attributes
    ----------
    imported : dict of str to str
        Files, and the tracks that were made of them.
    skipped : dict of str to str
        Files whose tracks were there already, and these.
    failed : dict of str to Exception
        Files that could not be imported, and why.

    Examples
    --------
    >>> ImportOutcome().failed
    {}
    """

    imported: dict[str, str] = field(default_factory=dict)
    skipped: dict[str, str] = field(default_factory=dict)
    failed: dict[str, Exception] = field(default_factory=dict)


def import_tracks(
    store: Store, files: AnyPath, *, prefix: str = "", **options: Any
) -> ImportOutcome:
    r"""Make a track of each of several files.

    Parameters
    ----------
    store : Store
        The database.
    files : path-like
        A folder, or a pattern.
    prefix : str
        In front of the names of the files, without their endings.
    **options
        As for `misha_xr.io.signal_import.import_track`.

    Returns
    -------
    ImportOutcome
        In the order of the names.

    Raises
    ------
    FileNotFoundError
        If there is no such file.

    Warns
    -----
    MishaWarning
        For each file that failed.

    Examples
    --------
    >>> import misha_xr, tempfile
    >>> store = misha_xr.example_database(copy=True).store
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = Path(folder, "a.bed.gz").write_text("chr1\t0\t15\n")
    ...     list(import_tracks(store, f"{folder}/*.bed*").imported.values())
    ['a']
    """
    outcome = ImportOutcome()
    for path in _found(files):
        name = prefix + _stem(path)
        if store.has_track(name):
            outcome.skipped[str(path)] = name
            continue
        try:
            import_track(store, name, path, **options)
        except (MishaError, OSError) as error:
            outcome.failed[str(path)] = error
            warnings.warn(f"{path} was not imported: {error}", MishaWarning, stacklevel=2)
        else:
            outcome.imported[str(path)] = name
    return outcome


def _found(files: AnyPath) -> list[Path]:
    text = os.fspath(files)
    folder = Path(text)
    found = folder.iterdir() if folder.is_dir() else map(Path, glob.glob(text))  # noqa: PTH207
    paths = sorted(path for path in found if path.is_file() and not path.name.startswith("."))
    if not paths:
        raise FileNotFoundError(f"no file matches {text}")
    return paths


def _stem(path: Path) -> str:
    """Return the name of a file without its ending, nor that of packed text."""
    name = path.name
    for ending in _ENDINGS:
        if name.lower().endswith(ending):
            name = name[: -len(ending)]
    return Path(name).stem
