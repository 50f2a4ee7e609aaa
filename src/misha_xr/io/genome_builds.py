"""Databases from recipes: of a file or folder, or of FASTA at an address."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from misha_xr.database.roots import is_root
from misha_xr.database.writing.copies import copy_into
from misha_xr.database.writing.create import create_from_fasta
from misha_xr.database.writing.new_root import new_root
from misha_xr.errors import UnsupportedError, check_one_of
from misha_xr.formats.genome_registry import SOURCES
from misha_xr.io.fetch import fetch, is_remote
from misha_xr.io.recipes import home_of

__all__ = ["NAMED", "build_genome", "how_to_get"]

# Ready databases that the classic API downloads by name.
NAMED = ("hg19", "hg38", "mm10", "mm39", "mm9")
_REQUIRED = {
    "ucsc": "assembly",
    "ucsc-hub": "accession",
    "ncbi": "accession",
    "s3": "name",
    "local": "path",
}

Recipe = Mapping[str, Any]


def how_to_get(what: str, root: str | os.PathLike[str]) -> UnsupportedError:
    """Say what to download for a genome, and how to go on.

    Parameters
    ----------
    what : str
        An assembly of UCSC.
    root : path-like
        Where the database shall be.

    Returns
    -------
    UnsupportedError
        To be raised.

    Examples
    --------
    >>> print(how_to_get("hg38", "hg38"))
    hg38 is not downloaded by this package
      Hint: download https://.../hg38/bigZips/hg38.fa.gz, then create_database('hg38', 'hg38.fa.gz')
    """
    url = f"https://hgdownload.soe.ucsc.edu/goldenPath/{what}/bigZips/{what}.fa.gz"
    return UnsupportedError(
        f"{what} is not downloaded by this package",
        hint=f"download {url}, then create_database({os.fspath(root)!r}, '{what}.fa.gz')",
    )


def build_genome(
    recipe: Recipe, root: str | os.PathLike[str], *, format: str | None = None
) -> None:
    """Create a database as a recipe says.

    Parameters
    ----------
    recipe : mapping
        ``source: local`` with ``path``, a database that is copied or FASTA; or ``source: manual``
        with ``fasta``, one or several paths or URLs (and ``checksum``), or with ``content``, FASTA
        as text. Relative paths start from the folder of the registry.
    root : path-like
        Where it will be; nothing may be there.
    format : {"indexed", "per-chromosome"}, optional
        Layout of the sequence, if it is made from FASTA.

    Raises
    ------
    ValueError
        If the recipe lacks something.
    UnsupportedError
        If its source is a service of the internet; says what to download.
    PathExistsError
        If something is at ``root``.

    Examples
    --------
    >>> from misha_xr.database import Store
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     build_genome({"source": "manual", "content": ">chr1 ACGT".replace(" ", chr(10))},
    ...                  f"{folder}/db")
    ...     Store(f"{folder}/db").genome.names
    ('chr1',)
    """
    source = str(recipe.get("source"))
    check_one_of("source", source, SOURCES)
    check_one_of("format", format, (None, "indexed", "per-chromosome"))
    needed = _REQUIRED.get(source)
    if needed is not None and not recipe.get(needed):
        raise ValueError(f"recipe for source={source!r} missing fields: {[needed]}")
    if source == "local":
        _build_local(recipe, root, format)
    elif source == "manual":
        _build_manual(recipe, root, format)
    else:
        raise _remote(source, str(recipe[_REQUIRED[source]]), root)


def _build_local(recipe: Recipe, root: str | os.PathLike[str], format: str | None) -> None:
    path = _place(str(recipe["path"]), home_of(recipe))
    if is_root(str(path)):
        with new_root(root) as folder:
            copy_into(path, folder)
    elif path.is_file():
        create_from_fasta(root, [path], indexed=format != "per-chromosome")
    else:
        path.stat()
        raise ValueError(f"local path is not a misha groot: {path}")


def _build_manual(recipe: Recipe, root: str | os.PathLike[str], format: str | None) -> None:
    fasta, content = recipe.get("fasta"), recipe.get("content")
    if (fasta is None) == (content is None):
        raise ValueError("recipe for source='manual' missing fields: one of ['fasta', 'content']")
    with tempfile.TemporaryDirectory(prefix="misha-xr-fetch-") as folder:
        if content is not None:
            files = [Path(folder, "content.fa")]
            files[0].write_text(str(content))
        else:
            given = fasta if isinstance(fasta, list | tuple) else [fasta]
            files = [
                _fetched(str(one), Path(folder, str(k)), recipe) for k, one in enumerate(given)
            ]
        create_from_fasta(root, files, indexed=format != "per-chromosome")


def _fetched(source: str, folder: Path, recipe: Recipe) -> Path:
    if is_remote(source):
        folder.mkdir()
    elif "://" not in source:
        source = str(_place(source, home_of(recipe)))
    sums = recipe.get("checksum")
    return fetch(source, folder, checksum=sums.get(source) if isinstance(sums, dict) else sums)


def _place(path: str, home: Path) -> Path:
    return home / Path(path).expanduser()


def _remote(source: str, what: str, root: str | os.PathLike[str]) -> UnsupportedError:
    if source == "ucsc":
        return how_to_get(what, root)
    places: dict[str, Callable[[str], str]] = {
        "ucsc-hub": lambda name: (
            f"the sequence of {name} from https://hgdownload.soe.ucsc.edu/hubs"
        ),
        "ncbi": lambda name: (
            f"the genomic FASTA of {name} from https://www.ncbi.nlm.nih.gov/datasets"
        ),
        "s3": lambda name: f"the archive of {name} from its store",
    }
    return UnsupportedError(
        f"{what} (source {source}) is not downloaded by this package",
        hint=f"download {places[source](what)}, then create_database({os.fspath(root)!r}, "
        "'<file>.fa.gz'); an archive of a database needs unpacking only",
    )
