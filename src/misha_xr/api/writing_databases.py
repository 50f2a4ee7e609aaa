"""What changes or copies a database as a whole: layout, export, datasets."""

from __future__ import annotations

import os
from abc import abstractmethod
from collections.abc import Callable, Sequence
from pathlib import Path

import pandas as pd

from misha_xr import io
from misha_xr.database import Store
from misha_xr.database.verification import findings_table, verify_database
from misha_xr.database.writing.conversion import convert_track
from misha_xr.database.writing.datasets import save_dataset
from misha_xr.database.writing.sequence_layout import join_sequence, split_sequence
from misha_xr.database.writing.set_conversion import convert_set
from misha_xr.database.writing.tree_conversion import convert_track2d
from misha_xr.errors import check_one_of
from misha_xr.formats.signature import TrackType

__all__ = ["DatabaseWriting"]

LAYOUTS = ("indexed", "per-chromosome")
LINEAR = (TrackType.DENSE, TrackType.SPARSE, TrackType.ARRAY)
PLANAR = (TrackType.RECTANGLES, TrackType.POINTS)


class DatabaseWriting:
    """Methods that write whole databases; what a class mixes in that knows its store.

    Examples
    --------
    >>> import misha_xr
    >>> hasattr(misha_xr.example_database(), "export_fasta")
    True
    """

    __slots__ = ()

    @property
    @abstractmethod
    def store(self) -> Store:
        """The store below."""

    def verify(self, progress: Callable[[int, int], object] | None = None) -> pd.DataFrame:
        """Read the whole database and tell what is wrong with it.

        Parameters
        ----------
        progress : callable, optional
            Called with the number of tracks and sets done and of all.

        Returns
        -------
        DataFrame of str, one row per finding
            `severity` (``"error"``: data cannot be read or are not what they should be;
            ``"warning"``: some program may read them differently), `object`, `path`, `problem`,
            `mend` (what to do). No rows: all is well. Errors first.

        Notes
        -----
        Lengths, checksums of indices, order and bounds of coordinates, trees of contacts, tables of
        statistics and files of both layouts are looked at. Values carry no checksum: a flipped bit
        in one is another number.

        Examples
        --------
        >>> import misha_xr
        >>> len(misha_xr.example_database().verify())
        0
        """
        return findings_table(verify_database(self.store.root, progress))

    def export_fasta(
        self, path: str | os.PathLike[str], *, line_width: int = 80, overwrite: bool = False
    ) -> Path:
        r"""Write the sequence of all chromosomes as FASTA.

        Parameters
        ----------
        path : path-like
            The file; compressed with gzip if its name ends in ``.gz``.
        line_width : int
            Bases per line.
        overwrite : bool
            Replace a file that is there.

        Returns
        -------
        Path
            The file, absolute.

        Raises
        ------
        OutputExistsError
            If there is a file; a FileExistsError.
        DatabaseNotFoundError
            If the database has no sequence.

        Examples
        --------
        >>> import tempfile, misha_xr
        >>> db = misha_xr.example_database()
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     db.export_fasta(f"{folder}/a.fa").read_text()[:6]
        '>chr1\n'
        """
        return io.export_fasta(self.store, path, line_width=line_width, overwrite=overwrite)

    def save_dataset(
        self,
        path: str | os.PathLike[str],
        description: str | None = None,
        *,
        tracks: str | Sequence[str] = (),
        intervals: str | Sequence[str] = (),
        symlinks: bool = False,
        copy_seq: bool = False,
    ) -> Path:
        """Write tracks and interval sets as a dataset for others.

        Parameters
        ----------
        path : path-like
            Where it will be; nothing may be there.
        description : str, optional
            What it is.
        tracks, intervals : str or sequence of str
            Names, of any source of this database.
        symlinks : bool
            Link to the originals instead of copying them.
        copy_seq : bool
            Copy the sequence as well; else it is linked.

        Returns
        -------
        Path
            The dataset, absolute; `load_dataset` takes it.

        Raises
        ------
        ValueError
            If nothing is chosen.
        UnknownTrackError, UnknownSetError
            If no source holds a name.
        PathExistsError
            If something is at ``path``; a FileExistsError and a ValueError.

        Examples
        --------
        >>> import tempfile, misha_xr
        >>> db = misha_xr.example_database()
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     path = db.save_dataset(f"{folder}/d", "for you", tracks="dense_track")
        ...     db.dataset_info(path).description.description
        'for you'
        """
        return save_dataset(
            self.store,
            path,
            description,
            tracks=_names(tracks),
            sets=_names(intervals),
            symlinks=symlinks,
            copy_seq=copy_seq,
        )

    def convert(
        self,
        layout: str = "indexed",
        *,
        remove_old: bool = False,
        tracks: bool = False,
        intervals: bool = False,
    ) -> None:
        r"""Change how the database is stored.

        Parameters
        ----------
        layout : {"indexed", "per-chromosome"}
            One file with an index, or a file per chromosome.
        remove_old : bool
            Whether the files per chromosome go once the indexed ones are verified. In the other
            direction the indexed ones always go, since they would go on to count.
        tracks, intervals : bool
            Convert tracks, and big interval sets, as well as the sequence. Computed tracks have no
            indexed form and stay as they are.

        Raises
        ------
        ReadOnlyError
            If the sequence belongs to another database, through links.
        UnsupportedError
            If objects number chromosomes in a way that only their writer knows.
        DatabaseNotFoundError
            If there is no sequence.

        Notes
        -----
        Killed anywhere, the database is whole, and the same call finishes the job. Where the table
        of chromosomes lacks a prefix that the files carry, chromosomes take the names of files.

        Examples
        --------
        >>> import tempfile, misha_xr
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     file = Path(folder, "a.fa")
        ...     _ = file.write_text(">chr1\nACGT")
        ...     db = misha_xr.create_database(f"{folder}/db", file, format="perchrom")
        ...     db.convert("indexed", remove_old=True)
        ...     sorted(path.name for path in Path(folder, "db", "seq").iterdir())
        ['genome.idx', 'genome.seq']
        """
        check_one_of("layout", layout, LAYOUTS)
        root = self.store.root
        if layout == "indexed":
            join_sequence(root, remove_old=remove_old, keep_pairs=not (tracks and intervals))
        else:
            split_sequence(root)
        # Chromosomes may have other names by now.
        store = Store(root)
        for name in store.track_names() if tracks else ():
            _convert_track(store, name, layout, remove_old)
        for name in store.set_names() if intervals else ():
            convert_set(store, name, layout)


def _convert_track(store: Store, name: str, layout: str, remove_old: bool) -> None:
    kind = store.info(name).type
    if kind in LINEAR:
        convert_track(store, name, layout, remove_old=remove_old)
    elif kind in PLANAR:
        convert_track2d(store, name, layout, remove_old=remove_old)


def _names(names: str | Sequence[str]) -> list[str]:
    return [names] if isinstance(names, str) else list(names)
