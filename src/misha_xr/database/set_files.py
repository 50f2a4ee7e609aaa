"""The bytes of one part of a big interval set: in memory when small, else a map."""

from __future__ import annotations

import os
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from misha_xr.database.links import check_link
from misha_xr.database.maps import MappedFile, map_file
from misha_xr.errors import CorruptFileError

__all__ = ["PartFile", "file_part", "slice_part"]

# Parts up to this size are copied: nobody who cuts the file short can pull the bytes away. Larger
# ones are mapped, so that memory stays bounded whatever the size of a part.
MAX_COPIED_BYTES = 1 << 25


@dataclass(frozen=True, slots=True)
class PartFile:
    """The bytes of one part.

    Attributes
    ----------
    path : str
        The file that holds them.
    data : uint8 array or bytes
        All of them.
    source : MappedFile or None
        The map that they are part of.
    offset : int
        Where they start in it.

    Examples
    --------
    >>> PartFile("chr1", b"X").drop_pages()
    """

    path: str
    data: npt.NDArray[np.uint8] | bytes
    source: MappedFile | None = None
    offset: int = 0

    def drop_pages(self) -> None:
        """Give the memory of a map back; the bytes are read again when asked for.

        Examples
        --------
        >>> from misha_xr.database import example_database_path
        >>> part = slice_part(f"{example_database_path()}/chrom_sizes.txt", 0, 4)
        >>> part.drop_pages()
        >>> bytes(part.data)
        b'chr1'
        """
        if self.source is not None:
            self.source.source.advise(self.offset, len(self.data), "dontneed")


def file_part(path: str) -> PartFile:
    """Return the bytes of a file of its own.

    Parameters
    ----------
    path : str
        The file.

    Returns
    -------
    PartFile
        All its bytes.

    Examples
    --------
    >>> from misha_xr.database import example_database_path
    >>> len(file_part(f"{example_database_path()}/chrom_sizes.txt").data) > 0
    True
    """
    return slice_part(path, 0, os.stat(path).st_size)  # noqa: PTH116 - one call, no Path


def slice_part(path: str, offset: int, length: int) -> PartFile:
    """Return some bytes of a file.

    Parameters
    ----------
    path : str
        The file.
    offset, length : int
        Which bytes.

    Returns
    -------
    PartFile
        Exactly these.

    Raises
    ------
    CorruptFileError
        If the file ends before them, or is a link out of its database.

    Examples
    --------
    >>> from misha_xr.database import example_database_path
    >>> bytes(slice_part(f"{example_database_path()}/chrom_sizes.txt", 3, 1).data)
    b'1'
    """
    if length > MAX_COPIED_BYTES:
        file = map_file(path)
        part = PartFile(path, file.data[offset : offset + length], file, offset)
    else:
        check_link(path)
        with open(path, "rb") as stream:  # noqa: PTH123 - a path of str
            stream.seek(offset)
            part = PartFile(path, stream.read(length))
    if len(part.data) != length:
        raise CorruptFileError.at(path, offset, f"expected {length} bytes, found {len(part.data)}")
    return part
