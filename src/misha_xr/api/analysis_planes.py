"""Analyses of contact maps: the same for a Database and a Dataset."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
import xarray as xr

from misha_xr import query
from misha_xr.api.sequences import SequenceMethods

__all__ = ["PlaneAnalyses"]


class PlaneAnalyses(SequenceMethods):
    """Decay of contacts, insulation; what a class mixes in that knows its store and its defaults.

    Examples
    --------
    >>> import misha_xr
    >>> hasattr(misha_xr.example_database(), "cis_decay")
    True
    """

    __slots__ = ()

    def cis_decay(
        self,
        expression: str,
        breaks: Sequence[float],
        sources: pd.DataFrame | str,
        domains: pd.DataFrame | str,
        scope: Any = None,
        iterator: Any = None,
        band: Any = None,
        *,
        include_lowest: bool = False,
        **options: Any,
    ) -> xr.DataArray:
        """Count contacts within chromosomes by distance, inside one domain and between domains.

        Parameters
        ----------
        expression : str
            A 2D track, or an expression over one; its values do not matter.
        breaks : sequence of float
            Bins of distance in base pairs, ``(b[k], b[k + 1]]``.
        sources : DataFrame or str
            Intervals, united first; contacts count whose first side lies wholly in one.
        domains : DataFrame or str
            Intervals. A contact lies inside if one of them holds both its sides.
        scope, iterator, band, **options
            As for `extract`. A scope of two dimensions cuts contacts; one of one dimension keeps
            those that share a base with it on both sides.
        include_lowest : bool
            Close the first bin on the left.

        Returns
        -------
        DataArray of int64, shape (n_bins, 2)
            Dimensions ``distance`` and ``domains`` (``"intra"``, ``"inter"``).

        Raises
        ------
        StatisticsError
            If breaks are not at least two increasing numbers.
        TrackTypeError
            If the expression has one dimension.

        Examples
        --------
        >>> import misha_xr
        >>> db = misha_xr.example_database()
        >>> counts = db.cis_decay("points_track", [0, 1e5, 2e5], "genome", "chr1:0-200000")
        >>> counts.sizes["distance"]
        2
        """
        options |= {"scope": scope, "iterator": iterator, "band": band}
        options.setdefault("vtracks", None)
        given = self._question(expression, options)
        how: dict[str, Any] = {"include_lowest": include_lowest}
        return query.cis_decay(self.store, expression, breaks, sources, domains, **how, **given)

    def insulation_borders(
        self, track: str, threshold: float, scope: Any = None, iterator: Any = 500, **options: Any
    ) -> pd.DataFrame:
        """Find where an insulation score is present and below a threshold.

        Parameters
        ----------
        track : str
            A track or virtual track of one dimension.
        threshold : float
            A finite number.
        scope, iterator, **options
            As for `extract`; by default steps of 500 base pairs.

        Returns
        -------
        DataFrame, shape (m, 3)
            `chrom`, `start`, `end`; steps that touch are joined. May be empty.

        Raises
        ------
        StatisticsError
            If the threshold is no finite number.

        Examples
        --------
        >>> import misha_xr
        >>> borders = misha_xr.example_database().insulation_borders("dense_track", 0.1, "chr1")
        >>> borders.columns.tolist()
        ['chrom', 'start', 'end']
        """
        given = self._insulation(track, scope, options)
        return query.insulation_borders(self.store, track, threshold, iterator=iterator, **given)

    def insulation_domains(
        self, track: str, threshold: float, scope: Any = None, iterator: Any = 500, **options: Any
    ) -> pd.DataFrame:
        """Find where an insulation score is missing or above a threshold.

        Parameters
        ----------
        track, threshold, scope, iterator, **options
            As for `insulation_borders`.

        Returns
        -------
        DataFrame, shape (m, 3)
            As `insulation_borders`. A chromosome without data is one domain.

        Raises
        ------
        StatisticsError
            If the threshold is no finite number.

        Examples
        --------
        >>> import misha_xr
        >>> domains = misha_xr.example_database().insulation_domains("dense_track", 0.1, "chr1")
        >>> len(domains) > 0
        True
        """
        given = self._insulation(track, scope, options)
        return query.insulation_domains(self.store, track, threshold, iterator=iterator, **given)

    def _insulation(self, track: str, scope: Any, options: dict[str, Any]) -> dict[str, Any]:
        """Fill the keywords of a question about one track."""
        options |= {"scope": scope}
        options.setdefault("vtracks", None)
        return self._question(f"`{track}`", options)
