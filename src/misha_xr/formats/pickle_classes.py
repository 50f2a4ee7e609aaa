"""The closed list of classes that a pickle of a track variable may name, and how each is built.

A name in a pickle is looked up in `CLASSES` and nowhere else: no module is imported, no attribute
is fetched. Each builder checks its arguments, and takes no more memory than they do.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Any

import numpy as np

from misha_xr.formats.plain_values import is_plain_dtype

__all__ = ["CLASSES", "KeyLog", "PickledDtype", "Reconstructed", "fill"]

MAX_KEY_PARTS = 10_000
MAX_EQUAL_HASHES = 100
_KEY_LEAVES = frozenset({type(None), bool, int, float, complex, str, bytes})
_CODE = re.compile(r"[biufcSUV]\d{1,9}|[mM]8")
_UNITS = frozenset(b"Y M W D h m s ms us ns ps fs as generic".split())
_N_STATE = 8


class PickledDtype:
    """A dtype on its way: its code first, byte order, fields and unit by a later instruction.

    Parameters
    ----------
    code : str
        As `numpy.dtype` spells it: ``"f8"``.

    Examples
    --------
    >>> PickledDtype("i4").dtype
    dtype('int32')
    """

    __slots__ = ("code", "dtype")

    def __init__(self, code: str) -> None:
        self.code = code
        self.dtype: np.dtype[Any] | None = None if code[0] in "mMV" else np.dtype(code)

    def set_state(self, state: Any) -> None:
        """Complete the dtype by the tuple that numpy stores; ValueError for a strange one."""
        if type(state) is not tuple or len(state) < _N_STATE or state[0] not in (3, 4):
            raise ValueError("the state of a dtype is not what numpy writes")
        order, subdtype, names, fields = state[1:5]
        if subdtype is not None or order not in ("<", ">", "|", "="):
            raise ValueError("a dtype of arrays, or of unknown byte order")
        if names is not None:
            self.dtype = _structured(names, fields, state[5])
        elif self.code[0] in "mM":
            self.dtype = np.dtype(self.code + _unit(state)).newbyteorder(order)
        elif self.dtype is not None:
            self.dtype = self.dtype.newbyteorder(order)
        if self.dtype is None:
            raise ValueError("a dtype without a meaning")

    def need(self) -> np.dtype[Any]:
        """Return the dtype; ValueError if it is incomplete, or its items have no size."""
        if self.dtype is None or not self.dtype.itemsize or not is_plain_dtype(self.dtype):
            raise ValueError(f"a dtype {self.code!r} that is not plain")
        return self.dtype


def _unit(state: tuple[Any, ...]) -> str:
    extra = state[_N_STATE] if len(state) > _N_STATE else None
    if type(extra) is not tuple or len(extra) != 2 or type(extra[1]) is not tuple:
        raise ValueError("a time without a unit")
    unit, number = extra[1][:2]
    if type(unit) is not bytes or unit not in _UNITS or type(number) is not int:
        raise ValueError("a time of unknown unit")
    return "" if unit == b"generic" else f"[{number}{unit.decode()}]"


def _structured(names: Any, fields: Any, size: Any) -> np.dtype[Any]:
    if type(names) is not tuple or type(fields) is not dict or type(size) is not int:
        raise ValueError("fields of a dtype that are not a table")
    formats, offsets = [], []
    for name in names:
        entry = fields.get(name) if type(name) is str else None
        if type(entry) is not tuple or len(entry) < 2 or type(entry[0]) is not PickledDtype:
            raise ValueError("a field of a dtype that is not a dtype")
        formats.append(entry[0].need())
        offsets.append(entry[1])
    if not all(type(offset) is int and 0 <= offset <= size for offset in offsets):
        raise ValueError("a field outside its item")
    spec: Any = {"names": list(names), "formats": formats, "offsets": offsets, "itemsize": size}
    structured: np.dtype[Any] = np.dtype(spec)
    return structured


class Reconstructed(np.ndarray[Any, Any]):
    """An array before its contents came; never a value that is handed out."""


def fill(array: Reconstructed, state: Any) -> np.ndarray[Any, Any]:
    """Return the array that a reconstructed one becomes by the state that numpy stores.

    Parameters
    ----------
    array : Reconstructed
        The empty one.
    state : object
        ``(version, shape, dtype, is_fortran, bytes)``.

    Returns
    -------
    ndarray
        Of its own memory.

    Raises
    ------
    ValueError
        If the state is anything else, or the bytes are not those of the shape.

    Examples
    --------
    >>> fill(Reconstructed(0), (1, (2,), PickledDtype("u1"), False, bytes([7, 8]))).tolist()
    [7, 8]
    """
    del array
    if type(state) is not tuple or len(state) != 5:
        raise ValueError("the state of an array is not what numpy writes")
    _, shape, dtype, is_fortran, data = state
    return _array(data, dtype, shape, "F" if is_fortran else "C")


def _array(data: Any, dtype: Any, shape: Any, order: Any) -> np.ndarray[Any, Any]:
    if type(dtype) is not PickledDtype or type(data) not in (bytes, bytearray):
        raise ValueError("an array without bytes or dtype")
    if type(shape) is not tuple or not all(type(n) is int and 0 <= n < 2**62 for n in shape):
        raise ValueError("an array of strange shape")
    plain = dtype.need()
    if order not in ("C", "F") or math.prod(shape) * plain.itemsize != len(data):
        raise ValueError(f"an array of shape {shape} and dtype {plain} in {len(data)} bytes")
    flat = np.frombuffer(bytearray(data), plain) if data else np.empty(0, plain)
    return flat.reshape(shape, order=order)


def _dtype(code: Any, *flags: Any) -> PickledDtype:
    del flags
    if type(code) is not str or not _CODE.fullmatch(code):
        raise ValueError(f"a dtype {str(code)[:40]!r}")
    return PickledDtype(code)


def _reconstruct(kind: Any, *rest: Any) -> Reconstructed:
    del rest
    if kind is not _ndarray:
        raise ValueError("an array of a class that is not numpy's own")
    return Reconstructed(0)


def _ndarray(*args: Any) -> Any:
    """Stand for the class ndarray where a pickle only names it."""
    del args
    raise ValueError("an array made in a way numpy does not write")


def _scalar(dtype: Any, data: Any) -> Any:
    return _array(data, dtype, (1,), "C")[0]


def _set(items: Any = ()) -> set[Any]:
    return set(KeyLog().add(_plain_list(items)))


def _frozenset(items: Any = ()) -> frozenset[Any]:
    return frozenset(KeyLog().add(_plain_list(items)))


def _plain_list(items: Any) -> list[Any]:
    if type(items) not in (list, tuple):
        raise ValueError("a set made of something else than a list")
    return list(items)


def _complex(real: Any, imaginary: Any) -> complex:
    if type(real) is not float or type(imaginary) is not float:
        raise ValueError("a complex number made of something else than two numbers")
    return complex(real, imaginary)


def _bytearray(data: Any = b"", encoding: Any = None) -> bytearray:
    if type(data) is str and encoding == "latin-1":
        return bytearray(data, "latin-1")
    if type(data) is not bytes or encoding is not None:
        raise ValueError("a bytearray made of something else than bytes")
    return bytearray(data)


def _bytes(*args: Any) -> bytes:
    if args:
        raise ValueError("bytes made of something else than nothing")
    return b""


def _encode(text: Any, encoding: Any) -> bytes:
    if type(text) is not str or encoding != "latin1":
        raise ValueError("bytes spelt in an unknown way")
    return text.encode("latin-1")


def _three_numbers(kind: Callable[..., Any]) -> Callable[..., Any]:
    def build(*parts: Any) -> Any:
        if len(parts) != 3 or not all(type(part) in (int, type(None)) for part in parts):
            raise ValueError(f"a {kind.__name__} made of something else than three numbers")
        return kind(*parts)

    return build


Builder = Callable[..., Any]
_BUILTINS: dict[str, Builder] = {
    "set": _set,
    "frozenset": _frozenset,
    "complex": _complex,
    "bytearray": _bytearray,
    "bytes": _bytes,
    "range": _three_numbers(range),
    "slice": _three_numbers(slice),
}
_ARRAYS: tuple[tuple[str, str, Builder], ...] = (
    ("numeric", "_frombuffer", _array),
    ("multiarray", "_reconstruct", _reconstruct),
    ("multiarray", "scalar", _scalar),
)
CLASSES: dict[tuple[str, str], Builder] = {
    **{("builtins", name): builder for name, builder in _BUILTINS.items()},
    **{("__builtin__", name): builder for name, builder in _BUILTINS.items()},
    ("__builtin__", "xrange"): _BUILTINS["range"],
    ("_codecs", "encode"): _encode,
    ("numpy", "dtype"): _dtype,
    ("numpy", "ndarray"): _ndarray,
    **{(f"numpy.core.{module}", name): builder for module, name, builder in _ARRAYS},
    **{(f"numpy._core.{module}", name): builder for module, name, builder in _ARRAYS},
}


class KeyLog:
    """The keys put into one dict or set so far: hashing and comparing them must stay quick.

    Examples
    --------
    >>> KeyLog().add(["a", (1, 2)])
    ['a', (1, 2)]
    """

    __slots__ = ("_hashes", "_n_keys")

    def __init__(self) -> None:
        self._hashes: set[int] = set()
        self._n_keys = 0

    def add(self, keys: list[Any]) -> list[Any]:
        """Return keys that are safe to hash and to insert; ValueError for others.

        Hashes of text are salted; numbers and tuples with one hash can be made at will.
        """
        for key in keys:
            if type(key) is str:
                continue
            if type(key) not in _KEY_LEAVES:
                _check_key(key)
            self._n_keys += 1
            self._hashes.add(hash(key))
        if self._n_keys - len(self._hashes) > MAX_EQUAL_HASHES:
            raise ValueError(f"{self._n_keys} keys with {len(self._hashes)} different hashes")
        return keys


def _check_key(key: Any) -> None:
    todo, n_parts = [key], 0
    while todo:
        item = todo.pop()
        n_parts += 1
        if n_parts > MAX_KEY_PARTS:
            raise ValueError(f"a key of more than {MAX_KEY_PARTS} parts")
        if type(item) in (tuple, frozenset):
            todo += item
        elif type(item) not in _KEY_LEAVES:
            raise ValueError(f"a key of class {type(item).__name__}")
