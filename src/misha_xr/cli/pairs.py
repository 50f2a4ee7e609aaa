"""Pairs of a key and a value on the command line."""

from __future__ import annotations

from collections.abc import Iterable

import click

__all__ = ["parse_pairs"]


def parse_pairs(texts: Iterable[str]) -> dict[str, str]:
    """Read ``KEY=VALUE``; a text of another form is an error of usage."""
    pairs = {}
    for text in texts:
        key, is_pair, value = text.partition("=")
        if not is_pair or not key:
            raise click.BadParameter(f"{text!r} is not of the form KEY=VALUE")
        pairs[key] = value
    return pairs
