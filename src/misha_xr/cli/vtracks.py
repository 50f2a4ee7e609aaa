"""Virtual tracks as texts: ``name=func(source, sshift, eshift, key=value)``."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import click

import misha_xr

if TYPE_CHECKING:
    from misha_xr.query import VirtualTrack

__all__ = ["VTRACK_HELP", "named_expressions", "parse_vtracks"]

VTRACK_HELP = (
    "Define a virtual track, 'NAME=FUNC(SOURCE, SSHIFT, ESHIFT)', e.g. "
    "'near=max(chip, -100, 100)'; then maybe params=0.9, filter=SET, dim=1 and so on."
)
_FORM = re.compile(r"\s*(?P<name>[\w.]+)\s*=\s*(?P<func>[\w.]*)\((?P<inner>.*)\)\s*", re.DOTALL)
_NAMED = re.compile(r"\s*(?P<name>[A-Za-z_][\w.]*)\s*=(?!=)(?P<expression>.+)", re.DOTALL)
_ORDER = ("src", "sshift", "eshift")


def parse_vtracks(texts: Iterable[str]) -> dict[str, VirtualTrack]:
    """Read definitions; a text of another form is an error of usage."""
    return dict(_definition(text) for text in texts)


def _definition(text: str) -> tuple[str, VirtualTrack]:
    match = _FORM.fullmatch(text)
    if match is None:
        raise click.BadParameter(
            f"{text!r} is not of the form 'NAME=FUNC(SOURCE, SSHIFT, ESHIFT)'",
            param_hint="--vtrack",
        )
    given: dict[str, Any] = {"func": match["func"] or None}
    for place, part in enumerate(match["inner"].split(",") if match["inner"].strip() else ()):
        key, is_named, value = part.partition("=")
        if is_named:
            given[key.strip()] = _value(value)
        elif place < len(_ORDER):
            given[_ORDER[place]] = _value(part)
        else:
            raise click.BadParameter(
                f"{text!r}: say which parameter {part.strip()!r} is, e.g. params={part.strip()}",
                param_hint="--vtrack",
            )
    try:
        return match["name"], misha_xr.VirtualTrack(**given)
    except TypeError as error:  # a keyword that no definition has
        raise click.BadParameter(f"{text!r}: {error}", param_hint="--vtrack") from error


def _value(text: str) -> int | float | str:
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text.strip()


def named_expressions(texts: Iterable[str]) -> dict[str, str]:
    """Read expressions, each maybe with the name of its column before ``=``."""
    named = {}
    for text in texts:
        match = _NAMED.fullmatch(text)
        name, expression = (match["name"], match["expression"]) if match else (text, text)
        if name in named:
            raise click.BadParameter(
                f"two columns would be called {name!r}; name one: 'other={expression}'",
                param_hint="EXPRESSIONS",
            )
        named[name] = expression.strip()
    return named
