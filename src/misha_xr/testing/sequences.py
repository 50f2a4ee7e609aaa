"""Strategies of sequences and genomes made of them, and slow oracles of reading and turning."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from hypothesis import strategies as st

__all__ = ["OPPOSITE", "contigs", "pieces_of", "read_oracle", "turn_oracle"]

# Each base and what stands opposite, as pairs to be read both ways.
OPPOSITE = {"A": "T", "C": "G", "R": "Y", "K": "M", "B": "V", "D": "H", "S": "S", "W": "W"}
LETTERS = "ACGTNacgtnRYKMBDHVSWryx-"
Piece = tuple[str, int, int, int]  # contig, start, end, strand


@st.composite
def contigs(draw: st.DrawFn, max_contigs: int = 50, max_size: int = 40) -> dict[str, str]:
    """Draw the sequence of a genome, some contigs of one base.

    Examples
    --------
    >>> contigs(max_contigs=1)
    contigs(max_contigs=1)
    """
    sizes = draw(st.lists(st.just(1) | st.integers(1, max_size), min_size=1, max_size=max_contigs))
    text = st.text(LETTERS, min_size=sum(sizes), max_size=sum(sizes))
    bases, at, found = draw(text), 0, {}
    for k, size in enumerate(sizes):
        found[f"ctg{k}"] = bases[at : at + size]
        at += size
    return found


@st.composite
def pieces_of(draw: st.DrawFn, sequence: Mapping[str, str], max_rows: int = 20) -> list[Piece]:
    """Draw intervals with strands: any order, ends and whole contigs among them.

    Examples
    --------
    >>> pieces_of({"chr1": "A"})
    pieces_of(sequence={'chr1': 'A'})
    """
    rows = []
    for name in draw(st.lists(st.sampled_from(sorted(sequence)), max_size=max_rows)):
        size = len(sequence[name])
        start = draw(st.sampled_from([0, size - 1]) | st.integers(0, size - 1))
        end = draw(st.sampled_from([start + 1, size]) | st.integers(start + 1, size))
        rows.append((name, start, end, draw(st.sampled_from([-1, 0, 1]))))
    return rows


def turn_oracle(text: str, *, ambiguous: bool = True) -> str:
    """Return the reverse complement, letter by letter.

    Parameters
    ----------
    text : str
        Any text.
    ambiguous : bool
        Letters for several bases, and U, have complements as well.

    Returns
    -------
    str
        Case kept.

    Examples
    --------
    >>> turn_oracle("aCGR"), turn_oracle("aCGR", ambiguous=False)
    ('YCGt', 'RCGt')
    """
    pairs = {**OPPOSITE, **{there: here for here, there in OPPOSITE.items()}, "U": "A"}
    pairs = pairs if ambiguous else {base: pairs[base] for base in "ACGT"}
    turned = ""
    for letter in text:
        other = pairs.get(letter.upper(), letter.upper()) if letter.isascii() else letter
        turned = (other.lower() if letter.islower() else other) + turned
    return turned


def read_oracle(sequence: Mapping[str, str], pieces: Sequence[Piece]) -> list[str]:
    """Read intervals by slicing texts.

    Parameters
    ----------
    sequence : mapping of str to str
        Bases of each contig.
    pieces : sequence of tuple
        Contig, start, end, strand.

    Returns
    -------
    list of str
        One per piece.

    Examples
    --------
    >>> read_oracle({"chr1": "ACCG"}, [("chr1", 0, 2, 1), ("chr1", 0, 2, -1)])
    ['AC', 'GT']
    """
    return [
        turn_oracle(sequence[name][start:end]) if strand == -1 else sequence[name][start:end]
        for name, start, end, strand in pieces
    ]
