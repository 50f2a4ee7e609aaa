"""Misha genomic databases as first-class citizens of xarray and pandas.

Names load on first use: xarray imports the entry point of every engine it lists, and must neither
wait for the kernels nor stumble over a broken build.
"""

from __future__ import annotations

import sys as _sys
from importlib import import_module
from importlib.metadata import version as _version
from typing import TYPE_CHECKING, Any

if "misha_xr_command" not in _sys.modules:  # the command has no use for accessors, nor for xarray
    from misha_xr import accessors as accessors

if TYPE_CHECKING:
    from misha_xr.api import (
        Database,
        create_database,
        example_database,
        link_database,
        open_database,
    )
    from misha_xr.backend.combining import combine_attrs
    from misha_xr.backend.decoding import decode
    from misha_xr.errors import MishaError, MishaWarning
    from misha_xr.genome import Genome
    from misha_xr.options import set_options
    from misha_xr.query import CartesianGrid, EachInterval, VirtualTrack

__version__ = _version("misha-xr")

__all__ = [
    "CartesianGrid",
    "Database",
    "EachInterval",
    "Genome",
    "MishaError",
    "MishaWarning",
    "VirtualTrack",
    "combine_attrs",
    "create_database",
    "decode",
    "example_database",
    "link_database",
    "open_database",
    "set_options",
]

_HOMES = {
    "CartesianGrid": "misha_xr.query",
    "Database": "misha_xr.api",
    "EachInterval": "misha_xr.query",
    "Genome": "misha_xr.genome",
    "MishaError": "misha_xr.errors",
    "MishaWarning": "misha_xr.errors",
    "VirtualTrack": "misha_xr.query",
    "combine_attrs": "misha_xr.backend.combining",
    "create_database": "misha_xr.api",
    "decode": "misha_xr.backend.decoding",
    "example_database": "misha_xr.api",
    "link_database": "misha_xr.api",
    "open_database": "misha_xr.api",
    "set_options": "misha_xr.options",
}

_PACKAGES = frozenset({"errors", "intervals", "pm", "sequence"})


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    if name in _PACKAGES:
        return import_module(f"misha_xr.{name}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOMES, *_PACKAGES})
