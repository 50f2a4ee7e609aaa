"""Values around many places as one labelled array: regions by tracks by offsets."""

from __future__ import annotations

from typing import Any

import numpy as np
import xarray as xr

from misha_xr import backend, query
from misha_xr.api.lazy import LazyMethods
from misha_xr.errors import closest_hint
from misha_xr.query import Expressions

__all__ = ["CubeMethods"]

_OPTIONS = ("variables", "vtracks", "arrays", "names")


class CubeMethods(LazyMethods):
    """Cubes; what a class mixes in that knows its store and its defaults.

    Examples
    --------
    >>> import misha_xr
    >>> isinstance(misha_xr.example_database(), CubeMethods)
    True
    """

    __slots__ = ()

    def stack(
        self,
        exprs: Expressions,
        intervals: Any,
        *,
        flank: int | tuple[int, int],
        bin: int | None = None,
        anchor: str = "center",
        strand_aware: bool | None = None,
        chunks: Any = None,
        dtype: Any = np.float64,
        **options: Any,
    ) -> xr.DataArray:
        """Stack the signal around many intervals into one lazy array.

        Parameters
        ----------
        exprs : str, list of str, or dict of str to str
            Tracks, virtual tracks or expressions; a dict gives names.
        intervals : str or DataFrame
            The regions: a table with `chrom`, `start`, `end`, a saved set, the name of a sparse
            track, or one region. Rows may overlap, repeat, and come in any order.
        flank : int or (int, int)
            Base pairs before and after the anchor; two numbers: upstream, downstream.
        bin : int, optional
            Base pairs of one offset. Default: the bin size of the dense tracks that are read. If
            it does not divide the flanks, the last offset has fewer bases.
        anchor : {"center", "start", "end"}
            What offset 0 is. Where strands count, start is the 5' end and end the 3' end.
        strand_aware : bool, optional
            Whether offsets of regions on the minus strand count down the chromosome, so that they
            always run downstream. Default: if there is a column `strand`; 0 counts as plus.
        chunks : int, dict or "auto", optional
            Make a dask array: so many regions per chunk, ``{}`` for a few million values, or as
            `DataArray.chunk`. Default: no dask, and values are kept once computed.
        dtype : dtype
            float64 or, with half the memory, float32, which holds the values of tracks exactly.
        **options
            ``variables`` (numbers), ``vtracks``, ``arrays`` and ``names``, as for `extract`.

        Returns
        -------
        DataArray, shape (n_regions, n_tracks, n_offsets)
            Dimensions ``region`` (labels of the table), ``track``, ``offset`` (base pairs from the
            anchor to the upstream edge of the bin), and the coordinates `chrom`, `start`, `end` and
            `strand` of the regions as given. NaN where there is no value, and outside the
            chromosome. A part that is selected reads those regions, tracks and offsets only.

        Raises
        ------
        IntervalError, UnknownChromosomeError
            For regions that are none of this genome, and where strands are wanted but missing.
        IteratorError
            If there is no `bin` and the tracks have none in common.
        TrackTypeError
            For intervals of two dimensions.
        MishaError
            For anything wrong with the expressions. Reading raises StaleFileError once a track was
            replaced.

        Notes
        -----
        A value is what `extract` gives with that bin as its step: for a track the mean of every
        stored value that shares a base with it, each counted once. The centre of an odd number of
        bases is the border upstream of the middle base, so that offset 0 begins with that base on
        either strand. Memory is that of the values read and a few megabytes for each thread.

        Examples
        --------
        >>> import misha_xr
        >>> db = misha_xr.example_database()
        >>> cube = db.stack("dense_track", "annotations", flank=500, anchor="start")
        >>> cube.dims, cube.sizes["offset"]
        (('region', 'track', 'offset'), 20)
        >>> profile = cube.mean("region")
        >>> bool(profile.sel(offset=0).notnull().all())
        True
        """
        _check_options(options)
        given = self._question(exprs, {"vtracks": None, **options, "scope": "genome"})
        context = {name: given[name] for name in _OPTIONS if given.get(name) is not None}
        where: dict[str, Any] = {"flank": flank, "bin": bin, "anchor": anchor}
        cube = query.build_cube(
            self.store, exprs, intervals, **where, strand_aware=strand_aware, **context
        )
        return backend.cube_array(cube, chunks, dtype)


def _check_options(options: dict[str, Any]) -> None:
    for name in options:
        if name not in _OPTIONS:
            hint = closest_hint(name, _OPTIONS) or f"known: {', '.join(_OPTIONS)}"
            raise TypeError(f"unknown keyword {name!r}\n  Hint: {hint}")
    query.check_mapping("vtracks", options.get("vtracks"))
    query.check_mapping("variables", options.get("variables"))
