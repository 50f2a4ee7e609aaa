"""Text tables of rectangles: two intervals and a value per line, under a header line."""

from __future__ import annotations

import os
from collections.abc import Sequence

import pandas as pd
from pandas.api.types import union_categoricals

from misha_xr.errors import CorruptFileError
from misha_xr.io.text_columns import ColumnPlan, first_lines, read_columns

__all__ = ["read_rectangles"]

AnyPath = str | os.PathLike[str]
COLUMNS = ("chrom1", "start1", "end1", "chrom2", "start2", "end2", "value")
_KINDS = ("text", "whole", "whole", "text", "whole", "whole", "number")


def read_rectangles(files: Sequence[AnyPath]) -> pd.DataFrame:
    r"""Read tables of rectangles into one.

    Parameters
    ----------
    files : sequence of paths
        Tabs between columns, one header line. The first seven columns are `chrom1`, `start1`,
        `end1`, `chrom2`, `start2`, `end2` and a value of any name. gz and bgz are unpacked.

    Returns
    -------
    DataFrame, shape (n, 7)
        Those columns, the last one named `value`, in the order of the lines.

    Raises
    ------
    MissingFileError
        If a file is not there.
    CorruptFileError
        For a bad header or line: file, number and content.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> text = "chrom1\tstart1\tend1\tchrom2\tstart2\tend2\tscore\nchr1\t0\t5\tchr2\t1\t3\t2.5\n"
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = Path(folder, "a.txt").write_text(text)
    ...     read_rectangles([Path(folder, "a.txt")]).to_numpy().tolist()
    [['chr1', 0, 5, 'chr2', 1, 3, 2.5]]
    """
    plan = [ColumnPlan(*facts) for facts in zip(COLUMNS, range(7), _KINDS, strict=True)]
    tables: list[pd.DataFrame] = []
    for file in files:
        header = (first_lines(file, 1) or [""])[0]
        if tuple(header.split("\t")[:6]) != COLUMNS[:6] or header.count("\t") < 6:
            raise CorruptFileError(
                f"{file}, line 1: expected at least 7 columns with tabs between them, "
                f"{', '.join(COLUMNS)}; found {header[:200]!r}"
            )
        tables += [piece.table for piece in read_columns(file, plan, skip=1)]
    if not tables:
        return pd.DataFrame({name: [] for name in COLUMNS})
    columns = {name: pd.concat([table[name] for table in tables]) for name in COLUMNS}
    for name in ("chrom1", "chrom2"):
        columns[name] = pd.Series(union_categoricals([table[name] for table in tables]))
    return pd.DataFrame({name: column.array for name, column in columns.items()})
