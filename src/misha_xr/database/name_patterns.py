"""How names and attribute values are searched: globs on the whole text, or compiled patterns."""

from __future__ import annotations

import re
from collections.abc import Mapping
from fnmatch import translate
from typing import TypeAlias

__all__ = ["Pattern", "attribute_values", "compile_pattern"]

Pattern: TypeAlias = str | re.Pattern[str]


def compile_pattern(pattern: object) -> re.Pattern[str]:
    """Return a regular expression whose ``search`` tells whether a text is meant.

    Parameters
    ----------
    pattern : str or compiled regular expression
        A glob (``*``, ``?``, ``[abc]``) for the whole text, case counts; or an expression that is
        searched anywhere.

    Returns
    -------
    re.Pattern
        For ``search``.

    Raises
    ------
    TypeError
        If it is neither.

    Examples
    --------
    >>> [bool(compile_pattern(glob).search("chip.k4")) for glob in ("chip.*", "k4")]
    [True, False]
    """
    if isinstance(pattern, re.Pattern):
        return pattern
    if isinstance(pattern, str):
        return re.compile("^" + translate(pattern))
    kind = type(pattern).__name__
    raise TypeError(f"a pattern must be a glob or a compiled regular expression; found {kind}")


def attribute_values(attributes: Mapping[str, str], name: str) -> list[str]:
    """Return the values that a keyword may mean: its spelling with dots counts as well.

    Parameters
    ----------
    attributes : mapping of str to str
        Of one track or set.
    name : str
        The keyword.

    Returns
    -------
    list of str
        One empty text if there is no such attribute.

    Examples
    --------
    >>> attribute_values({"created.by": "me"}, "created_by"), attribute_values({}, "a")
    (['me'], [''])
    """
    names = dict.fromkeys((name, name.replace("_", ".")))
    return [attributes[key] for key in names if key in attributes] or [""]
