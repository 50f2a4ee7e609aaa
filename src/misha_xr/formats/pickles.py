"""Pickles of plain values, read by a machine of our own that can build nothing else.

Python's own loader is never called: an instruction that is not in the table below, and a class that
is not in the closed list, are refused. Every length is checked against the file before memory is
asked for; what is built from shared parts is bounded.

Source: the pickle protocols 0 to 5, as the standard library documents them in `pickletools`; misha
file format, track variables.
"""

from __future__ import annotations

import pickle
import struct
from collections.abc import Callable
from typing import Any

from misha_xr.errors import CorruptFileError
from misha_xr.formats.buffers import BytesLike, view_bytes
from misha_xr.formats.pickle_classes import CLASSES, KeyLog, PickledDtype, Reconstructed, fill
from misha_xr.formats.plain_values import MAX_ITEMS, check_plain

__all__ = ["decode_pickle", "encode_pickle"]

PROTOCOL = 5
MAX_DIGITS = 4000  # of a number spelt in decimals: reading them takes quadratic time
SLACK = 1 << 20  # bytes that builders may take beyond four times the file


def decode_pickle(data: BytesLike, path: object = "<bytes>") -> Any:
    r"""Read a pickle of plain values.

    Parameters
    ----------
    data : bytes-like
        The whole file.
    path : path-like
        A label for error messages.

    Returns
    -------
    object
        Numbers, text, bytes, None, lists, tuples, sets, dicts, ranges, slices, and arrays of plain
        dtypes, as they were pickled.

    Raises
    ------
    CorruptFileError
        If the pickle is cut off, names a class outside the closed list, uses an instruction that
        plain values do not need, or would take more memory than its size explains. Names the byte.

    Examples
    --------
    >>> decode_pickle(pickle.dumps({"a": [1, 2.5]}))
    {'a': [1, 2.5]}
    >>> decode_pickle(b"cos\nsystem\n(S'ls'\ntR.")
    Traceback (most recent call last):
    misha_xr.errors.CorruptFileError: <bytes>, byte 0: a pickle that names os.system, ...
      Hint: ...
    """
    return _Machine(bytes(view_bytes(data)), path).run()


def encode_pickle(value: Any) -> bytes:
    """Write a plain value as a pickle of protocol 5.

    Parameters
    ----------
    value : object
        Of the classes that `decode_pickle` returns.

    Returns
    -------
    bytes
        What `decode_pickle` and Python's own loader read.

    Raises
    ------
    TypeError
        If a part is of another class; names it.
    ValueError
        If it is nested too deep, or holds itself.

    Examples
    --------
    >>> decode_pickle(encode_pickle((1, {"x"})))
    (1, {'x'})
    """
    check_plain(value)
    return pickle.dumps(value, protocol=PROTOCOL)


class _Named:
    """A class that the pickle has named; only a builder of the closed list hangs on it."""

    __slots__ = ("build",)

    def __init__(self, build: Callable[..., Any]) -> None:
        self.build = build


class _Machine:
    """Stack, marks and memo of one pickle; every instruction is a method."""

    def __init__(self, data: bytes, path: object) -> None:
        self.data = data
        self.path = path
        self.at = 0
        self.stack: list[Any] = []
        self.marks: list[list[Any]] = []
        self.memo: dict[int, Any] = {}
        self.places: dict[int, list[int]] = {}  # where the memo has an array without contents
        self.keys: dict[int, tuple[Any, KeyLog]] = {}
        self.budget = 4 * len(data) + SLACK

    def run(self) -> Any:
        start = 0
        try:
            while (code := self.take(1)) != b".":
                INSTRUCTIONS.get(code, _refuse)(self)
                start = self.at
            return self.result()
        except (ValueError, TypeError, OverflowError, struct.error) as error:
            problem = str(error) or type(error).__name__
        except (IndexError, KeyError):
            problem = "an instruction that finds nothing to work on"
        problem = f"a pickle that {problem}" if problem.startswith("names ") else problem
        hint = "only pickles of plain values are read: others could run any code"
        raise CorruptFileError.at(self.path, start, problem, hint=hint)

    def result(self) -> Any:
        if self.at != len(self.data):
            raise ValueError(f"{len(self.data) - self.at} bytes behind the end of the pickle")
        if len(self.stack) != 1 or self.marks:
            raise ValueError("a pickle that ends with more or less than one value")
        check_plain(self.stack[0], max_items=MAX_ITEMS + len(self.data))
        return self.stack[0]

    # -- reading ---------------------------------------------------------------------------------

    def take(self, n: int) -> bytes:
        stop = self.at + n
        if not 0 <= n <= len(self.data) - self.at:
            raise ValueError(f"expected {n} more bytes, found {len(self.data) - self.at}")
        found = self.data[self.at : stop]
        self.at = stop
        return found

    def line(self) -> bytes:
        stop = self.data.find(b"\n", self.at)
        if stop < 0:
            raise ValueError("a line without an end")
        found = self.data[self.at : stop]
        self.at = stop + 1
        return found

    def digits(self) -> int:
        text = self.line().removesuffix(b"L")
        if len(text) > MAX_DIGITS:
            raise ValueError(f"a number of {len(text)} digits")
        return int(text.decode("ascii"))

    def unsigned(self, size: int) -> int:
        return int.from_bytes(self.take(size), "little")

    def block(self, size: int) -> bytes:
        return self.take(self.unsigned(size))

    def text(self, size: int) -> str:
        return self.block(size).decode("utf-8", "surrogatepass")

    # -- instructions ----------------------------------------------------------------------------

    def push(self, value: Any) -> None:
        self.stack.append(value)

    def header(self) -> None:
        if self.unsigned(1) > PROTOCOL:
            raise ValueError(f"a protocol after {PROTOCOL}")

    def frame(self) -> None:
        self.take(8)  # a hint for buffering; the bytes of the frame follow as they are

    def mark(self) -> None:
        self.marks.append(self.stack)
        self.stack = []

    def to_mark(self) -> list[Any]:
        items = self.stack
        self.stack = self.marks.pop()
        return items

    def integer_line(self) -> None:
        if self.data[self.at : self.at + 3] in (b"00\n", b"01\n"):
            self.push(self.line() == b"01")
        else:
            self.push(self.digits())

    def long(self, size: int) -> None:
        self.push(int.from_bytes(self.block(size), "little", signed=True))

    def top(self, kind: type) -> Any:
        """Return the container on the stack that items are added to."""
        if type(self.stack[-1]) is not kind:
            raise ValueError(f"items for something else than a {kind.__name__}")
        return self.stack[-1]

    def append(self) -> None:
        item = self.stack.pop()
        self.top(list).append(item)

    def appends(self) -> None:
        items = self.to_mark()
        self.top(list).extend(items)

    def insert(self, items: list[Any]) -> None:
        """Add pairs to the dict on the stack."""
        if len(items) % 2:
            raise ValueError("an odd number of keys and values")
        table = self.top(dict)
        table.update(zip(self.log(table).add(items[::2]), items[1::2], strict=True))

    def setitem(self) -> None:
        items = [self.stack.pop(-2), self.stack.pop()]
        self.insert(items)

    def setitems(self) -> None:
        self.insert(self.to_mark())

    def additems(self) -> None:
        items = self.to_mark()
        found = self.top(set)
        found.update(self.log(found).add(items))

    def log(self, container: Any) -> KeyLog:
        return self.keys.setdefault(id(container), (container, KeyLog()))[1]

    def dictionary(self) -> None:
        items = self.to_mark()
        self.push({})
        self.insert(items)

    def few(self, n: int) -> None:
        items = [self.stack.pop() for _ in range(n)]
        self.push(tuple(reversed(items)))

    def memoize(self, place: int) -> None:
        value = self.stack[-1]
        self.memo[place] = value
        if type(value) is Reconstructed:
            self.places.setdefault(id(value), []).append(place)

    def name(self, module: Any, name: Any) -> None:
        key = (module, name)
        if type(module) is not str or type(name) is not str:
            raise ValueError("names a class by something else than text")
        if key not in CLASSES:
            raise ValueError(f"names {module[:80]}.{name[:80]}, which is not in the closed list")
        self.push(_Named(CLASSES[key]))

    def global_line(self) -> None:
        module, name = (self.line().decode("utf-8") for _ in range(2))
        self.name(module, name)

    def global_stack(self) -> None:
        name, module = self.stack.pop(), self.stack.pop()
        self.name(module, name)

    def reduce(self) -> None:
        args, named = self.stack.pop(), self.stack.pop()
        if type(named) is not _Named or type(args) is not tuple:
            raise ValueError("a call of something that is no class of the closed list")
        for arg in args:
            self.budget -= (
                len(arg) if isinstance(arg, bytes | bytearray | str | list | tuple) else 8
            )
        if self.budget < 0:
            raise ValueError("a pickle that copies its parts again and again")
        given = [arg.build if type(arg) is _Named else arg for arg in args]
        self.push(named.build(*given))

    def build(self) -> None:
        state, target = self.stack.pop(), self.stack[-1]
        if type(target) is PickledDtype:
            target.set_state(state)
        elif type(target) is Reconstructed:
            self.stack[-1] = fill(target, state)
            for place in self.places.pop(id(target), ()):
                self.memo[place] = self.stack[-1]
        else:
            raise ValueError(f"a state for a {type(target).__name__}")


def _refuse(machine: _Machine) -> None:
    code = machine.data[machine.at - 1 : machine.at]
    raise ValueError(f"instruction {code!r}, which plain values do not need")


def _pushing(read: Callable[[_Machine], Any]) -> Callable[[_Machine], None]:
    def push(machine: _Machine) -> None:
        value = read(machine)  # may change which stack is the current one
        machine.stack.append(value)

    return push


def _unpack(form: str) -> Callable[[_Machine], None]:
    size = struct.calcsize(form)
    return _pushing(lambda machine: struct.unpack(form, machine.take(size))[0])


INSTRUCTIONS: dict[bytes, Callable[[_Machine], Any]] = {
    b"\x80": _Machine.header,
    b"\x95": _Machine.frame,
    b"(": _Machine.mark,
    b"0": lambda m: m.stack.pop() if m.stack else m.to_mark(),
    b"1": _Machine.to_mark,
    b"2": _pushing(lambda m: m.stack[-1]),
    b"N": _pushing(lambda m: None),
    b"\x88": _pushing(lambda m: True),
    b"\x89": _pushing(lambda m: False),
    b"I": _Machine.integer_line,
    b"L": _pushing(_Machine.digits),
    b"J": _unpack("<i"),
    b"K": _unpack("<B"),
    b"M": _unpack("<H"),
    b"G": _unpack(">d"),
    b"F": _pushing(lambda m: float(m.line())),
    b"\x8a": lambda m: m.long(1),
    b"\x8b": lambda m: m.long(4),
    b"\x8c": _pushing(lambda m: m.text(1)),
    b"X": _pushing(lambda m: m.text(4)),
    b"\x8d": _pushing(lambda m: m.text(8)),
    b"V": _pushing(lambda m: m.line().decode("raw-unicode-escape")),
    b"C": _pushing(lambda m: m.block(1)),
    b"B": _pushing(lambda m: m.block(4)),
    b"\x8e": _pushing(lambda m: m.block(8)),
    b"\x96": _pushing(lambda m: bytearray(m.block(8))),
    b"]": _pushing(lambda m: []),
    b"l": _pushing(_Machine.to_mark),
    b"a": _Machine.append,
    b"e": _Machine.appends,
    b")": _pushing(lambda m: ()),
    b"t": _pushing(lambda m: tuple(m.to_mark())),
    b"\x85": lambda m: m.few(1),
    b"\x86": lambda m: m.few(2),
    b"\x87": lambda m: m.few(3),
    b"}": _pushing(lambda m: {}),
    b"d": _Machine.dictionary,
    b"s": _Machine.setitem,
    b"u": _Machine.setitems,
    b"\x8f": _pushing(lambda m: set()),
    b"\x90": _Machine.additems,
    b"\x91": _pushing(lambda m: frozenset(KeyLog().add(m.to_mark()))),
    b"\x94": lambda m: m.memoize(len(m.memo)),
    b"q": lambda m: m.memoize(m.unsigned(1)),
    b"r": lambda m: m.memoize(m.unsigned(4)),
    b"p": lambda m: m.memoize(m.digits()),
    b"h": _pushing(lambda m: m.memo[m.unsigned(1)]),
    b"j": _pushing(lambda m: m.memo[m.unsigned(4)]),
    b"g": _pushing(lambda m: m.memo[m.digits()]),
    b"c": _Machine.global_line,
    b"\x93": _Machine.global_stack,
    b"R": _Machine.reduce,
    b"b": _Machine.build,
}
