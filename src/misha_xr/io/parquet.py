"""Parquet files of rows: written group by group, read back as the same table by pandas."""

from __future__ import annotations

import contextlib
import importlib
import os
from pathlib import Path
from typing import Any

import pandas as pd

from misha_xr.errors import MissingExtraError, NameCollisionError, OutputError
from misha_xr.io.new_file import NewFile
from misha_xr.query import RowPlan

__all__ = ["ParquetRows"]

_SUFFIXES = (".parquet", ".pq")
_DICTIONARY_BYTES = 1 << 30  # names of chromosomes stay a dictionary, however many there are


class ParquetRows:
    """Writes rows to a Parquet file, which is complete or absent.

    Parameters
    ----------
    path : path-like
        ``*.parquet`` or ``*.pq``.
    overwrite : bool
        Replace a file that is there.

    Raises
    ------
    MissingExtraError
        If pyarrow is not installed.
    OutputError, OutputExistsError
        If the path is not one of a new Parquet file in a folder that exists.

    Notes
    -----
    Each frame becomes a row group; chromosomes are dictionaries, ordered as the genome. Source of
    the metadata that pandas reads back: pandas developer guide, storing pandas objects in Apache
    Parquet format.

    Examples
    --------
    >>> import tempfile
    >>> import misha_xr
    >>> from misha_xr.query import write_rows
    >>> db = misha_xr.example_database()
    >>> frame = db.genome.intervals("chr1", 0, 100)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     rows = ParquetRows(Path(folder, "a.parquet"))
    ...     path = write_rows(rows, RowPlan(db.genome, frame.iloc[:0]), [frame])
    ...     pd.read_parquet(path).equals(frame)
    True
    """

    def __init__(self, path: str | os.PathLike[str], *, overwrite: bool = False) -> None:
        if Path(path).suffix.lower() not in _SUFFIXES:
            raise OutputError(
                f"cannot write {os.fspath(path)}: its kind is not known",
                hint=f"only Parquet files are written: a name ending in {_SUFFIXES[0]}",
            )
        self._arrow = _load("pyarrow")
        self._parquet = _load("pyarrow.parquet")
        self._new = NewFile(path, overwrite=overwrite)
        self._writer: Any = None
        self._schema: Any = None
        self._orders: dict[str, pd.Index[str]] = {}

    def begin(self, plan: RowPlan) -> None:
        """Open the file beside its place.

        Parameters
        ----------
        plan : RowPlan
            What comes.

        Raises
        ------
        NameCollisionError
            If two columns have one name.
        OutputError
            If the folder cannot be written.
        """
        names = plan.head.columns
        if not names.is_unique:
            raise NameCollisionError(
                f"two columns would be called {names[names.duplicated()][0]!r} in {self._new.path}",
                hint="give names: {'name': 'expression'}",
            )
        self._orders = _orders(plan.head)
        self._schema = self._schema_of(plan)
        types = self._arrow.types
        self._writer = self._parquet.ParquetWriter(
            self._new.open(),
            self._schema,
            use_dictionary=[f.name for f in self._schema if types.is_dictionary(f.type)],
            column_encoding=self._encodings(),
            compression="zstd",
            compression_level=1,
            dictionary_pagesize_limit=_DICTIONARY_BYTES,
        )

    def _encodings(self) -> dict[str, str]:
        """Choose how numbers are laid out: measured, a third of the time and half the bytes."""
        types = self._arrow.types
        ways = {types.is_integer: "DELTA_BINARY_PACKED", types.is_floating: "BYTE_STREAM_SPLIT"}
        return {f.name: way for f in self._schema for fits, way in ways.items() if fits(f.type)}

    def _schema_of(self, plan: RowPlan) -> Any:
        """Return the columns of all row groups."""
        schema = self._arrow.Schema.from_pandas(plan.head, preserve_index=False)
        if plan.joined is not None:  # objects tell their types by what they are
            n_before = len(schema) - len(plan.joined.columns)
            found = self._types_of(plan.joined)
            for k, field in enumerate(found, n_before):
                schema = schema.set(k, field.with_name(schema.field(k).name))
        for k, field in enumerate(schema):
            if self._arrow.types.is_dictionary(field.type):
                wide = self._arrow.dictionary(
                    self._arrow.int32(), field.type.value_type, ordered=field.type.ordered
                )
                schema = schema.set(k, field.with_type(wide))
        return schema

    def _types_of(self, joined: pd.DataFrame) -> Any:
        """Return the types of a caller's table; objects of many types have none."""
        try:
            return self._arrow.Schema.from_pandas(joined, preserve_index=False)
        except self._arrow.ArrowException as error:
            raise OutputError(
                f"cannot write {self._new.path}: a column of the scope has no type that Parquet "
                f"files know: {error}",
                hint="turn it into text, or leave it out: intervals_join='id'",
            ) from error

    def rows(self, frame: pd.DataFrame) -> None:
        """Write a row group.

        Parameters
        ----------
        frame : DataFrame, shape (n, n_columns)
            The next rows.
        """
        for name, categories in self._orders.items():
            frame[name] = frame[name].cat.set_categories(categories)
        self._orders = {}  # readers add names in the order in which they meet them
        table = self._arrow.Table.from_pandas(frame, schema=self._schema, preserve_index=False)
        self._writer.write_table(table, row_group_size=len(frame))

    def commit(self) -> Path:
        """Finish the file and give it its name.

        Returns
        -------
        Path
            The file, absolute.
        """
        self._writer.close()
        self._new.commit()
        return self._new.path

    def abort(self) -> None:
        """Remove what was written."""
        if self._writer is not None:
            with contextlib.suppress(OSError):  # e.g. of a full disk, which ended it
                self._writer.close()
            self._writer.is_open = False
        self._new.abort()


def _orders(head: pd.DataFrame) -> dict[str, pd.Index[str]]:
    """Return the categories that the first row group must bring, in their order."""
    return {
        name: head[name].cat.categories
        for name in head.columns
        if isinstance(head[name].dtype, pd.CategoricalDtype) and len(head[name].cat.categories)
    }


def _load(module: str) -> Any:
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise MissingExtraError(
            "pyarrow is not installed", hint="pip install 'misha-xr[parquet]'"
        ) from error
