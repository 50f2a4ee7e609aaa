"""Recipes of genomes: which registries there are, in which order, and what they say."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from misha_xr.errors import UnknownNameError, closest_hint
from misha_xr.formats.genome_registry import decode_genome_registry

__all__ = ["find_recipe", "home_of", "list_recipes"]

VARIABLE = "PYMISHA_GENOME_REGISTRY"
FILE_NAME = "misha.yaml"
BUNDLED = [
    "hg19",
    "hg38",
    "mm9",
    "mm10",
    "mm39",
    "rn6",
    "rn7",
    "dm6",
    "ce11",
    "sacCer3",
    "danRer11",
]
# The word of a recipe that says what is meant, by source.
_DETAILS = {
    "ucsc": "assembly",
    "ucsc-hub": "accession",
    "ncbi": "accession",
    "s3": "name",
    "local": "path",
    "manual": "fasta",
}

Recipe = dict[str, Any]
AnyPath = str | os.PathLike[str]


def _layers(registry: AnyPath | None) -> Iterator[tuple[str, dict[str, Recipe]]]:
    """Yield registries, the first to be asked first: where they lie, and recipes by name."""
    files = [] if registry is None else [Path(registry).expanduser()]
    named = os.environ.get(VARIABLE)
    files += [Path(named).expanduser()] if named else []
    for path in files:
        if not path.is_file():
            raise FileNotFoundError(f"registry path does not exist: {path}")
    found = _working_file()
    for path in (*files, *([found] if found else [])):
        yield str(path), decode_genome_registry(path.read_bytes(), path)
    yield "bundled", {name: {"source": "ucsc", "assembly": name} for name in BUNDLED}


def _working_file() -> Path | None:
    """Return the ``misha.yaml`` of the working directory, or above it within a repository."""
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / FILE_NAME).is_file():
            return folder / FILE_NAME
        if (folder / ".git").exists():
            return None
    return None


def list_recipes(registry: AnyPath | None = None) -> pd.DataFrame:
    """List the recipes of all registries.

    Parameters
    ----------
    registry : path-like, optional
        A file to ask first.

    Returns
    -------
    DataFrame of str
        Columns `name`, `source`, `detail` and `layer` (the file). A name is listed once: the first
        registry that has it counts.

    Raises
    ------
    FileNotFoundError
        If a registry that was named is missing.
    CorruptFileError
        If one breaks its format.

    Notes
    -----
    Asked are, in this order: the argument; the file that the environment variable
    ``PYMISHA_GENOME_REGISTRY`` names; ``misha.yaml`` in the working directory or in one above it,
    up to the top of a repository; a bundled list. Source: misha file format, registry.

    Examples
    --------
    >>> "hg38" in set(list_recipes()["name"])
    True
    """
    rows: dict[str, tuple[str, str, str | None, str]] = {}
    for layer, recipes in _layers(registry):
        for name, recipe in recipes.items():
            source = str(recipe.get("source"))
            detail = recipe.get(_DETAILS.get(source, ""))
            rows.setdefault(name, (name, source, None if detail is None else str(detail), layer))
    return pd.DataFrame(rows.values(), columns=["name", "source", "detail", "layer"], dtype="str")


def find_recipe(name: str, registry: AnyPath | None = None) -> Recipe:
    """Return the recipe of a genome.

    Parameters
    ----------
    name : str
        Its name in a registry.
    registry : path-like, optional
        A file to ask first.

    Returns
    -------
    dict
        ``source`` and what belongs to it; ``_layer`` is the file it was found in.

    Raises
    ------
    UnknownNameError
        If no registry has it; a KeyError.

    Examples
    --------
    >>> find_recipe("hg38")
    {'source': 'ucsc', 'assembly': 'hg38', '_layer': 'bundled'}
    """
    known: list[str] = []
    for layer, recipes in _layers(registry):
        if name in recipes:
            return {**recipes[name], "_layer": layer}
        known += recipes
    raise UnknownNameError(
        f"genome {name!r} not in any registry layer",
        hint=closest_hint(str(name), known) or f"write a recipe into {FILE_NAME}, or name its file",
    )


def home_of(recipe: Mapping[str, Any]) -> Path:
    """Return the folder that relative paths of a recipe start from.

    Parameters
    ----------
    recipe : mapping
        As `find_recipe` returns it, or one of the caller's own.

    Returns
    -------
    Path
        That of its registry, else the working directory.

    Examples
    --------
    >>> home_of({"_layer": "/data/misha.yaml"}).as_posix()
    '/data'
    """
    layer = recipe.get("_layer")
    return Path(layer).parent if layer not in (None, "bundled") else Path.cwd()
