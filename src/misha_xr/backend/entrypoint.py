"""The xarray engine ``misha``: what `xarray.open_dataset` finds and calls.

Every engine of a process is imported when any file is opened, so this module imports nothing
compiled: a broken build then fails for misha databases only, with its own error.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from xarray.backends import BackendEntrypoint

if TYPE_CHECKING:
    import xarray as xr

    from misha_xr.backend.selection import Choice
    from misha_xr.database import Store

__all__ = ["MishaBackendEntrypoint"]


class MishaBackendEntrypoint(BackendEntrypoint):
    """Open misha databases as lazy Datasets.

    Examples
    --------
    >>> import xarray as xr
    >>> from misha_xr.database.example import example_database_path
    >>> ds = xr.open_dataset(example_database_path(), engine="misha", tracks="dense_track")
    >>> ds["dense_track"].dims
    ('bin_50',)
    """

    description: ClassVar[str] = "Open misha genomic databases (folders with tracks/)"
    url: ClassVar[str] = ""
    supports_groups: ClassVar[bool] = True
    # Set by hand: xarray fills it in for engines called by name only, not for the class itself.
    open_dataset_parameters: ClassVar[tuple[str, ...] | None] = (
        "filename_or_obj",
        "drop_variables",
        "tracks",
        "datasets",
        "group",
        "layout",
        "sets",
    )

    def guess_can_open(self, filename_or_obj: Any) -> bool:
        """Tell whether this is the folder of a database: two looks at the disk, never an error.

        Parameters
        ----------
        filename_or_obj : object
            Whatever was given to `xarray.open_dataset`.

        Returns
        -------
        bool
            True for a folder with ``tracks/`` and ``chrom_sizes.txt``.
        """
        try:
            path = Path(filename_or_obj).expanduser()
            return (path / "chrom_sizes.txt").is_file() and (path / "tracks").is_dir()
        except (TypeError, ValueError, OSError, RuntimeError):
            return False

    def open_dataset(  # type: ignore[override]  # a path is needed
        self,
        filename_or_obj: str | PathLike[str],
        *,
        drop_variables: str | Iterable[str] | None = None,
        tracks: str | Iterable[str] | re.Pattern[str] | None = None,
        datasets: str | PathLike[str] | Iterable[str | PathLike[str]] = (),
        group: str | None = None,
        layout: Literal["auto", "variables", "stacked"] = "auto",
        sets: str | Iterable[str] | re.Pattern[str] | None = None,
    ) -> xr.Dataset:
        """Open a database.

        Parameters
        ----------
        filename_or_obj : path-like
            The root folder; ``~`` is understood.
        drop_variables : str or iterable of str, optional
            Tracks, or coordinates of a whole axis, to leave out.
        tracks : str, iterable of str, or compiled pattern, optional
            A name or glob (``"chip.*"``), names, or a pattern that is searched in names. Default:
            all tracks.
        datasets : path-like or iterable of path-like
            Further roots, whose tracks join those of the database.
        group : str, optional
            One axis only, ``"bin_50"``, ``"sparse/<track>"``, ``"array/<track>"``,
            ``"rect/<track>"`` or ``"set/<interval set>"``: coordinates are then called ``chrom``,
            ``start``, ``end``.
        layout : {"auto", "variables", "stacked"}
            ``variables``: a variable per track. ``stacked``: one variable ``dense_<bin size>`` with
            a dimension of tracks; more than 50 sparse and 2D tracks as one variable ``sparse``, and
            one ``rect``, with a coordinate of track names. ``auto``: stacked above 500 dense tracks
            of one bin size, or 50 other tracks that were not named one by one; warns.
            ``ds.misha["name"]`` and all queries work the same in each.
        sets : str, iterable of str, or compiled pattern, optional
            Interval sets to show: names, glob or pattern as for tracks. Their further columns are
            variables ``<set>_<column>``. Default: none.

        Returns
        -------
        Dataset
            Lazy: no track data is read.

        Raises
        ------
        DatabaseNotFoundError
            A FileNotFoundError, if there is no database.
        UnknownTrackError
            If a track named is not there, or a pattern matches none; an interval set:
            UnknownSetError.
        ValueError
            For a group or layout that does not exist.
        """
        from misha_xr.backend.assembly import assemble
        from misha_xr.backend.layouts import arrange

        if not isinstance(group, str | None):
            raise TypeError(f"group is text such as 'bin_50'; found {group!r}")
        group = (group or "").strip("/")
        if group.startswith("set/"):
            sets = [group.removeprefix("set/")]
        store, choice = _opened(filename_or_obj, datasets, tracks, drop_variables, layout, sets)
        is_named = tracks is not None and not isinstance(tracks, str | re.Pattern)
        shown = choice.only(group) if group else choice
        arranged = arrange(shown, layout, is_named=is_named or bool(group), stacklevel=4)
        ds = assemble(store, arranged, plain=bool(group))
        return ds.drop_vars([name for name in _names(drop_variables) if name in ds.variables])

    def open_groups_as_dict(  # type: ignore[override]  # as above
        self,
        filename_or_obj: str | PathLike[str],
        *,
        drop_variables: str | Iterable[str] | None = None,
        tracks: str | Iterable[str] | re.Pattern[str] | None = None,
        datasets: str | PathLike[str] | Iterable[str | PathLike[str]] = (),
        layout: Literal["auto", "variables", "stacked"] = "auto",
        sets: str | Iterable[str] | re.Pattern[str] | None = None,
    ) -> dict[str, xr.Dataset]:
        """Open every axis as a Dataset of its own, with plain coordinate names.

        Parameters
        ----------
        filename_or_obj, drop_variables, tracks, datasets, layout, sets
            As for `open_dataset`.

        Returns
        -------
        dict of str to Dataset
            By group: ``/``, ``/bin_50``, ``/sparse/<track>``, ``/array/<track>``,
            ``/rect/<track>``, ``/set/<interval set>``.
        """
        from misha_xr.backend.assembly import assemble, build_nodes
        from misha_xr.backend.layouts import Arrangement, arrange
        from misha_xr.backend.selection import Choice

        store, choice = _opened(filename_or_obj, datasets, tracks, drop_variables, layout, sets)
        # A tree with any number of nodes is quick, so that only dense tracks are stacked unasked.
        arranged = arrange(choice, layout, is_named=layout == "auto", stacklevel=4)
        empty = assemble(store, Arrangement(Choice()))
        return {"/": empty} | {f"/{name}": ds for name, ds in build_nodes(store, arranged).items()}

    def open_datatree(  # type: ignore[override]  # as above
        self,
        filename_or_obj: str | PathLike[str],
        *,
        drop_variables: str | Iterable[str] | None = None,
        tracks: str | Iterable[str] | re.Pattern[str] | None = None,
        datasets: str | PathLike[str] | Iterable[str | PathLike[str]] = (),
        layout: Literal["auto", "variables", "stacked"] = "auto",
        sets: str | Iterable[str] | re.Pattern[str] | None = None,
    ) -> xr.DataTree:
        """Open a database as a tree with a node per axis.

        Parameters
        ----------
        filename_or_obj, drop_variables, tracks, datasets, layout, sets
            As for `open_dataset`.

        Returns
        -------
        DataTree
            Nodes ``bin_50``, ``sparse/<track>``, ``array/<track>``, ``rect/<track>``,
            ``set/<interval set>``; suits any number of tracks.
        """
        import xarray as xr

        nodes = self.open_groups_as_dict(
            filename_or_obj,
            drop_variables=drop_variables,
            tracks=tracks,
            datasets=datasets,
            layout=layout,
            sets=sets,
        )
        return xr.DataTree.from_dict(nodes)


def _opened(
    root: str | PathLike[str],
    datasets: str | PathLike[str] | Iterable[str | PathLike[str]],
    tracks: str | Iterable[str] | re.Pattern[str] | None,
    drop: str | Iterable[str] | None,
    layout: str,
    sets: str | Iterable[str] | re.Pattern[str] | None,
) -> tuple[Store, Choice]:
    """Check the arguments, open the store and choose its tracks."""
    from misha_xr.backend.selection import choose_sets, choose_tracks
    from misha_xr.database import Store
    from misha_xr.errors import check_one_of

    check_one_of("layout", layout, ["auto", "variables", "stacked"])
    listed = [datasets] if isinstance(datasets, str | PathLike) else datasets
    further = [Path(path).expanduser().absolute() for path in listed]
    # Absolute, so that a later change of the working directory changes nothing.
    store = Store(Path(root).expanduser().absolute(), further)
    choice = choose_tracks(store, tracks, _names(drop))
    choice.sets = choose_sets(store, sets)
    return store, choice


def _names(drop: str | Iterable[str] | None) -> list[str]:
    if drop is None:
        return []
    return [drop] if isinstance(drop, str) else list(drop)
