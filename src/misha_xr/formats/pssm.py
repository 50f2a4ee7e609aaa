"""Sets of motifs: ``<set>.key`` names them, ``<set>.data`` holds their probabilities.

Source: misha file format, PSSM sets. Both are tables of white-space separated words.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from misha_xr.errors import CorruptFileError
from misha_xr.formats.buffers import BytesLike, view_bytes

__all__ = ["Motif", "decode_pssm_set", "encode_pssm_set"]

MAX_POSITION = 1_000_000
_NUMBER = re.compile(rb"\d{1,15}")
_N_KEY, _N_DATA = 3, 6


@dataclass(frozen=True, slots=True, eq=False)
class Motif:
    """One motif of a set.

    Attributes
    ----------
    label : str
        Its sequence as the key file shows it; only a label.
    is_bidirectional : bool
        Whether both strands are looked at.
    probabilities : float64 array, shape (length, 4)
        Of A, C, G and T at each position; NaN at positions that the file leaves out.

    Examples
    --------
    >>> Motif("AC", True, np.full((2, 4), 0.25)).probabilities.shape
    (2, 4)
    """

    label: str
    is_bidirectional: bool
    probabilities: npt.NDArray[np.float64] = field(default_factory=lambda: np.empty((0, 4)))


def decode_pssm_set(key: BytesLike, data: BytesLike, path: object = "<bytes>") -> dict[int, Motif]:
    r"""Read a set of motifs.

    Parameters
    ----------
    key, data : bytes-like
        The two files.
    path : path-like
        A label for error messages, without the suffix.

    Returns
    -------
    dict of int to Motif
        By ID, in the order of the key file. IDs may have gaps.

    Raises
    ------
    CorruptFileError
        If a line has too few words, an ID occurs twice or is not in the key file, positions do not
        ascend, or a probability is no number from 0 to 1.

    Examples
    --------
    >>> motifs = decode_pssm_set(b"0\tAC\t1\n", b"0\t0\t1\t0\t0\t0\n0\t1\t0\t1\t0\t0\n")
    >>> motifs[0].label, motifs[0].probabilities.tolist()
    ('AC', [[1.0, 0.0, 0.0, 0.0], [0.0, 1.0, 0.0, 0.0]])
    """
    labels = _decode_key(bytes(view_bytes(key)), f"{path}.key")
    rows = _decode_data(bytes(view_bytes(data)), f"{path}.data", labels)
    motifs = {}
    for number, (label, both) in labels.items():
        positions, values = rows.get(number, ([], []))
        table = np.full((positions[-1] + 1 if positions else 0, 4), np.nan)
        table[positions] = np.array(values, dtype=np.float64).reshape(-1, 4)
        motifs[number] = Motif(label, both, table)
    return motifs


def _lines(text: bytes) -> Any:
    """Yield byte offset and words of each line that has any."""
    offset = 0
    for line in text.split(b"\n"):
        words = line.split()
        if words:
            yield offset, words
        offset += len(line) + 1


def _decode_key(text: bytes, path: str) -> dict[int, tuple[str, bool]]:
    found: dict[int, tuple[str, bool]] = {}
    for offset, words in _lines(text):
        if len(words) < _N_KEY or words[2] not in (b"0", b"1"):
            problem = "expected an ID, a sequence, and 0 or 1"
            raise CorruptFileError.at(path, offset, problem)
        number = _number(words[0], path, offset)
        if number in found:
            raise CorruptFileError.at(path, offset, f"motif {number} occurs twice")
        try:
            found[number] = (words[1].decode(), words[2] == b"1")
        except UnicodeDecodeError as error:
            raise CorruptFileError.at(path, offset, "a sequence that is not UTF-8") from error
    return found


def _decode_data(
    text: bytes, path: str, known: Mapping[int, object]
) -> dict[int, tuple[list[int], list[list[float]]]]:
    found: dict[int, tuple[list[int], list[list[float]]]] = {}
    for offset, words in _lines(text):
        if len(words) < _N_DATA:
            problem = "expected an ID, a position and four probabilities"
            raise CorruptFileError.at(path, offset, problem)
        number, position = (_number(word, path, offset) for word in words[:2])
        if number not in known:
            raise CorruptFileError.at(path, offset, f"motif {number} is not in the key file")
        positions, values = found.setdefault(number, ([], []))
        # The table of a motif is as long as its last position: a wild one must not cost memory.
        if position > MAX_POSITION or (positions and position <= positions[-1]):
            raise CorruptFileError.at(path, offset, f"position {position} of motif {number}")
        positions.append(position)
        values.append([_probability(word, path, offset) for word in words[2:_N_DATA]])
    return found


def _number(word: bytes, path: str, offset: int) -> int:
    if not _NUMBER.fullmatch(word):
        problem = f"expected a whole number, found {word[:40]!r}"
        raise CorruptFileError.at(path, offset, problem)
    return int(word)


def _probability(word: bytes, path: str, offset: int) -> float:
    try:
        value = float(word)
    except ValueError:
        value = -1.0
    if not 0 <= value <= 1:
        problem = f"expected a probability, found {word[:40]!r}"
        raise CorruptFileError.at(path, offset, problem)
    return value


def encode_pssm_set(motifs: Mapping[int, Motif]) -> tuple[bytes, bytes]:
    r"""Write a set of motifs.

    Parameters
    ----------
    motifs : mapping of int to Motif
        By ID.

    Returns
    -------
    bytes, bytes
        The key file and the data file. Positions with NaN are left out.

    Raises
    ------
    ValueError
        If a label is empty or has white space.

    Examples
    --------
    >>> encode_pssm_set({0: Motif("A", False, np.array([[0.7, 0.1, 0.1, 0.1]]))})
    (b'0\tA\t0\n', b'0\t0\t0.7\t0.1\t0.1\t0.1\n')
    """
    keys, rows = [], []
    for number, motif in motifs.items():
        if len(motif.label.split()) != 1 or motif.label.strip() != motif.label:
            raise ValueError(f"motif {number}: the label must be one word; found {motif.label!r}")
        keys.append(f"{number}\t{motif.label}\t{int(motif.is_bidirectional)}\n")
        for position, values in enumerate(motif.probabilities.tolist()):
            if not any(value != value for value in values):
                rows.append("\t".join(map(repr, [number, position, *values])) + "\n")
    return "".join(keys).encode(), "".join(rows).encode()
