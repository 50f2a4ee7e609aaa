"""Spoilt copies of a file, to show that a decoder answers each with a value or a clear error."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

from misha_xr.errors import CorruptFileError

__all__ = ["count_refusals", "spoilt_copies"]


def spoilt_copies(data: bytes, *, n_flips: int = 300, seed: int = 0) -> Iterator[bytes]:
    r"""Yield a file cut at every offset, lengthened, with flipped bits, and with runs overwritten.

    Parameters
    ----------
    data : bytes
        A sound file.
    n_flips : int
        How many copies with one flipped bit, and how many with 4 bytes overwritten.
    seed : int
        Fixes the choice.

    Yields
    ------
    bytes
        One copy after another.

    Examples
    --------
    >>> list(spoilt_copies(b"ab", n_flips=0))
    [b'', b'a', b'ab\x00']
    """
    yield from (data[:stop] for stop in range(len(data)))
    yield data + b"\0"
    chance = random.Random(seed)
    for _ in range(n_flips):
        copy = bytearray(data)
        copy[chance.randrange(len(copy))] ^= 1 << chance.randrange(8)
        yield bytes(copy)
    for _ in range(n_flips):
        start = chance.randrange(len(data))
        run = chance.choice([b"\xff\xff\xff\xff", b"\0\0\0\0", b"\xff\xff\xff\x7f", b"\n\t\0/"])
        yield (data[:start] + run)[: len(data)] + data[start + 4 :]


def count_refusals(decode: Callable[[bytes], object], data: bytes) -> int:
    """Decode every spoilt copy; any error but CorruptFileError goes through to the caller.

    Parameters
    ----------
    decode : callable
        Takes the bytes of a file.
    data : bytes
        A sound file.

    Returns
    -------
    int
        How many copies were refused.

    Examples
    --------
    >>> count_refusals(bytes, b"abc")
    0
    """
    refused = 0
    for copy in spoilt_copies(data):
        try:
            decode(copy)
        except CorruptFileError:
            refused += 1
    return refused
