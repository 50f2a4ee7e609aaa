"""Further names of chromosomes: ``chrom_aliases.tsv``.

Source: misha file format, chrom_sizes.txt, aliases.
"""

from __future__ import annotations

from misha_xr.errors import CorruptFileError
from misha_xr.formats.buffers import BytesLike, view_bytes

__all__ = ["decode_chrom_aliases"]

LONG = ("alias",)
WIDE = ("refseqAccession", "genbankAccession", "sequenceName", "chrName")
MAX_BYTES = 1 << 30


def decode_chrom_aliases(data: BytesLike, path: object = "<bytes>") -> dict[str, str]:
    r"""Read the table of aliases.

    Parameters
    ----------
    data : bytes-like
        The whole file: a header line, then one line per alias or per chromosome; tabs between
        columns, no quotes.
    path : path-like
        A label for error messages.

    Returns
    -------
    dict of str to str
        Chromosome by alias. Empty aliases do not count; the first line that gives one wins.
        Whether a chromosome exists is not checked here.

    Raises
    ------
    CorruptFileError
        If there is no column ``canonical``, no column of aliases, or the text is not UTF-8.

    Examples
    --------
    >>> decode_chrom_aliases(b"canonical\talias\tsource\nchr1\tNC_01\tncbi\n")
    {'NC_01': 'chr1'}
    """
    view = view_bytes(data)
    if len(view) > MAX_BYTES:
        raise CorruptFileError.at(path, MAX_BYTES, "a table of aliases of more than 1 GB")
    try:
        lines = bytes(view).decode().splitlines()
    except UnicodeDecodeError as error:
        raise CorruptFileError.at(path, error.start, "text that is not UTF-8") from error
    header = lines[0].split("\t") if lines else []
    columns = [header.index(name) for name in (*LONG, *WIDE) if name in header]
    if "canonical" not in header or not columns:
        problem = "expected the columns 'canonical' and 'alias', or those of accessions"
        raise CorruptFileError.at(path, 0, problem)
    at = header.index("canonical")
    found: dict[str, str] = {}
    for line in lines[1:]:
        words = line.split("\t")
        words += [""] * (len(header) - len(words))
        for column in columns:
            if words[column] and words[at]:
                found.setdefault(words[column], words[at])
    return found
