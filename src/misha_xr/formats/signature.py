"""The first four bytes of a track payload: which type of track it is."""

from __future__ import annotations

from enum import StrEnum

from misha_xr.errors import CorruptFileError, UnsupportedError
from misha_xr.formats.buffers import BytesLike, view_bytes

__all__ = [
    "SIGNATURES",
    "TrackType",
    "check_signature",
    "obsolete_error",
    "obsolete_signature",
    "read_signature",
]


class TrackType(StrEnum):
    """The types of tracks.

    DENSE: a value per bin. SPARSE: a value per interval. ARRAY: several named values per interval.
    RECTANGLES, POINTS and COMPUTED: values on pairs of chromosomes. OBSOLETE: an old format of
    these, which only R misha converts.

    Examples
    --------
    >>> TrackType("dense") is TrackType.DENSE
    True
    """

    DENSE = "dense"
    SPARSE = "sparse"
    ARRAY = "array"
    RECTANGLES = "rectangles"
    POINTS = "points"
    COMPUTED = "computed"
    OBSOLETE = "obsolete"


# A dense payload has no signature of its own: its first number is the bin size, above zero.
SIGNATURES = {
    TrackType.SPARSE: -1,
    TrackType.ARRAY: -8,
    TrackType.RECTANGLES: -9,
    TrackType.POINTS: -10,
    TrackType.COMPUTED: -11,
}
_TYPES = {number: kind for kind, number in SIGNATURES.items()}
_OBSOLETE = {-3: "computed", -4: "rectangles", -5: "computed", -6: "rectangles", -7: "computed"}


def read_signature(data: BytesLike, path: object, offset: int = 0) -> tuple[TrackType, int | None]:
    """Tell the type of a track from the first bytes of a payload.

    Parameters
    ----------
    data : bytes-like
        The payload, or at least its first 4 bytes.
    path : path-like
        The file, for error messages.
    offset : int
        Byte offset of the payload in the file, for error messages.

    Returns
    -------
    TrackType
        The type.
    int or None
        Bin size in base pairs of a dense track, else None.

    Raises
    ------
    CorruptFileError
        If there are fewer than 4 bytes, or the number is no signature.
    UnsupportedError
        If the format is one of those that misha itself gave up.

    Notes
    -----
    Source: misha file format, 1D track payloads.

    Examples
    --------
    >>> read_signature(bytes([50, 0, 0, 0]), "chr1")
    (<TrackType.DENSE: 'dense'>, 50)
    >>> read_signature(bytes([255, 255, 255, 255]), "chr1")
    (<TrackType.SPARSE: 'sparse'>, None)
    """
    head = bytes(view_bytes(data)[:4])
    if len(head) < 4:
        problem = f"expected a signature of 4 bytes, found {len(head)}"
        raise CorruptFileError.at(path, offset, problem)
    number = int.from_bytes(head, "little", signed=True)
    if number > 0:
        return TrackType.DENSE, number
    if number in _OBSOLETE:
        raise obsolete_error(path, number)
    if number not in _TYPES:
        raise CorruptFileError.at(path, offset, f"{number} is not the signature of a track")
    return _TYPES[number], None


def obsolete_signature(data: BytesLike) -> int | None:
    """Tell whether a payload is in one of the formats that misha itself gave up.

    Parameters
    ----------
    data : bytes-like
        The payload, or at least its first 4 bytes.

    Returns
    -------
    int or None
        The signature, -3 to -7; None for any other payload.

    Notes
    -----
    Source: misha file format, obsolete 2D formats.

    Examples
    --------
    >>> obsolete_signature((-4).to_bytes(4, "little", signed=True)), obsolete_signature(b"")
    (-4, None)
    """
    number = int.from_bytes(bytes(view_bytes(data)[:4]), "little", signed=True)
    return number if number in _OBSOLETE else None


def obsolete_error(what: object, number: int) -> UnsupportedError:
    """Say what a track in an obsolete format is, and how to convert it.

    Parameters
    ----------
    what : str or path-like
        The track or the file.
    number : int
        Its signature.

    Returns
    -------
    UnsupportedError
        To be raised.

    Examples
    --------
    >>> print(obsolete_error("'hic'", -4))
    'hic': rectangles track in an obsolete format (signature -4)
      Hint: convert the track with gtrack.convert in R
    """
    return UnsupportedError(
        f"{what}: {_OBSOLETE[number]} track in an obsolete format (signature {number})",
        hint="convert the track with gtrack.convert in R",
    )


def check_signature(data: BytesLike, path: object, offset: int, expected: TrackType) -> int | None:
    """Check that a payload of a track of known type is of this type.

    Parameters
    ----------
    data : bytes-like
        The payload, or at least its first 4 bytes.
    path : path-like
        The file, for error messages.
    offset : int
        Byte offset of the payload in the file, for error messages.
    expected : TrackType
        The type of the track.

    Returns
    -------
    int or None
        Bin size in base pairs of a dense track, else None.

    Raises
    ------
    CorruptFileError
        If the payload is of another type, obsolete ones included.

    Examples
    --------
    >>> check_signature(bytes([50, 0, 0, 0]), "chr1", 0, TrackType.DENSE)
    50
    """
    wanted = f"{'an' if expected is TrackType.ARRAY else 'a'} {expected}"
    try:
        found, bin_size = read_signature(data, path, offset)
    except UnsupportedError as error:
        problem = f"expected {wanted} track, found a payload in an obsolete format"
        raise CorruptFileError.at(path, offset, problem) from error
    if found is not expected:
        problem = f"expected {wanted} track, found a payload of type {found}"
        raise CorruptFileError.at(path, offset, problem)
    return bin_size
