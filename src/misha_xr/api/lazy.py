"""Queries as Datasets whose variables are computed when read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import xarray as xr

from misha_xr import query
from misha_xr.api.analysis import AnalysisMethods
from misha_xr.query import Expressions, VirtualTrack

__all__ = ["LazyMethods"]


class LazyMethods(AnalysisMethods):
    """What a class mixes in whose queries can be looked at piece by piece.

    Examples
    --------
    >>> import misha_xr
    >>> isinstance(misha_xr.example_database(), LazyMethods)
    True
    """

    __slots__ = ()

    def evaluate(
        self,
        exprs: Expressions,
        scope: Any = None,
        iterator: Any = None,
        band: Any = None,
        variables: Mapping[str, Any] | None = None,
        vtracks: Mapping[str, VirtualTrack] | None = None,
        chunks: Any = None,
        **options: Any,
    ) -> xr.Dataset:
        """Return expressions as a Dataset that computes what is read of it, when it is read.

        Parameters
        ----------
        exprs, scope, iterator, band, variables, vtracks
            As for `extract`; errors in them are raised now.
        chunks : int, dict or "auto", optional
            Make a dask collection, as `Dataset.chunk` does; ``{}`` for chunks of a few million
            steps that end with chromosomes. Default: no dask, and values are kept once computed.
        **options
            ``names``, ``arrays``, ``aggregate_batch``, as for `extract`.

        Returns
        -------
        Dataset
            One float64 variable for each expression, with the values of `extract`, on the steps of
            the iterator. Steps that are whole bins, each at most once: dimension ``bin_<size>``,
            as a track of such bins. Others: dimension ``interval`` (two dimensions: ``object``),
            with their scope row (1-based) as coordinate ``intervalID``. A part that is selected
            computes those steps only. Attrs of a variable: ``expression`` and, as JSON,
            ``vtracks``.

        Raises
        ------
        MishaError
            For anything wrong with the question. Reading raises StaleFileError once a track was
            replaced.

        Notes
        -----
        The Dataset can be pickled and sent to a worker that sees the same files. Bins that do not
        follow one another take 8 bytes each for their places, all others none.

        Examples
        --------
        >>> import misha_xr
        >>> lazy = misha_xr.example_database().evaluate({"top": "dense_track * 2"}, iterator=100)
        >>> lazy["top"].sel(chrom="chr1:0-250").sizes["bin_100"]
        3
        """
        query.check_mapping("vtracks", vtracks)
        options |= {"scope": scope, "iterator": iterator, "band": band}
        options |= {"variables": variables, "vtracks": vtracks}
        context = self._question(exprs, options)
        question = query.build_query(self.store, exprs, **context)
        from misha_xr.backend.evaluated import evaluated  # on first use, as all of the backend

        return evaluated(question, context.get("vtracks") or {}, chunks)
