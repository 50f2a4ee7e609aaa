"""Datasets as zarr folders, built beside their place."""

from __future__ import annotations

import importlib.util
import os
from contextlib import suppress
from pathlib import Path

import xarray as xr

from misha_xr.backend.encoding import CoordinateForm, encode
from misha_xr.database.writing import disk
from misha_xr.errors import MissingExtraError, OutputError, OutputExistsError

__all__ = ["export_zarr"]


def export_zarr(
    ds: xr.Dataset,
    path: str | os.PathLike[str],
    *,
    coordinates: CoordinateForm = "values",
    overwrite: bool = False,
) -> Path:
    """Write a Dataset of a database as a zarr folder.

    Parameters
    ----------
    ds : Dataset
        With axes of a database; best chunked: it is computed chunk by chunk.
    path : path-like
        The folder.
    coordinates : {"values", "described"}
        See `encode`.
    overwrite : bool
        Replace a folder that is there, in one step.

    Returns
    -------
    Path
        The folder, absolute. It is complete or absent.

    Raises
    ------
    OutputError, OutputExistsError
        If it cannot be there.
    MissingExtraError
        If zarr is not installed.

    Examples
    --------
    >>> import tempfile
    >>> from misha_xr.database import example_database_path
    >>> ds = xr.open_dataset(example_database_path(), engine="misha", tracks="dense_track")
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     target = export_zarr(ds, Path(folder, "a.zarr"), coordinates="described")
    ...     sorted(xr.open_zarr(target, consolidated=False).data_vars)
    ['dense_track']
    """
    if importlib.util.find_spec("zarr") is None:
        raise MissingExtraError("zarr is not installed", hint="pip install 'misha-xr[zarr]'")
    target = Path(os.path.abspath(Path(path).expanduser()))  # noqa: PTH100 - links stay
    if not target.parent.is_dir():
        raise OutputError(f"cannot write {target}: the folder {target.parent} does not exist")
    if os.path.lexists(target) and not overwrite:
        raise OutputExistsError(f"{target} exists", hint="overwrite=True replaces it")
    if os.path.lexists(target) and not target.is_dir():
        raise OutputError(f"cannot write {target}: a file has this name")
    beside = disk.unused_name(target, "tmp")
    try:
        encode(ds, coordinates).to_zarr(beside, mode="w-", consolidated=False)
        disk.sync_tree(beside)
        if target.is_dir():
            disk.exchange(beside, target)
        else:
            _name_it(beside, target)
        disk.sync_folder(target.parent)
    finally:
        if beside.exists():
            with suppress(OSError):
                disk.remove_tree(beside)
    return target


def _name_it(beside: Path, target: Path) -> None:
    try:
        disk.rename_new(beside, target)
    except FileExistsError as error:
        raise OutputExistsError(f"{target} exists") from error
