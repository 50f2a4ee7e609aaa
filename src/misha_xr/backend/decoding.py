"""Make the indexes of a Dataset that was read from zarr or netCDF: `decode`.

What the attrs say about an axis is compared with the coordinates that were read, so that a file
which was changed by others is either read as what it holds now, or refused.
"""

from __future__ import annotations

import json
from collections.abc import Hashable, Mapping
from os import PathLike
from typing import Any, Literal, TypeAlias, TypeVar, cast

import numpy as np
import xarray as xr

from misha_xr.backend.axis_index import AxisIndex
from misha_xr.backend.blockwise import with_indexes
from misha_xr.backend.descriptions import (
    AXES,
    SIZES,
    AxisDescription,
    described_axes,
    read_genome,
)
from misha_xr.backend.index import GenomeIndex
from misha_xr.backend.record_places import RowsRead, rows_index
from misha_xr.database import Store
from misha_xr.errors import GenomeMismatchError, MishaError, check_one_of
from misha_xr.genome import Genome
from misha_xr.intervals.references import GenomeLike, find_genome

__all__ = ["Verify", "decode", "with_axes"]

Verify: TypeAlias = Literal["sampled", "all"]
Labelled = TypeVar("Labelled", xr.Dataset, xr.DataArray)

_N_SAMPLES = 64


def decode(
    obj: Labelled,
    *,
    database: str | PathLike[str] | Any = None,
    genome: GenomeLike = None,
    verify: Verify = "sampled",
) -> Labelled:
    """Give a Dataset read from a file its axes back: lazy coordinates and indexes.

    Parameters
    ----------
    obj : Dataset or DataArray
        As `xarray.open_zarr` or `xarray.open_dataset` return it, of something that was written by
        `to_zarr` or `to_netcdf`, best after ``ds.misha.encode()``.
    database : path-like or Database, optional
        The database that queries should read. Its genome must be that of the file; records and
        objects are looked up in its tracks.
    genome : Genome, Dataset, or mapping of str to int, optional
        The genome or its sizes, where neither the file nor a database says it.
    verify : {"sampled", "all"}
        Coordinates of regular bins are compared with the axis at both ends, and positions at 64
        places between, or everywhere. Others are compared everywhere in any case.

    Returns
    -------
    Dataset or DataArray
        ``sel(chrom=...)`` and the methods of ``.misha`` work again; without ``database`` those
        that read tracks do not. Axes that have an index already are left as they are.

    Raises
    ------
    GenomeMismatchError
        A ValueError, if the genome given is not that of the file, or coordinates are not those of
        the axis that the file names; the message says which.
    MishaError
        If nothing in the object describes an axis, or the genome is not known.

    Notes
    -----
    Bins of a genome of up to 64 chromosomes can be decoded from plain ``ds.to_zarr(...)``, too.
    With more, names and sizes are in the file only after ``ds.misha.encode()``: 20 MB of text for
    a million contigs.

    Examples
    --------
    >>> import misha_xr
    >>> import xarray as xr
    >>> db = misha_xr.example_database()
    >>> ds = xr.open_dataset(db.root, engine="misha", tracks=["dense_track"])
    >>> saved = ds.misha.sel("chr1:0-1,000").misha.encode().load()  # or a file
    >>> misha_xr.decode(saved).misha.sel("chr1:100-200").sizes["bin_50"]
    2
    """
    check_one_of("verify", verify, ["sampled", "all"])
    variables = _variables(obj)
    axes = _undecoded(obj, variables)
    if not axes:
        if any(isinstance(index, AxisIndex) for index in obj.xindexes.values()):
            return obj
        raise MishaError(
            f"no coordinate of this {type(obj).__name__} describes an axis of a genome",
            hint="save with ds.misha.encode(), or make the index of bins by ds.set_xindex([...], "
            "misha_xr.backend.GenomeIndex, genome=..., bin_size=...)",
        )
    store = _store(database)
    given = store.genome if store else find_genome(genome) if genome is not None else None
    found = given if given is not None else _genome(obj, variables)
    indexes = [
        _index(axis, dim, variables, _checked(found, axis, given), store, verify)
        for dim, axis in axes.items()
    ]
    return cast("Labelled", _attached(obj, indexes, variables))


def with_axes(obj: Labelled) -> Labelled:
    """Return an object as the accessors take it: decoded, if it was read from a file.

    Parameters
    ----------
    obj : Dataset or DataArray
        Anything.

    Returns
    -------
    Dataset or DataArray
        The object itself if it has an axis, or if nothing in it describes one.
    """
    if any(isinstance(index, AxisIndex) for index in obj.xindexes.values()):
        return obj
    return decode(obj) if _undecoded(obj, _variables(obj)) else obj


def _variables(obj: xr.Dataset | xr.DataArray) -> Mapping[Hashable, xr.Variable]:
    return obj.variables if isinstance(obj, xr.Dataset) else obj.coords.variables


def _undecoded(
    obj: xr.Dataset | xr.DataArray, variables: Mapping[Hashable, xr.Variable]
) -> dict[Hashable, AxisDescription]:
    """Return the axes described, by dimension, but those that have an index."""
    texts = json.loads(_attribute(obj, AXES) or "{}")
    axes = {dim: AxisDescription.parse(text) for dim, text in texts.items() if dim in obj.dims}
    axes |= described_axes(variables)
    done = {index.dim for index in obj.xindexes.values() if isinstance(index, AxisIndex)}
    return {dim: axis for dim, axis in axes.items() if dim not in done}


def _attribute(obj: xr.Dataset | xr.DataArray, key: str) -> Any:
    """Return an attribute of an object, or of one of its variables."""
    holders = [obj, *(obj.data_vars.values() if isinstance(obj, xr.Dataset) else ())]
    holders += list(obj.coords.values())
    return next((holder.attrs[key] for holder in holders if key in holder.attrs), None)


def _store(database: Any) -> Store | None:
    """Return the store of what the caller gave: a path, a Database, a Store."""
    if database is None:
        return None
    found = getattr(database, "store", database)
    return found if isinstance(found, Store) else Store(found)


def _genome(obj: xr.Dataset | xr.DataArray, variables: Mapping[Hashable, xr.Variable]) -> Genome:
    text = _attribute(obj, SIZES)
    if text is None:
        raise MishaError(
            "the names and sizes of chromosomes were not saved with these coordinates",
            hint="say which genome it is: misha_xr.decode(ds, database='...'), or save with "
            "ds.misha.encode()",
        )
    return read_genome(text)


def _checked(found: Genome, axis: AxisDescription, given: Genome | None) -> Genome:
    if found.stamp != axis.genome:
        whose = "given" if given is not None else "saved with them"
        raise GenomeMismatchError(
            f"the coordinates {', '.join(axis.names)} lie on a genome with stamp {axis.genome}; "
            f"the genome {whose}, {found!r}, has {found.stamp}",
            hint="a genome is the same if names, order and sizes of its chromosomes are",
        )
    return found


def _index(
    axis: AxisDescription,
    dim: Hashable,
    variables: Mapping[Hashable, xr.Variable],
    genome: Genome,
    store: Store | None,
    verify: Verify,
) -> AxisIndex:
    if axis.kind == "bins":
        return _bins(axis, dim, variables, genome, store, verify)
    read = RowsRead(axis, {name: variables[name].values for name in axis.names}, genome)
    return rows_index(axis, dim, read, store)


def _bins(
    axis: AxisDescription,
    dim: Hashable,
    variables: Mapping[Hashable, xr.Variable],
    genome: Genome,
    store: Store | None,
    verify: Verify,
) -> GenomeIndex:
    """Return the index of bins: at the places described, else at those that the values give."""
    assert axis.bin_size is not None
    fields = dict(zip(GenomeIndex.fields, axis.names, strict=True))
    written: dict[Hashable, xr.Variable] = {
        name: variables[name] for name in axis.names if name in variables
    }
    described = GenomeIndex(
        genome.axis(axis.bin_size), dim=dim, names=fields, positions=axis.places, store=store
    )
    if not written:
        return described
    if verify == "sampled" and axis.places is not None and _agrees(described, written):
        return described
    options = {"genome": genome, "bin_size": axis.bin_size}
    read = GenomeIndex.from_variables(written, options=options)
    return described.replaced(positions=read.positions)


def _agrees(index: GenomeIndex, written: Mapping[Hashable, xr.Variable]) -> bool:
    """Compare coordinates with an axis at its ends and at places between."""
    n = len(index)
    if any(variable.shape != (n,) for variable in written.values()):
        return False
    if n == 0:
        return True
    places = np.unique(np.linspace(0, n - 1, _N_SAMPLES + 2).astype(np.int64))
    made = index.create_variables()
    for name, variable in written.items():
        # Text is slow to read, and files give it by whole chunks: names at both ends only.
        here = places[[0, -1]] if name == index.names["chrom"] else places
        if not np.array_equal(made[name][here].values, np.asarray(variable[here].values)):
            return False
    return True


def _attached(obj: Any, indexes: list[AxisIndex], variables: Mapping[Hashable, xr.Variable]) -> Any:
    for index in indexes:
        if obj.sizes[index.dim] != len(index):
            raise GenomeMismatchError(
                f"dimension {index.dim!r} was saved with {len(index):,} positions of its axis; it "
                f"has {obj.sizes[index.dim]:,}",
                hint="select after misha_xr.decode(ds), not before, where coordinates were left "
                "out of the file",
            )
    names = {name for index in indexes for name in index.names.values()}
    bare = obj.drop_vars([name for name in names if name in variables])
    decoded = with_indexes(bare, indexes, obj)
    decoded.attrs = {key: value for key, value in obj.attrs.items() if key not in (AXES, SIZES)}
    return decoded
