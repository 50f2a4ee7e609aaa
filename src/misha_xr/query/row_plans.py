"""Plans of tables that queries write: the columns, as they will be, before any row is known."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from misha_xr.query.frames import table_frame
from misha_xr.query.plan import BLOCK_STEPS, split
from misha_xr.query.query import Query
from misha_xr.query.row_writing import RowPlan
from misha_xr.query.table import TableLayout, TablePart

__all__ = ["extraction_plan"]


def extraction_plan(query: Query, layout: TableLayout, joined: pd.DataFrame | None) -> RowPlan:
    """Say what table an extraction makes.

    Parameters
    ----------
    query : Query
        What is asked.
    layout : TableLayout
        Its columns.
    joined : DataFrame or None
        The scope, if its columns are appended.

    Returns
    -------
    RowPlan
        Complete.

    Examples
    --------
    >>> import misha_xr
    >>> from misha_xr.query.query import build_query
    >>> query = build_query(misha_xr.example_database().store, "END", scope="chr1", iterator=50)
    >>> extraction_plan(query, TableLayout.of(query), None).n_rows
    10000
    """
    genome = query.store.genome
    head = table_frame(query, TablePart.empty(0, 0, layout), joined)
    if layout.is_plane and len(head["chrom2"].cat.categories) < genome.n_chroms:
        # above 10,000 chromosomes; the first side comes in genome order, the second jumps about
        head["chrom2"] = genome.categorical(_second_sides(query))[:0]
    return RowPlan(genome, head, query.iterator.n_steps, joined)


def _second_sides(query: Query) -> NDArray[np.int32]:
    """Return the chromosomes that the second sides of all steps lie on, each once, in order."""
    seen = np.zeros(query.store.genome.n_chroms, bool)
    for lo, hi in split(query.iterator.n_steps, BLOCK_STEPS, 1):
        block: Any = query.iterator.block(lo, hi)
        seen[block.codes2] = True
    return np.flatnonzero(seen).astype(np.int32)
