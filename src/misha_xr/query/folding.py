"""From a query and a sink to a filled sink: partitions scanned by whoever, combined in order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol, TypeVar

from misha_xr.query.executor import PartMaker, run_partitions
from misha_xr.query.plan import plan
from misha_xr.query.query import Query
from misha_xr.query.scan import Part

__all__ = ["Sink", "fold"]

P = TypeVar("P", bound=Part)
S = TypeVar("S", bound="Sink[Any]")


class Sink(PartMaker[P], Protocol[P]):
    """What makes parts and takes them back, filled, in order.

    Examples
    --------
    >>> from misha_xr.query.summaries import SummaryPart, SummarySink
    >>> sink: Sink[SummaryPart] = SummarySink(n_columns=1)
    >>> sink.combine(sink.part(0, 10))
    """

    def combine(self, part: P) -> None:
        """Take the next part.

        Parameters
        ----------
        part : Part
            Filled, from here or from another process.
        """
        ...


def fold(query: Query, sink: S, ranges: Sequence[tuple[int, int]] | None = None) -> S:
    """Scan a query into a sink.

    Parameters
    ----------
    query : Query
        What is asked.
    sink : Sink
        Takes the parts.
    ranges : sequence of (lo, hi), optional
        Steps to scan. Default: all, cut by the plan.

    Returns
    -------
    Sink
        The same, filled. Its contents do not depend on the number of workers.

    Examples
    --------
    >>> import misha_xr
    >>> from misha_xr.query.query import build_query
    >>> from misha_xr.query.summaries import SummarySink
    >>> query = build_query(misha_xr.example_database().store, "dense_track", scope="chr1")
    >>> float(fold(query, SummarySink(1)).moments[0].series("x")["Total intervals"])
    10000.0
    """
    for part in run_partitions(query, sink, plan(query) if ranges is None else ranges):
        sink.combine(part)
    return sink
