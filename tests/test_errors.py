"""Error classes: built-ins they stand for, pickling, hints, one wording."""

from __future__ import annotations

import inspect
import pickle
import traceback

import pytest

import misha_xr.errors as errors

CLASSES = [
    item
    for _, item in inspect.getmembers(errors, inspect.isclass)
    if issubclass(item, errors.MishaError)
]


@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.__name__)
def test_errors__pickle_with_message_and_hint(kind: type[errors.MishaError]) -> None:
    error = kind("no such thing", hint="look elsewhere")
    back = pickle.loads(pickle.dumps(error))
    assert type(back) is kind
    assert str(back) == str(error) == "no such thing\n  Hint: look elsewhere"


@pytest.mark.parametrize(
    ("kind", "builtin"),
    [
        (errors.UnknownTrackError, KeyError),
        (errors.UnknownChromosomeError, ValueError),
        (errors.ExpressionSyntaxError, SyntaxError),
        (errors.DatabaseNotFoundError, FileNotFoundError),
        (errors.NoDatabaseError, RuntimeError),
        (errors.SizeLimitError, MemoryError),
        (errors.MissingExtraError, ImportError),
        (errors.MissingFileError, FileNotFoundError),
        (errors.UnsupportedError, NotImplementedError),
    ],
)
def test_errors__are_the_builtin_a_caller_expects(kind: type, builtin: type) -> None:
    assert issubclass(kind, builtin)
    assert issubclass(kind, errors.MishaError)


def test_corrupt_file_error__names_file_and_offset() -> None:
    error = errors.CorruptFileError.at(
        "a/track.dat", 12, "expected 3 bins, found 2", hint="restore"
    )
    assert str(error) == "a/track.dat, byte 12: expected 3 bins, found 2\n  Hint: restore"


def test_closest_hint__nothing_close_is_none() -> None:
    assert errors.closest_hint("zzz", ["dense_track"]) is None


def test_check_one_of__one_wording() -> None:
    with pytest.raises(ValueError, match="layout must be one of 'a', 'bcd'; found 'bce'") as info:
        errors.check_one_of("layout", "bce", ["a", "bcd"])
    assert "did you mean 'bcd'" in str(info.value)


def test_expression_syntax_error__python_prints_the_message() -> None:
    error = pickle.loads(pickle.dumps(errors.ExpressionSyntaxError("a +", hint="finish it")))
    assert "a +" in "".join(traceback.format_exception_only(error))
