"""Attributes in one text column, as GFF, GTF and VCF have them, to one column per key.

The texts are taken apart as bytes, all rows at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import unquote

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from misha_xr.errors import CorruptFileError

__all__ = ["attribute_columns"]

MAX_KEYS = 2_000
FLAG = "1"

Int64s = NDArray[np.int64]
Bytes = NDArray[np.uint8]

_NEWLINE, _SPACE, _QUOTE, _PERCENT, _COMMA, _SEMICOLON, _EQUALS = b'\n "%,;='


@dataclass(frozen=True, slots=True)
class _Items:
    """All `key=value` of a column of texts: rows, and places in one buffer."""

    buffer: Bytes
    rows: Int64s
    keys: tuple[Int64s, Int64s]
    values: tuple[Int64s, Int64s]

    def of(self, which: NDArray[np.bool_]) -> tuple[Int64s, Int64s, Int64s]:
        """Return rows, starts and stops of the values of some items."""
        return self.rows[which], self.values[0][which], self.values[1][which]


def attribute_columns(
    texts: pd.Series,
    keys: Sequence[str] | None = None,
    *,
    decode: bool = False,
    what: object = "attributes",
) -> pd.DataFrame:
    """Take attributes apart.

    Parameters
    ----------
    texts : Series of str, shape (n,)
        ``key=value;key=value`` or ``key "value"; key "value";``. A key without a value is a flag;
        ``.`` means none.
    keys : sequence of str, optional
        Which ones are wanted. Default: all, in the order in which they come first.
    decode : bool
        Put characters for ``%`` and two hexadecimal digits, as GFF3 has them.
    what : object
        Where they come from, for the message.

    Returns
    -------
    DataFrame of str, shape (n, n_keys)
        Missing where a row lacks a key; several values of one are joined by a comma; a flag that is
        there is ``1``.

    Raises
    ------
    CorruptFileError
        If all are wanted, and there are more than 2,000 keys.

    Notes
    -----
    Semicolons within quotes are text. Sources: GFF version 3, attributes; GTF 2.2; VCF 4.3, INFO.

    Examples
    --------
    >>> texts = pd.Series(['gene_id "a"; tag "x"; tag "y";', "gene_id=b;DB"])
    >>> attribute_columns(texts).fillna("-").to_dict("list")
    {'gene_id': ['a', 'b'], 'tag': ['x,y', '-'], 'DB': ['-', '1']}
    """
    items = _items("\n".join(texts.tolist()).encode())
    names = _cut(items.buffer, *items.keys)
    codes, distinct = pd.factorize(np.array(names, dtype=object))
    found = {str(key): code for code, key in enumerate(distinct.tolist())}
    if keys is None and len(found) > MAX_KEYS:
        raise CorruptFileError(
            f"{what}: {len(found):,} different attributes, {distinct[0]!r} and so on: no columns",
            hint="name those that are wanted, or take the text as it stands: 'text'",
        )
    columns = {}
    for key in list(found) if keys is None else keys:
        column = np.full(len(texts), np.nan, object)
        if key in found:
            rows, values = _values(items, codes == found[key], decode=decode)
            column[rows] = values
        columns[key] = pd.array(column, dtype="str")
    return pd.DataFrame(columns, index=texts.index)


def _items(data: bytes) -> _Items:
    """Find keys and values: places of bytes, no text is made."""
    buffer = np.frombuffer(data + b"\n", np.uint8).copy()
    lines = np.flatnonzero(buffer == _NEWLINE)
    marks = np.flatnonzero(buffer == _SEMICOLON)
    quotes = np.flatnonzero(buffer == _QUOTE)
    if len(quotes):
        # Quotes are counted from the beginning of their line: one that stays open ends with it.
        before = np.concatenate([[0], np.searchsorted(quotes, lines)])
        n_quotes = np.searchsorted(quotes, marks) - before[np.searchsorted(lines, marks)]
        marks = marks[n_quotes % 2 == 0]
    stops = np.sort(np.concatenate([marks, lines]), kind="stable")
    starts = np.concatenate([[0], stops[:-1] + 1])
    starts, stops = _trimmed(buffer, starts, stops, _SPACE)
    is_item = (stops > starts) & ~((stops - starts == 1) & (buffer[starts] == ord(".")))
    starts, stops = starts[is_item], stops[is_item]
    return _split(buffer, np.searchsorted(lines, starts), starts, stops)


def _split(buffer: Bytes, rows: Int64s, starts: Int64s, stops: Int64s) -> _Items:
    """Split items at the first ``=`` or blank."""
    marks = np.flatnonzero((buffer == _EQUALS) | (buffer == _SPACE))
    at = np.append(marks, len(buffer))[np.searchsorted(marks, starts)]
    is_flag = at >= stops
    at = np.minimum(at, stops)
    begin, end = _trimmed(buffer, np.minimum(at + 1, stops), stops, _SPACE)
    inside = np.minimum(begin, len(buffer) - 1)
    in_quotes = (end - begin > 1) & (buffer[inside] == _QUOTE) & (buffer[end - 1] == _QUOTE)
    begin, end = begin + in_quotes, end - in_quotes
    begin[is_flag] = end[is_flag] = -1
    return _Items(buffer, rows, (starts, at), (begin, end))


def _trimmed(buffer: Bytes, starts: Int64s, stops: Int64s, char: int) -> tuple[Int64s, Int64s]:
    """Leave blanks at both ends out; as many rounds as the longest run of them."""
    starts, stops = starts.copy(), stops.copy()
    more = np.flatnonzero((stops > starts) & (buffer[starts] == char))
    while len(more):
        starts[more] += 1
        more = more[(stops[more] > starts[more]) & (buffer[starts[more]] == char)]
    more = np.flatnonzero((stops > starts) & (buffer[stops - 1] == char))
    while len(more):
        stops[more] -= 1
        more = more[(stops[more] > starts[more]) & (buffer[stops[more] - 1] == char)]
    return starts, stops


def _values(
    items: _Items, which: NDArray[np.bool_], *, decode: bool
) -> tuple[Int64s, NDArray[np.object_]]:
    """Return rows that have a key, and its values there."""
    rows, starts, stops = items.of(which)
    is_flag = starts < 0
    again = np.append(rows[1:] == rows[:-1], [False])  # the same row has one more value
    texts = _cut(items.buffer, np.maximum(starts, 0), np.maximum(stops, 0), again)
    values = np.array(texts, dtype=object)
    last = ~again
    rows, is_flag = rows[last], is_flag[last]
    values[is_flag] = FLAG
    if decode and (items.buffer == _PERCENT).any():
        values = _decoded(values)
    return rows, values


def _cut(
    buffer: Bytes, starts: Int64s, stops: Int64s, joined: NDArray[np.bool_] | None = None
) -> list[str]:
    """Return stretches of a buffer as texts; those before a joined one and it become one."""
    if not len(starts):
        return []
    sizes = stops - starts + 1
    ends = np.cumsum(sizes)
    places = np.arange(ends[-1]) + np.repeat(starts - (ends - sizes), sizes)
    text = buffer[np.minimum(places, len(buffer) - 1)]
    text[ends - 1] = _NEWLINE if joined is None else np.where(joined, _COMMA, _NEWLINE)
    whole: str = text.tobytes()[:-1].decode(errors="replace")
    return whole.split("\n")


def _decoded(values: NDArray[np.object_]) -> NDArray[np.object_]:
    """Decode all values in one text; one by one only if a line end was hidden in it."""
    texts = unquote("\n".join(values.tolist())).split("\n")
    if len(texts) != len(values):
        texts = [unquote(value) for value in values.tolist()]
    return np.array(texts, dtype=object)
