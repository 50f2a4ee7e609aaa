"""FASTA read slowly, line by line, and strategies for such files."""

from __future__ import annotations

import re

from hypothesis import strategies as st

__all__ = ["fasta_texts", "slow_name", "slow_records"]


def slow_name(header: str) -> str:
    """Return the name in a header line, without its ``>``."""
    words = header.split()
    parts = [part for part in (words[0] if words else "").split("|") if part]
    return re.sub(r"[^A-Za-z0-9_.-]", "_", parts[-1]) if parts else "contig"


def slow_records(data: bytes) -> list[tuple[str, bytes, int]]:
    """Return name, bases and line number of the header of each record of a valid file."""
    records: list[tuple[str, bytes, int]] = []
    for number, line in enumerate(data.split(b"\n"), start=1):
        if line.startswith(b">"):
            records.append((slow_name(line[1:].decode("utf-8", "replace")), b"", number))
        elif line.strip() and not line.startswith(b";"):
            name, bases, first = records.pop()
            records.append((name, bases + b"".join(line.split()), first))
    return records


def fasta_texts() -> st.SearchStrategy[bytes]:
    """Make valid FASTA files: odd headers, blank lines, comments, both kinds of line ends."""
    header = st.text("abc|. \té#-_1", max_size=12).map(lambda text: f">{text}".encode())
    bases = st.text("acgtACGTNn-RYk", max_size=30).map(str.encode)
    spaced = st.text("ACgt \t", max_size=9).map(str.encode)
    comment = st.text("abc>;", max_size=5).map(lambda text: f";{text}".encode())
    line = st.one_of(bases, bases, header, spaced, comment, st.just(b""))
    ends = st.sampled_from([b"\n", b"\r\n"])
    whole = st.lists(st.tuples(line, ends), max_size=25)
    first = st.sampled_from([b">first\n", b"\n;note\n>gi|1|x| y\r\n"])
    cut = st.booleans()
    return st.tuples(first, whole, cut).map(_joined)


def _joined(parts: tuple[bytes, list[tuple[bytes, bytes]], bool]) -> bytes:
    first, lines, is_cut = parts
    text = first + b"".join(line + end for line, end in lines)
    return text.rstrip(b"\r\n") if is_cut else text
