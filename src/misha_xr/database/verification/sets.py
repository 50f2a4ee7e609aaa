"""Checks of one interval set."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from misha_xr.database.big_sets import read_meta
from misha_xr.database.store import Store
from misha_xr.database.verification.findings import Finding, trouble
from misha_xr.errors import CorruptFileError
from misha_xr.intervals import is_2d

__all__ = ["verify_set"]

COPY = "copy the set again from where it is whole, or save it anew"
INDICES = ("intervals.idx", "intervals2d.idx")


def verify_set(store: Store, name: str) -> Iterator[Finding]:
    """Check an interval set.

    Parameters
    ----------
    store : Store
        The database.
    name : str
        The set.

    Yields
    ------
    Finding
        What is wrong.

    Notes
    -----
    Source: misha file format, interval sets.

    Examples
    --------
    >>> import misha_xr
    >>> list(verify_set(misha_xr.example_database().store, "annotations"))
    []
    """
    thing = f"interval set {name!r}"
    try:
        place = Path(store.set_path(name))
    except ValueError as error:
        yield Finding("error", thing, str(store.root), str(error), "rename one of them")
        return
    yield from trouble(thing, place, lambda: _read_rows(store, name, place), COPY)
    yield from trouble(
        f"attributes of {thing}", place, lambda: store.set_attributes(name), "write them again"
    )
    if place.is_dir() and (place / ".iattr").exists():
        indexed = [index for index in INDICES if (place / index).exists()]
        if indexed:
            yield Finding(
                "warning",
                thing,
                str(place / ".iattr"),
                "an indexed set with attributes: pymisha reads no rows of it",
                f"convert_intervals({name!r}, 'per-chromosome'), or remove the attributes",
            )


def _read_rows(store: Store, name: str, place: Path) -> None:
    n_rows = 0
    for frame in store.iterate_set(name):
        n_rows += len(frame)
        for suffix in ("1", "2") if is_2d(frame) else ("",):
            starts = frame[f"start{suffix}"].to_numpy()
            ends = frame[f"end{suffix}"].to_numpy()
            codes = store.genome.codes(frame[f"chrom{suffix}"])
            wrong = (starts < 0) | (starts > ends) | (ends > store.genome.sizes[codes])
            if wrong.any():
                row = int(np.argmax(wrong))
                raise CorruptFileError.at(
                    place,
                    0,
                    f"row {n_rows - len(frame) + row}: {starts[row]}-{ends[row]} is not inside its "
                    "chromosome",
                )
    if place.is_dir():
        stated = int(read_meta(str(place)).stats["size"].sum())
        if stated != n_rows:
            problem = f".meta states {stated:,} rows, the parts hold {n_rows:,}"
            raise CorruptFileError.at(place / ".meta", 0, problem)
