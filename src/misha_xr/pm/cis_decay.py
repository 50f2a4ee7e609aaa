"""Classic call that counts contacts by distance."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from misha_xr.pm.calls import classic
from misha_xr.pm.questions import question
from misha_xr.query import cis_decay

__all__ = ["CisDecayResult", "gcis_decay"]


class CisDecayResult(np.ndarray[Any, np.dtype[np.float64]]):
    """Counts of contacts: an array that remembers its breaks and labels.

    Attributes
    ----------
    breaks : list of float
        Breaks of distance.
    bin_labels : list of str
        One per row, e.g. ``"(0,50]"``.
    col_labels : list of str
        ``"intra"``, ``"inter"``.

    Examples
    --------
    >>> CisDecayResult.of(np.zeros((1, 2)), [0, 50], include_lowest=False).bin_labels
    ['(0,50]']
    """

    breaks: list[float]
    bin_labels: list[str]
    col_labels: list[str]

    @classmethod
    def of(
        cls, counts: NDArray[Any], breaks: Sequence[float], *, include_lowest: bool
    ) -> CisDecayResult:
        """Label counts.

        Parameters
        ----------
        counts : array, shape (n_bins, 2)
            What is labelled.
        breaks : sequence of float, n_bins + 1 items
            Breaks of distance.
        include_lowest : bool
            Whether the first bin is closed on the left.

        Returns
        -------
        CisDecayResult
            float64.

        Examples
        --------
        >>> CisDecayResult.of(np.zeros((1, 2)), [0, 1e6], include_lowest=True).bin_labels
        ['[0,1e+06]']
        """
        found = np.asarray(counts, np.float64).view(cls)
        found.breaks = [float(edge) for edge in breaks]
        edges = [f"{edge:g}" for edge in found.breaks]
        found.bin_labels = [f"({low},{high}]" for low, high in itertools.pairwise(edges)]
        if include_lowest:
            found.bin_labels[0] = f"[{found.bin_labels[0][1:]}"
        found.col_labels = ["intra", "inter"]
        return found


@classic()
def gcis_decay(  # the signature of the classic API
    expr: str,
    breaks: list[float],
    src: pd.DataFrame,
    domain: pd.DataFrame,
    intervals: pd.DataFrame | str | None = None,
    include_lowest: bool = False,
    iterator: str | None = None,
    band: tuple[int, int] | None = None,
) -> CisDecayResult:
    """Count contacts within chromosomes by distance, inside one domain and between domains.

    Parameters
    ----------
    expr : str
        A 2D track, or an expression over one; its values do not matter.
    breaks : list of float
        Bins of distance in base pairs, open to the left.
    src : DataFrame or str
        Intervals, united first: contacts count whose first side lies wholly in one.
    domain : DataFrame or str
        Intervals: a contact is ``intra`` if one of them holds both its sides.
    intervals : DataFrame or str, optional
        Where. Of one dimension: both sides must share a base with it.
    include_lowest : bool
        Close the first bin on the left.
    iterator : optional
        In what steps of two dimensions; None: the objects of the track.
    band : (int, int), optional
        Shrinks contacts to a band along the diagonal first.

    Returns
    -------
    CisDecayResult
        float64 array, shape (n_bins, 2), with the attributes `breaks`, `bin_labels`, `col_labels`.

    Raises
    ------
    StatisticsError
        If breaks are not at least two increasing numbers.
    TrackTypeError
        If the track has one dimension.
    ValueError
        If `src` or `domain` is None.

    See Also
    --------
    misha_xr.Database.cis_decay : The native form.

    Notes
    -----
    Differs from pymisha: names of sets and tracks, scopes of two dimensions, the iterator and
    expressions over several tracks work; a scope of one dimension keeps what lies in it; decreasing
    breaks are refused; tracks with an index work (there: zeros).

    Examples
    --------
    >>> from misha_xr import pm
    >>> _ = pm.gdb_init_examples()
    >>> all_of_it = pm.gintervals_all()
    >>> pm.gcis_decay("points_track", [0, 1e5, 2e5], all_of_it, all_of_it).shape
    (2, 2)
    """
    if src is None or domain is None or breaks is None:
        raise ValueError("gcis_decay needs breaks, src and domain")
    database, context = question(expr, intervals, iterator, band)
    options: dict[str, Any] = {"include_lowest": include_lowest, **context}
    counts = cis_decay(database.store, expr, breaks, src, domain, **options)
    return CisDecayResult.of(counts.values, breaks, include_lowest=include_lowest)
