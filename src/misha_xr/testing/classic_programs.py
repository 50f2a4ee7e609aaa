"""Random classic programs over all domains, and which names and keywords they reach."""

from __future__ import annotations

import inspect
import random
from collections.abc import Iterable
from typing import Any

from misha_xr.testing.classic_calls import Step
from misha_xr.testing.classic_draws import Draw
from misha_xr.testing.classic_programs_analyses import ANALYSES, EXTRACTION, SEQUENCES
from misha_xr.testing.classic_programs_databases import DATABASES, FILES, SETS
from misha_xr.testing.classic_programs_errors import ERRORS
from misha_xr.testing.classic_programs_intervals import ALGEBRA, JOINS, PLANE_ALGEBRA
from misha_xr.testing.classic_programs_tracks import CHANGES, CREATION, DESCRIPTION
from misha_xr.testing.classic_programs_vtracks import ARRAYS, PLANES, VTRACKS

__all__ = ["DOMAINS", "NOT_DRAWN", "NOT_DRAWN_KEYWORDS", "draw_steps", "keywords_of", "needs_copy"]

# Domain to what draws its programs, and how often it comes up.
DOMAINS: dict[str, tuple[tuple[Draw, ...], int]] = {
    "interval algebra": (ALGEBRA, 12),
    "joins": (JOINS, 8),
    "rectangles": (PLANE_ALGEBRA, 5),
    "extraction": (EXTRACTION, 12),
    "analyses": (ANALYSES, 12),
    "sequences": (SEQUENCES, 3),
    "virtual tracks": (VTRACKS, 12),
    "arrays": (ARRAYS, 4),
    "two dimensions": (PLANES, 8),
    "track creation": (CREATION, 8),
    "track changes": (CHANGES, 5),
    "track description": (DESCRIPTION, 4),
    "saved sets": (SETS, 6),
    "databases": (DATABASES, 5),
    "files": (FILES, 7),
    "errors": (ERRORS, 9),
}

_DOWNLOADS = "reads recipes and sources that only one side knows"
_OTHER_DATA = "the example data differ on purpose"
NOT_DRAWN = {
    "error": "an exception class",
    "PymishaWarning": "a warning class",
    "CONFIG": "a dictionary, no function",
    "gdb_examples_path": _OTHER_DATA,
    "gdb_init_examples": _OTHER_DATA,
    "gdataset_example_path": _OTHER_DATA,
    "gdb_build_genome": _DOWNLOADS,
    "gdb_create_genome": _DOWNLOADS,
    "gdb_genome_info": _DOWNLOADS,
    "gdb_install_intervals": _DOWNLOADS,
    "gdb_list_genomes": _DOWNLOADS,
    "gtrack_export_bigwig": "needs programs of UCSC there",
}
_GENES = "does nothing on the other side (C62)"
NOT_DRAWN_KEYWORDS = {
    ("gdb_create", "genes_file"): _GENES,
    ("gdb_create", "annots_file"): _GENES,
    ("gdb_create", "annots_names"): _GENES,
    ("gdb_convert_to_indexed", "threads"): "only here",
    ("gintervals_annotate", "intervals_set_out"): "spoils the answer there (C62)",
}

_READS = ("gintervals_load", "gintervals_ls", "gtrack_info", "gtrack_ls", "gtrack_exists")
_CHANGING = (
    "gtrack_", "gdb_", "gdir_", "gdataset_", "gsetroot", "gmax_", "open", "gintervals_save",
    "gintervals_update", "gintervals_rm", "gintervals_attr_", "gintervals_convert",
    "gintervals_2d_convert",
)  # fmt: skip


def draw_steps(rng: random.Random, domain: str) -> tuple[Step, ...]:
    """Make a program of one domain up.

    Parameters
    ----------
    rng : random.Random
        Seeded source of chance.
    domain : str
        Key of `DOMAINS`.

    Returns
    -------
    tuple of Step
        Arguments may hold ``{home}``, the folder of `write_ground`. A step ``open`` reads a file.

    Examples
    --------
    >>> name, args, kwargs = draw_steps(random.Random(1), "sequences")[0]
    >>> name.startswith("g")
    True
    """
    return rng.choice(DOMAINS[domain][0])(rng)


def needs_copy(steps: Iterable[Step]) -> bool:
    """Tell whether a program writes, or changes the session, so that it needs its own folder.

    Examples
    --------
    >>> needs_copy([("gextract", ("d10",), {})])
    False
    """
    return any(
        "intervals_set_out" in kwargs
        or "file" in kwargs
        or (name.startswith(_CHANGING) and name not in _READS)
        for name, _, kwargs in steps
    )


def keywords_of(module: Any, step: Step) -> set[str]:
    """Return the parameters that a step gives, by position or by name.

    Examples
    --------
    >>> from misha_xr import pm
    >>> sorted(keywords_of(pm, ("gdir_cd", ("ns",), {})))
    ['dir']
    """
    name, args, kwargs = step
    signature = inspect.signature(getattr(module, name))
    try:
        return {*signature.bind_partial(*args, **kwargs).arguments, *kwargs}
    except TypeError:
        return set()
