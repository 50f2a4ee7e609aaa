"""The methods that import and export signals: for a Database and a Dataset alike. Thin: calls."""

from __future__ import annotations

import os
from abc import abstractmethod
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd

from misha_xr import io
from misha_xr.database import Store
from misha_xr.query import Expressions

__all__ = ["SignalFiles"]

AnyPath = str | os.PathLike[str]


class SignalFiles:
    """Signals in files of other programs; what a class mixes in that knows its store.

    Examples
    --------
    >>> import misha_xr
    >>> hasattr(misha_xr.example_database(), "import_track")
    True
    """

    __slots__ = ()

    @property
    @abstractmethod
    def store(self) -> Store:
        """The store below."""

    @abstractmethod
    def iterate(self, exprs: Expressions, *args: Any, **options: Any) -> Iterator[pd.DataFrame]:
        """Stream an extraction."""

    def import_track(
        self, name: str, file: AnyPath, bin_size: int | None = None, **options: Any
    ) -> None:
        r"""Make a track of a signal in a file: bigWig, bedGraph, WIG, BED, peaks or a table.

        Parameters
        ----------
        name : str
            Of the new track; see `create_track`.
        file : str or Path
            A path or URL; text may be packed as ``.gz``. Rows in any order. Of BED the score
            counts, or 1; of narrowPeak and broadPeak the signal value; a table has a header of
            ``chrom``, ``start``, ``end`` and one more name, with tabs between them.
        bin_size : int, optional
            Base pairs: a dense track of means by overlap. Default: a sparse track of the rows.
        **options
            ``default``: value of bases without a row; ``func``: how values make up a bin, as for
            `create_dense`; ``format``: ``"bigwig"``, ``"bedgraph"``, ``"wig"``, ``"bed"``,
            ``"peaks"`` or ``"table"``, if name and content do not tell; ``unknown``: ``"skip"``
            leaves chromosomes out that the genome lacks; ``aliases``: names in the file to names
            of the genome, a dict or an alias table; ``beyond``: ``"clip"`` cuts rows that end
            beyond their chromosome; ``description``, ``attributes``, ``layout``, ``overwrite`` as
            for `create_track`.

        Raises
        ------
        CorruptFileError
            For a bad line: file, number and content; for spoilt data; for a file of several tracks.
        MissingExtraError
            For bigWig, if pybigtools is not installed.
        UnknownChromosomeError
            See ``unknown``; also if no chromosome is known at all.
        IntervalError
            See ``beyond``; if there are no rows; if two of a sparse track overlap.
        MishaError
            As for `create_track`. In no case is there a track.

        Warns
        -----
        MishaWarning
            With counts, if rows were skipped or cut, or values are infinite as float32: tracks
            give NaN for them.

        Examples
        --------
        >>> import misha_xr, tempfile
        >>> db = misha_xr.example_database(copy=True)
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     path = Path(folder, "a.bedGraph")
        ...     _ = path.write_text("chr1\t0\t15\t1\nchr1\t15\t20\t3\n")
        ...     db.import_track("signal", path, 10)
        >>> db.extract("signal", "chr1:0-20")["signal"].tolist()
        [1.0, 2.0]
        """
        io.import_track(self.store, name, file, bin_size=bin_size, **options)

    def import_tracks(
        self, files: AnyPath, bin_size: int | None = None, prefix: str = "", **options: Any
    ) -> io.ImportOutcome:
        r"""Make a track of each of several files.

        Parameters
        ----------
        files : str or Path
            A folder, or a pattern such as ``"signals/*.bw"``.
        bin_size : int, optional
            As for `import_track`.
        prefix : str
            In front of the names of the files, without their endings: names of the tracks.
        **options
            As for `import_track`.

        Returns
        -------
        ImportOutcome
            `imported` and `skipped` (there is a track of this name): tracks by file; `failed`:
            errors by file.

        Raises
        ------
        FileNotFoundError
            If there is no such file.

        Warns
        -----
        MishaWarning
            For each file that failed.

        Examples
        --------
        >>> import misha_xr, tempfile
        >>> db = misha_xr.example_database(copy=True)
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     _ = Path(folder, "a.bedGraph").write_text("chr1\t0\t15\t1\n")
        ...     list(db.import_tracks(folder, prefix="lab.").imported.values())
        ['lab.a']
        """
        return io.import_tracks(self.store, files, bin_size=bin_size, prefix=prefix, **options)

    def import_reads(
        self, name: str, file: AnyPath, bin_size: int | None = None, **options: Any
    ) -> io.ReadStatistics:
        r"""Make a track of mapped reads in BAM, SAM, or a table.

        Parameters
        ----------
        name : str
            Of the new track; see `create_track`.
        file : str or Path
            A path or URL.
        bin_size : int, optional
            A dense track: how many reads cover a base of the bin, on average. Default: a sparse
            track of how many reads begin at a base.
        **options
            ``pileup``: base pairs that a read covers, from where it begins (default: from the first
            to the last that it is aligned to, introns too); ``remove_duplicates``: True, the
            default, counts one read of those that begin at one base of one strand; ``strand``:
            ``"+"`` or ``"-"``; ``min_quality``; ``columns``: those of a table, from 1, of bases,
            chromosome, position and strand; ``positions``: ``"classic"`` for those of pymisha;
            ``unknown``, ``aliases`` as for `import_track`; ``description``,
            ``attributes``, ``layout``, ``overwrite`` as for `create_track`.

        Returns
        -------
        ReadStatistics
            `total`, `mapped`, `unmapped`, `left_out`, `duplicates`, and `chroms`, a table.

        Raises
        ------
        CorruptFileError
            If the file breaks its format.
        MissingExtraError
            For BAM, if pysam is not installed.
        IntervalError
            If there are no reads.
        MishaError
            As for `import_track`. There is no track then.

        Examples
        --------
        >>> import misha_xr, tempfile
        >>> db = misha_xr.example_database(copy=True)
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     path = Path(folder, "a.sam")
        ...     _ = path.write_text("r\t0\tchr1\t11\t30\t5M\t*\t0\t0\tACGTA\t*\n")
        ...     db.import_reads("reads", path, 10).mapped
        1
        >>> db.extract("reads", "chr1:0-20")["reads"].tolist()
        [0.0, 0.5]
        """
        return io.import_reads(self.store, name, file, bin_size=bin_size, **options)

    def export_bedgraph(
        self,
        expression: Expressions,
        path: AnyPath,
        scope: Any = None,
        iterator: Any = None,
        *,
        name: str | None = None,
        header: bool = True,
        overwrite: bool = False,
        **options: Any,
    ) -> Path:
        r"""Write the values of an expression as bedGraph.

        Parameters
        ----------
        expression : str
            One expression.
        path : str or Path
            Where; packed if it ends in ``.gz``.
        scope, iterator
            As for `extract`.
        name : str, optional
            Of the track in the file. Default: the expression.
        header : bool
            Whether a ``track`` line comes first.
        overwrite : bool
            Replace a file that is there, once the new one is complete.
        **options
            As for `extract`.

        Returns
        -------
        Path
            The file, absolute.

        Raises
        ------
        OutputError, OutputExistsError
            If there cannot be such a file.
        MishaError
            For anything wrong with the question.

        Notes
        -----
        Values as float32, with the fewest digits that give it back; steps without one are left out.

        Examples
        --------
        >>> import misha_xr, tempfile
        >>> db = misha_xr.example_database()
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     file = f"{folder}/a.bg"
        ...     db.export_bedgraph("dense_track", file, "chr1:0-50", header=False).read_text()
        'chr1\t0\t50\t0.80292535\n'
        """
        frames = self.iterate(expression, scope, iterator, **options)
        shown = (str(expression) if name is None else name) if header else None
        return io.export_bedgraph(frames, path, header=shown, overwrite=overwrite)

    def export_bigwig(
        self,
        expression: Expressions,
        path: AnyPath,
        scope: Any = None,
        iterator: Any = None,
        *,
        overwrite: bool = False,
        **options: Any,
    ) -> Path:
        """Write the values of an expression as bigWig.

        Parameters
        ----------
        expression : str
            One expression.
        path : str or Path
            Where.
        scope, iterator
            As for `extract`. Steps may not overlap.
        overwrite : bool
            Replace a file that is there, once the new one is complete.
        **options
            As for `extract`.

        Returns
        -------
        Path
            The file, absolute.

        Raises
        ------
        MissingExtraError
            If pybigtools is not installed.
        OutputError, OutputExistsError
            If there cannot be such a file, or there is no value.
        MishaError
            For anything wrong with the question.

        Notes
        -----
        Values as float32; steps without one are left out.

        Examples
        --------
        >>> import misha_xr, tempfile
        >>> db = misha_xr.example_database(copy=True)
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     path = db.export_bigwig("dense_track", f"{folder}/a.bw", "chr1:0-50")
        ...     db.import_track("again", path)
        >>> db.extract("again")["end"].tolist()
        [50]
        """
        frames = self.iterate(expression, scope, iterator, **options)
        return io.export_bigwig(frames, path, self.store.genome, overwrite=overwrite)
