"""Error and warning classes: one base, each class also the built-in a caller would expect.

Messages name the thing, what was expected and what was found; ``hint`` says what to do. No class
changes ``__init__``, so that every error pickles and crosses process borders intact.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import Self

__all__ = [
    "BandError",
    "BusyError",
    "ChoiceError",
    "CorruptFileError",
    "DatabaseNotFoundError",
    "DirectoryExistsError",
    "DirectoryNotEmptyError",
    "ExpressionChromosomeError",
    "ExpressionError",
    "ExpressionSyntaxError",
    "FetchError",
    "GenomeMismatchError",
    "IntervalColumnsError",
    "IntervalError",
    "IntervalTypeError",
    "IteratorError",
    "MishaError",
    "MishaWarning",
    "MissingExtraError",
    "MissingFileError",
    "NameCollisionError",
    "NameSyntaxError",
    "NoDatabaseError",
    "PathExistsError",
    "ReadOnlyError",
    "SequenceError",
    "SizeLimitError",
    "StaleFileError",
    "StatisticsError",
    "TrackTypeError",
    "UnknownChromosomeError",
    "UnknownColumnError",
    "UnknownNameError",
    "UnknownSetError",
    "UnknownTrackError",
    "UnknownVariableError",
    "UnsupportedError",
    "VirtualTrackError",
    "WorkerError",
]


class MishaError(Exception):
    """Base of every error of the package.

    Parameters
    ----------
    message : str
        What was asked, what was found, and where.
    hint : str, optional
        What to do about it; shown on a line of its own.
    """

    hint: str | None = None

    def __init__(self, message: str = "", *, hint: str | None = None) -> None:
        super().__init__(message)
        self.hint = hint

    def __str__(self) -> str:
        text = str(self.args[0]) if self.args else ""
        return f"{text}\n  Hint: {self.hint}" if self.hint else text


class MishaWarning(RuntimeWarning, UserWarning):
    """The one warning category of the package; classic scripts filter one or the other base."""


class UnknownNameError(MishaError, KeyError, ValueError):
    """A name that the database does not hold."""


class UnknownTrackError(UnknownNameError):
    """A track that no source of the database holds."""


class UnknownColumnError(UnknownNameError):
    """A column name or number that an array track does not have."""


class UnknownSetError(UnknownNameError):
    """An interval set that no source of the database holds."""


class UnknownVariableError(UnknownNameError):
    """A variable that a track does not have."""


class UnknownChromosomeError(UnknownNameError):
    """A chromosome that the genome does not have, under any accepted spelling."""


class GenomeMismatchError(MishaError, ValueError):
    """Two objects on different genomes, or different axes of one, met in one operation."""


class IntervalError(MishaError, ValueError):
    """Intervals that break a rule: coordinates, columns, dtypes or order."""


class IntervalColumnsError(IntervalError, KeyError):
    """A table of intervals without a column that it needs, or with two of one name."""


class IntervalTypeError(IntervalError, TypeError):
    """Something that is no table of intervals, where one is needed."""


class ChoiceError(MishaError, ValueError):
    """An argument that is none of the words it may be."""


class IteratorError(MishaError, ValueError):
    """An iterator that is not valid, or that cannot be determined from the tracks."""


class BandError(MishaError, ValueError):
    """A band that is not valid, or does not fit the query."""


class StatisticsError(MishaError, ValueError):
    """An argument of a statistic that has no meaning: breaks, quantiles, sample sizes."""


class TrackTypeError(MishaError, ValueError):
    """A track of another type than the operation needs."""


class VirtualTrackError(MishaError, ValueError):
    """A virtual track definition that is not valid."""


class ExpressionError(MishaError, ValueError):
    """An expression that is not allowed, or does not give one number per step."""


class ExpressionChromosomeError(ExpressionError, UnknownChromosomeError):
    """An expression that compares with a chromosome that the genome does not have."""


class ExpressionSyntaxError(ExpressionError, SyntaxError):
    """An expression that does not parse."""

    @property
    def msg(self) -> str:  # type: ignore[override]
        """The whole message; Python prints this field of syntax errors, and nothing else."""
        return str(self)


class CorruptFileError(MishaError, ValueError):
    """A file that breaks its format."""

    @classmethod
    def at(
        cls, path: object, offset: int, problem: str, *, hint: str | None = None
    ) -> CorruptFileError:
        """Build the error for a place in a file.

        Parameters
        ----------
        path : path-like
            The file.
        offset : int
            Byte offset of the offending item in the file.
        problem : str
            What was expected and what was found.
        hint : str, optional
            What to do.

        Returns
        -------
        CorruptFileError
            Ready to be raised.

        Examples
        --------
        >>> print(CorruptFileError.at("track.dat", 4, "expected 10 bins, found 9"))
        track.dat, byte 4: expected 10 bins, found 9
        """
        return cls(f"{path}, byte {offset}: {problem}", hint=hint)


class StaleFileError(MishaError, RuntimeError):
    """A file that was replaced while a query was reading it."""


class DatabaseNotFoundError(MishaError, FileNotFoundError):
    """A path that is missing, or is not a misha database."""


class DirectoryExistsError(MishaError, FileExistsError):
    """A folder of names that is to be made and is there."""


class DirectoryNotEmptyError(MishaError, OSError):
    """A folder of names that is to be removed and holds something."""


class NoDatabaseError(MishaError, RuntimeError):
    """The classic API was used before a database was set."""


class NameCollisionError(MishaError, ValueError):
    """Two sources hold one name, and nothing says which of them is meant."""


class PathExistsError(NameCollisionError, FileExistsError):
    """A file or folder that would have to be new."""

    def __new__(cls, *args: object, **kwargs: object) -> Self:
        """Make the object the way OSError does, whose layout it has; ValueError's would refuse."""
        return FileExistsError.__new__(cls, *args)


class NameSyntaxError(MishaError, ValueError):
    """A name that no track, interval set, attribute or variable may have."""


class ReadOnlyError(MishaError, ValueError):
    """A write into something that is only read: a loaded dataset, a protected attribute."""


class BusyError(MishaError, RuntimeError):
    """Another writer is at work on the same object."""


class SequenceError(MishaError, TypeError, AttributeError):
    """A sequence that is no text; classic scripts catch either of the built-ins."""


class SizeLimitError(MishaError, MemoryError):
    """A result or an input above a stated limit."""

    def __new__(cls, *args: object, **kwargs: object) -> Self:
        """Make the object the way Exception does: MemoryError's own way refuses subclasses."""
        return Exception.__new__(cls, *args)


class MissingExtraError(MishaError, ImportError):
    """An optional dependency that is not installed."""


class MissingFileError(MishaError, FileNotFoundError, ValueError):
    """A file to be read that is not there."""


class FetchError(MishaError, OSError):
    """A source that a server did not give."""


class OutputError(MishaError, OSError, ValueError):
    """A place where a result cannot be written."""


class OutputExistsError(OutputError, FileExistsError):
    """A result would replace a file that is there."""


class WorkerError(MishaError, RuntimeError):
    """A worker that ended before its part of a query was done, or that cannot open the data."""


class UnsupportedError(MishaError, NotImplementedError):
    """Something that the package recognises but does not do."""


def closest_hint(name: str, known: Iterable[str], *, limit: int = 3) -> str | None:
    """Suggest the known names nearest to one that was not found.

    Parameters
    ----------
    name : str
        The name asked for.
    known : iterable of str
        The names there are; only the first 20,000 are compared.
    limit : int
        The largest number of suggestions.

    Returns
    -------
    str or None
        A sentence such as ``did you mean 'a', 'b'?``; None when nothing is close.

    Examples
    --------
    >>> closest_hint("dense_trak", ["dense_track", "genes"])
    "did you mean 'dense_track'?"
    """
    pool = [text for text, _ in zip(known, range(20_000), strict=False)]
    near = difflib.get_close_matches(name, pool, n=limit, cutoff=0.6)
    return f"did you mean {', '.join(map(repr, near))}?" if near else None


def check_one_of(what: str, value: object, allowed: Iterable[object]) -> None:
    """Raise an error with one wording unless ``value`` is among ``allowed``.

    Parameters
    ----------
    what : str
        The name of the parameter.
    value : object
        What the caller gave.
    allowed : iterable
        The values accepted.

    Raises
    ------
    ChoiceError
        If ``value`` is not among them; a ValueError.

    Examples
    --------
    >>> check_one_of("layout", "variables", ["variables", "stacked"])
    """
    choices = list(allowed)
    if value in choices:
        return
    hint = closest_hint(str(value), [str(choice) for choice in choices])
    text = f"{what} must be one of {', '.join(map(repr, choices))}; found {value!r}"
    raise ChoiceError(text, hint=hint)
