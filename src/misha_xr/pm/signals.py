"""Classic calls that import and export signals: files of other programs to tracks, and back."""

from __future__ import annotations

import contextlib
import math
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd

from misha_xr.errors import MishaWarning
from misha_xr.pm.calls import classic
from misha_xr.pm.questions import question
from misha_xr.pm.session import SESSION

__all__ = [
    "gtrack_export_bedgraph",
    "gtrack_export_bigwig",
    "gtrack_import",
    "gtrack_import_mappedseq",
    "gtrack_import_set",
]

# Classic imports leave out what the genome lacks.
_LENIENT = {"unknown": "skip", "beyond": "clip"}


@classic()
def gtrack_import(
    track: str,
    description: str,
    file: str,
    binsize: int | None = None,
    defval: float = math.nan,
    attrs: dict[str, str] | None = None,
    func: str = "weighted.mean",
) -> None:
    r"""Make a track of a signal in a file.

    Parameters
    ----------
    track : str
        Name of the new track.
    description : str
        What it holds.
    file : str
        bigWig, bedGraph, WIG, BED, peaks, or a table with a header ``chrom start end value``; text
        may be packed as ``.gz``.
    binsize : int, optional
        Base pairs, for a dense track. 0 or None: a sparse track.
    defval : float
        The value of bases that nothing covers, for a dense track.
    attrs : dict of str to str, optional
        More attributes.
    func : {"weighted.mean", "weighted.sum", "max", "min", "median", "count", "coverage"}
        How values make up a bin.

    Raises
    ------
    ValueError
        If the track exists, the file cannot be read as such, or holds nothing on the genome.
    FileNotFoundError
        If there is no file.

    Warns
    -----
    MishaWarning
        If rows on unknown chromosomes, or beyond the end of one, were left out or cut.

    See Also
    --------
    misha_xr.Database.import_track : The native form; it insists on known places.

    Notes
    -----
    Differs from pymisha: what is left out is counted in a warning; a file of several tracks is
    refused, and they are listed; ``.bg``, ``.bdg``, narrowPeak and broadPeak are known as well,
    ``NA`` is a missing value; zip archives are not unpacked; bigWig needs the Python package
    pybigtools.

    Examples
    --------
    >>> import tempfile
    >>> from misha_xr import pm
    >>> _ = pm.gdb_init_examples()
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "a.bedGraph")
    ...     _ = path.write_text("chr1\t0\t15\t1\nchr1\t15\t20\t3\n")
    ...     pm.gtrack_import("imported", "a test", str(path), 10)
    >>> pm.gextract("imported", pm.gintervals(1, 0, 20))["imported"].tolist()
    [1.0, 2.0]
    """
    _need(track=track, description=description, file=file)
    size = binsize or 0
    call = f'gtrack.import("{track}", description, "{file}", {size}, {defval}, attrs)'
    SESSION.need().import_track(
        track, file, binsize or None, description=description, attributes=attrs, default=defval,
        func=func, created_by=call, **_LENIENT,
    )  # fmt: skip


@classic()
def gtrack_import_set(
    description: str,
    path: str,
    binsize: int,
    track_prefix: str | None = None,
    defval: float = math.nan,
) -> dict[str, list[str]]:
    r"""Make a track of each of several files; one that fails does not stop the others.

    Parameters
    ----------
    description : str
        Of every track.
    path : str
        A pattern, e.g. ``"/data/*.wig"``.
    binsize : int
        As for `gtrack_import`.
    track_prefix : str, optional
        In front of the names of the files, without their endings.
    defval : float
        As for `gtrack_import`.

    Returns
    -------
    dict of str to list of str
        ``files_imported`` and ``files_failed``, each only if there is any; a file whose track
        exists counts as failed.

    Raises
    ------
    ValueError
        If no file matches.

    Warns
    -----
    MishaWarning
        For each file that failed.

    See Also
    --------
    misha_xr.Database.import_tracks : The native form.

    Notes
    -----
    Differs from pymisha: files come in the order of their names; nothing is fetched by FTP; tracks
    that exist are left as they are, here as there.

    Examples
    --------
    >>> import tempfile
    >>> from misha_xr import pm
    >>> _ = pm.gdb_init_examples()
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = Path(folder, "a.bedGraph").write_text("chr1\t0\t15\t1\n")
    ...     pm.gtrack_import_set("a test", f"{folder}/*", 0, "set_")
    {'files_imported': ['a.bedGraph']}
    """
    _need(description=description, path=path, binsize=binsize)
    try:
        outcome = SESSION.need().import_tracks(
            path, binsize or None, track_prefix or "", description=description, default=defval,
            **_LENIENT,
        )  # fmt: skip
    except FileNotFoundError as error:
        raise ValueError(f"No files to import: {error}") from error
    for name in outcome.skipped.values():
        warnings.warn(f"track {name} exists; its file was skipped", MishaWarning, stacklevel=3)
    failed = [Path(file).name for file in (*outcome.failed, *outcome.skipped)]
    found = {"files_failed": failed, "files_imported": [Path(f).name for f in outcome.imported]}
    return {key: sorted(files) for key, files in found.items() if files}


@classic()
def gtrack_import_mappedseq(
    track: str,
    description: str,
    file: str,
    pileup: int = 0,
    binsize: int = -1,
    cols_order: tuple[int, int, int, int] | None = (9, 11, 13, 14),
    remove_dups: bool = True,
) -> dict[str, Any]:
    r"""Make a track of mapped reads in SAM, BAM, or a table.

    Parameters
    ----------
    track : str
        Name of the new track.
    description : str
        What it holds.
    file : str
        The file.
    pileup : int
        0: a sparse track of how many reads begin at a base. Else a dense one of how many cover a
        base on average, if each covers so many base pairs from where it begins.
    binsize : int
        Base pairs, for a dense track; -1 for a sparse one.
    cols_order : tuple of 4 int, optional
        Columns of the table, from 1, of bases, chromosome, position, strand. None: SAM or BAM.
    remove_dups : bool
        Count one read only of those that begin at one base of one strand.

    Returns
    -------
    dict
        ``total``: dict of ``total``, ``total.mapped``, ``total.unmapped`` and ``total.dups``, all
        float; ``chrom``: DataFrame of `chrom`, `mapped`, `dups`.

    Raises
    ------
    ValueError
        If the track exists, there is no file, or `pileup` and `binsize` do not fit together.

    See Also
    --------
    misha_xr.Database.import_reads : The native form; its positions are those of the bases.

    Notes
    -----
    As in pymisha, positions of SAM are taken as if they counted from 0, and a read of the minus
    strand begins one base behind its last. Differs: ``total`` does not count duplicates twice;
    ``total.dups`` counts them whether or not they are removed; BAM is read, with the Python
    package pysam.

    Examples
    --------
    >>> import tempfile
    >>> from misha_xr import pm
    >>> _ = pm.gdb_init_examples()
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "a.sam")
    ...     _ = path.write_text("r\t0\tchr1\t11\t30\t5M\t*\t0\t0\tACGTA\t*\n")
    ...     pm.gtrack_import_mappedseq("reads", "a test", str(path), cols_order=None)["total"]
    {'total': 1.0, 'total.mapped': 1.0, 'total.unmapped': 0.0, 'total.dups': 0.0}
    """
    _need(track=track, description=description, file=file)
    if (pileup > 0) != (binsize > 0) or pileup < 0:
        raise ValueError(
            f"a pileup needs a binsize above 0, and none goes with binsize=-1; found {pileup} and "
            f"{binsize}"
        )
    call = f'gtrack.import_mappedseq("{track}", description, "{file}", pileup={pileup}, '
    call += f"binsize={binsize}, remove.dups={remove_dups})"
    with _missing_is_wrong():
        found = SESSION.need().import_reads(
            track, file, binsize if pileup else None, pileup=pileup, description=description,
            remove_duplicates=remove_dups, columns=cols_order, positions="classic",
            unknown="skip", created_by=call,
        )  # fmt: skip
    numbers = (found.total, found.mapped, found.unmapped, found.duplicates)
    names = ("total", "total.mapped", "total.unmapped", "total.dups")
    chroms = pd.DataFrame(
        {
            "chrom": found.chroms["chrom"].astype(str),
            "mapped": found.chroms["mapped"].astype(float),
            "dups": found.chroms["duplicates"].astype(float),
        }
    )
    return {"total": dict(zip(names, map(float, numbers), strict=True)), "chrom": chroms}


@classic()
def gtrack_export_bedgraph(
    track: str,
    file: str,
    intervals: pd.DataFrame | None = None,
    iterator: int | None = None,
    name: str | None = None,
    header: bool = True,
) -> None:
    r"""Write the values of an expression as bedGraph.

    Parameters
    ----------
    track : str
        Expression.
    file : str
        Where; packed if it ends in ``.gz``. A file that is there is replaced.
    intervals : DataFrame, optional
        Where to evaluate it. Default: the whole genome.
    iterator : int, optional
        In what steps.
    name : str, optional
        Of the track in the file. Default: the expression.
    header : bool
        Whether a ``track`` line comes first.

    Raises
    ------
    ValueError
        If there is no such track, or it has two dimensions.
    FileNotFoundError
        If there is no such folder.

    See Also
    --------
    misha_xr.Database.export_bedgraph : The native form.

    Notes
    -----
    Differs from pymisha: values have the fewest digits that give the same float32; variables of
    the caller are known.

    Examples
    --------
    >>> import tempfile
    >>> from misha_xr import pm
    >>> _ = pm.gdb_init_examples()
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "a.bg")
    ...     pm.gtrack_export_bedgraph("dense_track", str(path), pm.gintervals(1, 0, 50))
    ...     path.read_text()
    'track type=bedGraph name="dense_track"\nchr1\t0\t50\t0.80292535\n'
    """
    _need_folder(file)
    database, context = question(track, intervals, iterator)
    database.export_bedgraph(track, file, name=name, header=header, overwrite=True, **context)


@classic()
def gtrack_export_bigwig(
    track: str,
    file: str,
    intervals: pd.DataFrame | None = None,
    iterator: int | None = None,
) -> None:
    """Write the values of an expression as bigWig.

    Parameters
    ----------
    track : str
        Expression.
    file : str
        Where. A file that is there is replaced.
    intervals : DataFrame, optional
        Where to evaluate it. Default: the whole genome.
    iterator : int, optional
        In what steps.

    Raises
    ------
    ValueError
        If there is no such track, it has two dimensions, or there is no value.
    FileNotFoundError
        If there is no such folder.

    See Also
    --------
    misha_xr.Database.export_bigwig : The native form.

    Notes
    -----
    Differs from pymisha: needs the Python package pybigtools, no other program.

    Examples
    --------
    >>> import tempfile
    >>> from misha_xr import pm
    >>> _ = pm.gdb_init_examples()
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     pm.gtrack_export_bigwig("dense_track", f"{folder}/a.bw", pm.gintervals(1, 0, 50))
    ...     pm.gtrack_import("again", "a test", f"{folder}/a.bw")
    >>> pm.gextract("again", pm.gintervals_all())["end"].tolist()
    [50]
    """
    _need_folder(file)
    database, context = question(track, intervals, iterator)
    database.export_bigwig(track, file, overwrite=True, **context)


def _need(**given: object) -> None:
    for name, value in given.items():
        if value is None:
            raise ValueError(f"{name} must be given; found None")


def _need_folder(file: str) -> None:
    folder = Path(file).parent
    if not folder.is_dir():
        raise FileNotFoundError(f"cannot write {file}: the folder {folder} does not exist")


@contextlib.contextmanager
def _missing_is_wrong() -> Iterator[None]:
    """Let a file that is not there be the ValueError that classic scripts expect."""
    try:
        yield
    except FileNotFoundError as error:
        raise ValueError(f"no such file: {error}") from error
