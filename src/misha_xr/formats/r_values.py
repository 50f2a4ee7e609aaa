"""R values as Python ones, and back: what track variables in R's form mean.

Source: misha file format, R serialisation and track variables; what pymisha returns for them.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from misha_xr.errors import CorruptFileError
from misha_xr.formats.rdata import NA_INTEGER, RVector
from misha_xr.formats.rdata_writer import r_factor, r_frame, r_strings

__all__ = ["from_r", "to_r"]


def from_r(value: RVector | None, path: object = "<bytes>") -> Any:
    """Turn an R value into the Python value that it means.

    Parameters
    ----------
    value : RVector or None
        A decoded object.
    path : path-like
        A label for error messages.

    Returns
    -------
    object
        NULL: None. Numbers and logicals: an array of int32, float64 or bool, masked (`Int32`,
        `boolean`) if some are NA, with more dimensions if R has them. Text: a list of str, None for
        NA; with names: a dict. Raw: bytes. Factor: Categorical. Data frame: DataFrame with a plain
        index. List: a list, with names a dict. Vectors with names, or with other attributes:
        a Series, names in its index, attributes in its ``attrs``.

    Raises
    ------
    CorruptFileError
        If levels, names or columns do not fit.

    Examples
    --------
    >>> from_r(RVector("integer", np.array([1, 2], np.int32))).tolist()
    [1, 2]
    """
    if value is None:
        return None
    if value.is_frame:
        return _frame(value, path)
    if value.is_factor:
        return _categorical(value, path)
    if value.kind == "list":
        items = [from_r(item, path) for item in value.values]
        return _named(value, items, path) if "names" in value.attributes else items
    if value.kind == "string":
        texts = list(value.values)
        return _named(value, texts, path) if "names" in value.attributes else texts
    if value.kind == "raw":
        return bytes(np.asarray(value.values, np.uint8))
    return _vector(value, path)


def _named(value: RVector, items: list[Any], path: object) -> dict[str, Any]:
    names = value.strings("names")
    if len(names) != len(items):
        raise CorruptFileError.at(path, 0, f"{len(names)} names for {len(items)} values")
    return dict(zip(names, items, strict=True))


def _numbers(value: RVector) -> Any:
    """Return an array; masked where logical or integer values are NA."""
    found = np.asarray(value.values)
    if value.kind == "real":
        return found
    missing = found == NA_INTEGER
    plain = found != 0 if value.kind == "logical" else found
    if not missing.any():
        return plain
    if value.kind == "logical":
        return pd.arrays.BooleanArray(plain & ~missing, missing)
    return pd.arrays.IntegerArray(plain, missing)


def _vector(value: RVector, path: object) -> Any:
    numbers = _numbers(value)
    more = {k: v for k, v in value.attributes.items() if k not in ("names", "dim", "dimnames")}
    if "dim" in value.attributes and isinstance(numbers, np.ndarray):
        return _shaped(numbers, value.attributes["dim"], path)
    if "names" not in value.attributes and not more:
        return numbers
    index = None
    if "names" in value.attributes:
        index = pd.Index(value.strings("names"), dtype="str")
        if len(index) != len(numbers):
            raise CorruptFileError.at(path, 0, f"{len(index)} names for {len(numbers)} values")
    series = pd.Series(numbers, index=index)
    series.attrs.update({name: from_r(item, path) for name, item in more.items()})
    return series


def _shaped(numbers: np.ndarray[Any, Any], dim: RVector | None, path: object) -> Any:
    shape = [] if dim is None else np.asarray(dim.values, dtype=np.float64).tolist()
    if not 1 <= len(shape) <= 32 or any(n < 0 or n != n // 1 for n in shape):
        raise CorruptFileError.at(path, 0, f"dimensions {shape[:8]}")
    try:
        return numbers.reshape([int(n) for n in shape], order="F")
    except ValueError:
        text = f"dimensions {shape[:8]} for {len(numbers)} values"
        raise CorruptFileError.at(path, 0, text) from None


def _categorical(value: RVector, path: object) -> pd.Categorical:
    levels = value.strings("levels")
    codes = np.asarray(value.values, dtype=np.int64)
    codes = np.where(codes == NA_INTEGER, 0, codes) - 1
    if len(set(levels)) != len(levels) or (codes < -1).any() or (codes >= len(levels)).any():
        raise CorruptFileError.at(path, 0, "a factor whose codes and levels do not fit")
    ordered = "ordered" in value.strings("class")
    return pd.Categorical.from_codes(codes, pd.Index(levels, dtype="str"), ordered=ordered)


def _frame(value: RVector, path: object) -> pd.DataFrame:
    names = value.strings("names")
    if len(names) != len(value.values):
        raise CorruptFileError.at(path, 0, f"{len(names)} names for {len(value.values)} columns")
    columns = [_column(item, path) for item in value.values]
    if len({len(column) for column in columns}) > 1:
        raise CorruptFileError.at(path, 0, "columns of different lengths")
    frame = pd.DataFrame(dict(enumerate(columns)))
    frame.columns = pd.Index(names, dtype="str")
    return frame


def _column(value: RVector | None, path: object) -> Any:
    if value is None:
        raise CorruptFileError.at(path, 0, "a column that is NULL")
    if value.kind == "list":
        raise CorruptFileError.at(path, 0, "a column that is a list")
    if value.kind == "string":
        return pd.array(list(value.values), dtype="str")
    if value.kind == "raw":
        return np.asarray(value.values, np.uint8)
    return _categorical(value, path) if value.is_factor else _numbers(value)


def to_r(value: Any) -> RVector | None:
    """Turn a Python value into an R value that has the same meaning to R.

    Parameters
    ----------
    value : object
        A plain value.

    Returns
    -------
    RVector or None
        `from_r` of it may still differ from the value in class or dtype: compare.

    Raises
    ------
    TypeError
        If R has nothing like it: single numbers and texts, tuples, sets, 64-bit integers, arrays
        of several dimensions.

    Examples
    --------
    >>> to_r(np.array([1.5])).kind
    'real'
    """
    if value is None:
        return None
    if type(value) is bytes:
        return RVector("raw", np.frombuffer(value, np.uint8))
    if type(value) is list:
        return _r_list(value)
    if type(value) is dict:
        return _r_dict(value)
    if type(value) is pd.DataFrame:
        columns = (value.iloc[:, k].array for k in range(value.shape[1]))
        return r_frame(dict(zip(map(str, value.columns), map(_r_numbers, columns), strict=True)))
    if type(value) is pd.Series:
        names = RVector("string", [str(name) for name in value.index])
        found = _r_numbers(value.array)
        return RVector(found.kind, found.values, {**found.attributes, "names": names})
    return _r_numbers(value)


def _r_list(value: list[Any]) -> RVector:
    if all(item is None or type(item) is str for item in value) and value != [None] * len(value):
        return RVector("string", list(value))
    if not value:
        return r_strings()
    return RVector("list", [to_r(item) for item in value])


def _r_dict(value: dict[Any, Any]) -> RVector:
    if not all(type(name) is str for name in value):
        raise TypeError("names that are not text")
    attributes = {"names": RVector("string", list(value))}
    if value and all(type(item) is str for item in value.values()):
        return RVector("string", list(value.values()), attributes)
    return RVector("list", [to_r(item) for item in value.values()], attributes)


def _r_numbers(value: Any) -> RVector:
    if type(value) is pd.arrays.NumpyExtensionArray:
        value = value.to_numpy()
    if isinstance(value, pd.Categorical) and not value.ordered:
        found = r_factor(np.asarray(value.codes, np.int64), [str(v) for v in value.categories])
        codes = np.where(value.codes < 0, NA_INTEGER, found.values).astype(np.int32)
        return RVector("integer", codes, found.attributes)
    if isinstance(value, pd.arrays.IntegerArray | pd.arrays.BooleanArray):
        kind = "logical" if isinstance(value, pd.arrays.BooleanArray) else "integer"
        filled = value.to_numpy(np.int64, na_value=NA_INTEGER)
        return RVector(kind, _int32(filled))
    if isinstance(value, pd.api.extensions.ExtensionArray) and str(value.dtype) == "str":
        texts = np.array(value, dtype=object)
        texts[np.asarray(value.isna())] = None
        return RVector("string", texts.tolist())
    if type(value) is np.ndarray and value.ndim == 1:
        if value.dtype == np.float64:
            return RVector("real", value)
        if value.dtype.kind in "bi":
            return RVector("logical" if value.dtype.kind == "b" else "integer", _int32(value))
    raise TypeError(f"no R vector is like a {type(value).__name__}")


def _int32(values: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    if len(values) and (values.min() < NA_INTEGER or values.max() >= 2**31):
        raise TypeError("integers beyond 32 bits")
    return values.astype(np.int32)
