"""What a store tells about a track without opening its values."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from misha_xr.database.array_tracks import read_column_names
from misha_xr.database.attributes import track_attributes
from misha_xr.database.identify import TYPES_OF_PAIRS
from misha_xr.database.maps import map_file
from misha_xr.formats.computed import Computer, decode_computer
from misha_xr.formats.signature import TrackType

__all__ = ["TrackInfo"]


@dataclass(frozen=True, slots=True)
class TrackInfo:
    """What a track is and where it lies.

    Attributes
    ----------
    name : str
        Dotted name.
    type : TrackType
        What it stores.
    bin_size : int or None
        Base pairs; only for dense tracks.
    layout : {"per-chromosome", "indexed"}
        One file per chromosome (or pair), or one file with an index.
    source : Path
        The root that holds it.
    path : Path
        Its directory.
    signature : int or None
        First number of its payloads; only for obsolete formats.
    probe : str
        The file that told the type.

    Examples
    --------
    >>> import misha_xr
    >>> info = misha_xr.example_database().store.info("rects_track")
    >>> info.type.value, info.dimensions, info.layout
    ('rectangles', 2, 'per-chromosome')
    """

    name: str
    type: TrackType
    bin_size: int | None
    layout: str
    source: Path
    path: Path
    signature: int | None = None
    probe: str = ""

    @property
    def dimensions(self) -> int:
        """1, or 2 for tracks on pairs of chromosomes.

        Examples
        --------
        >>> import misha_xr
        >>> misha_xr.example_database().store.info("dense_track").dimensions
        1
        """
        return 2 if self.type in TYPES_OF_PAIRS else 1

    @property
    def column_names(self) -> tuple[str, ...] | None:
        """Columns of an array track, None for other types; read at each call.

        Raises
        ------
        CorruptFileError
            If an array track names no columns, or the file breaks its format.

        Examples
        --------
        >>> import misha_xr
        >>> misha_xr.example_database().store.info("dense_track").column_names is None
        True
        """
        return read_column_names(str(self.path)) if self.type is TrackType.ARRAY else None

    @property
    def computer(self) -> Computer | None:
        """The rule of a computed track, None for other types; read at each call.

        Raises
        ------
        CorruptFileError
            If its first file breaks the format.

        Examples
        --------
        >>> import misha_xr
        >>> misha_xr.example_database().store.info("rects_track").computer is None
        True
        """
        if self.type is not TrackType.COMPUTED:
            return None
        return decode_computer(map_file(self.probe).data, self.probe)

    @property
    def size_in_bytes(self) -> int:
        """Bytes of all visible files; read from the file system at each call.

        Examples
        --------
        >>> import misha_xr
        >>> misha_xr.example_database().store.info("dense_track").size_in_bytes
        80012
        """
        with os.scandir(self.path) as entries:
            return sum(
                entry.stat().st_size
                for entry in entries
                if entry.name[0] != "." and entry.is_file()
            )

    @property
    def attributes(self) -> dict[str, str]:
        """Attributes by name; read at each call.

        Examples
        --------
        >>> import misha_xr
        >>> misha_xr.example_database().store.info("dense_track").attributes["created.by"]
        'example'
        """
        return track_attributes(str(self.path))
