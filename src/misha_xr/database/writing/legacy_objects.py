"""What a change of legacy chromosome names would spoil: objects that number or spell them."""

from __future__ import annotations

import os
from pathlib import Path

from misha_xr.database.catalogue import read_catalogue
from misha_xr.database.folder import is_payload_name
from misha_xr.database.genomes import id_orders
from misha_xr.database.spelling import PREFIX, pair_codes
from misha_xr.errors import UnsupportedError
from misha_xr.genome import Genome

__all__ = ["check_legacy_objects"]

INDICES = ("track.idx", "intervals.idx", "intervals2d.idx")
_N_SHOWN = 10


def check_legacy_objects(root: str, genome: Genome, *, keep_pairs: bool) -> None:
    """Refuse a conversion that would silently give objects other chromosomes, or hide them.

    Parameters
    ----------
    root : str
        A database for which R misha prefixes and reorders the names of chromosomes.
    genome : Genome
        Its table.
    keep_pairs : bool
        Whether 2D objects keep their files.

    Raises
    ------
    UnsupportedError
        If an object has an index and the two rules give different numbers; if 2D objects stay that
        spell chromosomes without the prefix. Lists them.

    Notes
    -----
    Source: misha file format, chromosome names and IDs.

    Examples
    --------
    >>> from misha_xr.database import example_database_path, open_genome
    >>> root = example_database_path()
    >>> check_legacy_objects(str(root), open_genome(root), keep_pairs=True)
    """
    catalogue = read_catalogue(root, fresh=True)
    objects = {**catalogue.names("track"), **catalogue.names("set")}
    folders = {name: path for name, path in objects.items() if Path(path).is_dir()}
    ours, theirs = id_orders(genome)
    numbered = [name for name, path in folders.items() if _has_index(path)]
    if ours != theirs and numbered:
        raise UnsupportedError(
            f"{root}: the numbers of chromosomes are ambiguous in {_shown(numbered)}",
            hint="they mean the table's order if pymisha wrote them, another one if R misha did: "
            "write them again with one file per chromosome first",
        )
    spelt = [name for name, path in folders.items() if keep_pairs and _is_bare(path, genome)]
    if spelt:
        raise UnsupportedError(
            f"{root}: other programs would not find the pairs of chromosomes of {_shown(spelt)}, "
            f"whose files lack {PREFIX!r}, once the chromosomes have it",
            hint="convert tracks and interval sets along with the sequence",
        )


def _has_index(path: str) -> bool:
    return any(Path(path, name).exists() for name in INDICES)


def _is_bare(path: str, genome: Genome) -> bool:
    names = [name for name in os.listdir(path) if is_payload_name(name)]  # noqa: PTH208
    found = pair_codes(names, genome)[0]
    return not _has_index(path) and any(not name.startswith(PREFIX) for name in found)


def _shown(names: list[str]) -> str:
    more = f" and {len(names) - _N_SHOWN} more" if len(names) > _N_SHOWN else ""
    return ", ".join(map(repr, sorted(names)[:_N_SHOWN])) + more
