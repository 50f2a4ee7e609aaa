"""The registry of genomes: a YAML file of recipes by name.

Source: misha file format, linked databases and registry.
"""

from __future__ import annotations

from typing import Any

from misha_xr.errors import CorruptFileError
from misha_xr.formats.buffers import BytesLike
from misha_xr.formats.plain_yaml import load_map

__all__ = ["SOURCES", "decode_genome_registry"]

SOURCES = ("ucsc", "ucsc-hub", "ncbi", "s3", "manual", "local")


def decode_genome_registry(data: BytesLike, path: object = "<bytes>") -> dict[str, dict[str, Any]]:
    """Read a registry.

    Parameters
    ----------
    data : bytes-like
        The whole file.
    path : path-like
        A label for error messages.

    Returns
    -------
    dict of str to dict
        Recipe by name. A name that only has a path is ``{"source": "local", "path": path}``.
        Empty if the map has no key ``genome``: ``misha.yaml`` is also the name of another file.

    Raises
    ------
    CorruptFileError
        If a recipe is neither a map with a known ``source`` nor a path.

    Examples
    --------
    >>> decode_genome_registry(b"genome: {mm10: {source: ucsc}, mine: /data/mine}")["mine"]
    {'source': 'local', 'path': '/data/mine'}
    """
    genomes = load_map(data, path).get("genome")
    if not isinstance(genomes, dict):
        return {}
    found: dict[str, dict[str, Any]] = {}
    for name, recipe in genomes.items():
        if isinstance(recipe, str):
            found[str(name)] = {"source": "local", "path": recipe}
        elif isinstance(recipe, dict) and recipe.get("source") in SOURCES:
            found[str(name)] = {str(key): value for key, value in recipe.items()}
        else:
            known = ", ".join(SOURCES)
            problem = f"genome {str(name)!r} is no path and has no source among {known}"
            raise CorruptFileError.at(path, 0, problem)
    return found
