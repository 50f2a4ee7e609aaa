"""The methods that import contacts: the same for a Database and a Dataset. Thin: calls."""

from __future__ import annotations

import os
from abc import abstractmethod
from collections.abc import Sequence
from typing import Any

from misha_xr import io
from misha_xr.database import Store

__all__ = ["ContactImports"]

AnyPath = str | os.PathLike[str]


class ContactImports:
    """Importing contacts, all or nothing; what a class mixes in that knows its store.

    Examples
    --------
    >>> import misha_xr
    >>> isinstance(misha_xr.example_database(), ContactImports)
    True
    """

    __slots__ = ()

    @property
    @abstractmethod
    def store(self) -> Store:
        """The store below."""

    def import_contacts(
        self, name: str, files: AnyPath | Sequence[AnyPath], **options: Any
    ) -> None:
        r"""Make a track of points of contacts in text files, each stored both ways round.

        Parameters
        ----------
        name : str
            Of the new track; see `create_track`.
        files : path, or sequence of paths
            4DN ``.pairs``; or tables with a header line `chrom1`, `start1`, `end1`, `chrom2`,
            `start2`, `end2` and a value (an end is the middle of its interval); or, with ``fends``,
            `fend1`, `fend2`, `count`. Tabs between columns; gz and bgz are unpacked on the way.
        **options
            ``fends``: table `fend`, `chr`, `coord` of fragment ends. ``duplicates``: True sums
            contacts of the same ends, False refuses them. ``unknown``: ``"error"``, or ``"skip"``
            to leave chromosomes out that the genome lacks, with a warning that counts them.
            ``aliases``: names in the files to names of the genome, a dict or an alias table.
            ``description``, ``attributes``, ``layout``, ``overwrite`` as for `create_track`.

        Raises
        ------
        CorruptFileError, IntervalError
            For a bad line: file, number and content; if there is no contact.
        UnknownChromosomeError
            See ``unknown``; also if no chromosome is known at all.
        MishaError
            As for `create_track`.

        Examples
        --------
        >>> import misha_xr, tempfile
        >>> from pathlib import Path
        >>> head = "chrom1\tstart1\tend1\tchrom2\tstart2\tend2\tvalue\n"
        >>> db = misha_xr.example_database(copy=True)
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     file = Path(folder, "contacts.txt")
        ...     _ = file.write_text(head + "chr1\t10\t20\tchr1\t100\t121\t2\n")
        ...     db.import_contacts("hic", file)
        >>> db.store.track("hic").objects(0, 0).x1.tolist()
        [15, 110]
        """
        io.import_contacts(self.store, name, files, **options)

    def import_matrix(
        self, name: str, file: AnyPath, resolution: int | None = None, **options: Any
    ) -> None:
        """Make a 2D track of the pixels of a contact matrix, each stored both ways round.

        Parameters
        ----------
        name : str
            Of the new track; see `create_track`.
        file : path
            A ``.cool``, ``.mcool`` or ``.hic`` file (extra ``hic``).
        resolution : int, optional
            Bin size in base pairs. Default: the only one of the file.
        **options
            ``kind``: ``"rectangles"`` (two bins) or ``"points"`` (their middles). ``balance``: name
            of weights, e.g. ``"weight"`` or ``"KR"``. ``other_sizes``: ``"error"``, or ``"clip"``
            to cut bins at the ends of chromosomes that are shorter here. ``unknown``, ``aliases``,
            ``description``, ``attributes``, ``layout``, ``overwrite`` as for `import_contacts`.

        Raises
        ------
        MissingExtraError
            If hictkpy is not installed.
        CorruptFileError, GenomeMismatchError, UnknownChromosomeError, ValueError
            If the file cannot be read, or does not fit the genome or the question.
        MishaError
            As for `create_track`.

        Examples
        --------
        >>> import misha_xr
        >>> misha_xr.example_database(copy=True).import_matrix("hic", "/nowhere.cool")
        Traceback (most recent call last):
        misha_xr.errors.MissingFileError: /nowhere.cool does not exist
        """
        io.import_matrix(self.store, name, file, resolution=resolution, **options)
