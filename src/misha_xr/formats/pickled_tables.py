"""Tables inside pickles: plain dicts that carry the parts of a pandas object under a marker key.

pandas' own pickles are not written: they name classes of its internals, which change, and which no
closed list should hold. Any program can read these as a dict of arrays.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from misha_xr.formats.plain_values import MARKER, check_plain, is_plain_dtype

__all__ = ["pack_tables", "unpack_tables"]

_MASKED = (pd.arrays.IntegerArray, pd.arrays.FloatingArray, pd.arrays.BooleanArray)


def pack_tables(value: Any) -> Any:
    """Replace every table in a value by a dict of plain parts.

    Parameters
    ----------
    value : object
        A plain value.

    Returns
    -------
    object
        The same, without pandas objects.

    Raises
    ------
    TypeError
        If a column has a dtype that is not plain; names it.

    Examples
    --------
    >>> sorted(pack_tables(pd.Series([1.5], name="a")))
    ['__misha_xr__', 'array', 'index', 'name']
    """
    if isinstance(value, dict):
        if MARKER in value:
            raise TypeError(f"a dict with the key {MARKER!r}, which marks tables")
        return {key: pack_tables(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(pack_tables(item) for item in value)
    if isinstance(value, pd.DataFrame):
        columns = [_pack_array(value.iloc[:, k].array) for k in range(value.shape[1])]
        parts = {"columns": _pack_index(value.columns), "data": columns}
        return {MARKER: "DataFrame", **parts, "index": _pack_index(value.index)}
    if isinstance(value, pd.Series):
        check_plain(value.name)
        parts = {"array": _pack_array(value.array), "index": _pack_index(value.index)}
        return {MARKER: "Series", **parts, "name": value.name}
    if isinstance(value, pd.api.extensions.ExtensionArray):
        return {MARKER: "array", "array": _pack_array(value)}
    return value


def _pack_index(index: pd.Index) -> Any:
    if isinstance(index, pd.MultiIndex):
        raise TypeError("a table with an index of several levels")
    check_plain(index.name)
    if type(index) is pd.RangeIndex:
        return {"range": range(index.start, index.stop, index.step), "name": index.name}
    return {"array": _pack_array(index.array), "name": index.name}


def _pack_array(array: Any) -> Any:
    if type(array) is pd.arrays.NumpyExtensionArray:
        array = array.to_numpy()
    if isinstance(array, pd.Categorical):
        categories = _pack_array(array.categories.array)
        return {"codes": np.asarray(array.codes), "of": categories, "ordered": bool(array.ordered)}
    if isinstance(array, _MASKED):
        dtype: Any = array.dtype
        values = array.to_numpy(dtype.numpy_dtype, na_value=0)
        return {"values": values, "mask": np.asarray(array.isna()), "dtype": str(array.dtype)}
    if array.dtype == "str":
        return {"texts": array.to_numpy(object, na_value=None).tolist()}
    plain = np.asarray(array)
    if plain.dtype == object and array.dtype == object:
        items = plain.tolist()
        check_plain(items)
        return {"objects": [pack_tables(item) for item in items]}
    if not isinstance(array.dtype, np.dtype) or not is_plain_dtype(plain.dtype):
        raise TypeError(f"a column of dtype {array.dtype}")
    return plain


def unpack_tables(value: Any) -> Any:
    """Put the tables back into a value that was read from a pickle.

    Parameters
    ----------
    value : object
        What `pack_tables` returned.

    Returns
    -------
    object
        With pandas objects in place of marked dicts.

    Raises
    ------
    ValueError
        If a marked dict does not hold the parts of a table.

    Examples
    --------
    >>> unpack_tables(pack_tables(pd.Series([1.5]))).tolist()
    [1.5]
    """
    if isinstance(value, dict):
        if MARKER in value:
            try:
                return _BUILDERS[value[MARKER]](value)
            except (KeyError, TypeError, AttributeError, IndexError) as error:
                raise ValueError(f"a marked table without its parts: {error}") from None
        return {key: unpack_tables(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(unpack_tables(item) for item in value)
    return value


def _unpack_frame(parts: dict[str, Any]) -> pd.DataFrame:
    index = _unpack_index(parts["index"])
    columns = [_unpack_array(part) for part in parts["data"]]
    if any(len(column) != len(index) for column in columns):
        raise ValueError("columns of different lengths")
    names = _unpack_index(parts["columns"])
    frame = pd.DataFrame(dict(enumerate(columns)), index=index)
    frame.columns = names  # also refuses another number of names
    return frame


def _unpack_series(parts: dict[str, Any]) -> pd.Series:
    array = _unpack_array(parts["array"])
    return pd.Series(array, index=_unpack_index(parts["index"]), name=parts["name"])


def _unpack_index(parts: dict[str, Any]) -> pd.Index:
    if "range" in parts:
        spread = parts["range"]
        if type(spread) is not range or max(map(abs, (spread.start, spread.stop))) > 2**62:
            raise ValueError("an index that is no range")
        return pd.RangeIndex(spread.start, spread.stop, spread.step, name=parts["name"])
    index: pd.Index = pd.Index(_unpack_array(parts["array"]), name=parts["name"])
    return index


def _unpack_array(part: Any) -> Any:
    if isinstance(part, np.ndarray):
        return part
    if "codes" in part:
        of = pd.Index(_unpack_array(part["of"]))
        return pd.Categorical.from_codes(part["codes"], of, ordered=part["ordered"])
    if "texts" in part:
        return pd.array(part["texts"], dtype="str")
    if "objects" in part:
        items = np.empty(len(part["objects"]), dtype=object)
        items[:] = [unpack_tables(item) for item in part["objects"]]
        return items
    build = {"b": pd.arrays.BooleanArray, "i": pd.arrays.IntegerArray}
    build["u"] = build["i"]
    values = part["values"]
    return build.get(values.dtype.kind, pd.arrays.FloatingArray)(values, part["mask"])


_BUILDERS: dict[str, Any] = {
    "DataFrame": _unpack_frame,
    "Series": _unpack_series,
    "array": lambda parts: _unpack_array(parts["array"]),
}
