"""YAML files of a database: flat or shallow maps, read by the safe loader within limits."""

from __future__ import annotations

from typing import Any

import yaml

from misha_xr.errors import CorruptFileError
from misha_xr.formats.buffers import BytesLike, view_bytes

__all__ = ["load_map"]

MAX_BYTES = 1 << 18  # the loader is slow, and what it reads is a page of text
MAX_DEPTH = 20  # its time grows with the square of the depth

_OPENING = (
    yaml.FlowSequenceStartToken,
    yaml.FlowMappingStartToken,
    yaml.BlockSequenceStartToken,
    yaml.BlockMappingStartToken,
)
_CLOSING = (yaml.FlowSequenceEndToken, yaml.FlowMappingEndToken, yaml.BlockEndToken)


def load_map(data: BytesLike, path: object = "<bytes>") -> dict[str, Any]:
    """Read a YAML file that must be a map.

    Parameters
    ----------
    data : bytes-like
        The whole file.
    path : path-like
        A label for error messages.

    Returns
    -------
    dict
        Names as text; empty for an empty file.

    Raises
    ------
    CorruptFileError
        If it is larger than 256 kB, no YAML, no map, deeply nested, or uses anchors: a few lines of
        them stand for gigabytes.

    Examples
    --------
    >>> load_map(b"a: 1")
    {'a': 1}
    """
    text = bytes(view_bytes(data))
    if len(text) > MAX_BYTES:
        raise CorruptFileError.at(path, MAX_BYTES, "a YAML file of more than 256 kB")
    try:
        _check_tokens(text, path)
        found = yaml.safe_load(text)
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError, ValueError, OverflowError) as error:
        if isinstance(error, CorruptFileError):
            raise
        raise CorruptFileError.at(path, 0, f"no valid YAML: {error}") from error
    if found is None:
        return {}
    if not isinstance(found, dict):
        raise CorruptFileError.at(path, 0, f"expected a map, found a {type(found).__name__}")
    return {str(name): value for name, value in found.items()}


def _check_tokens(text: bytes, path: object) -> None:
    depth = 0
    for token in yaml.scan(text, Loader=yaml.SafeLoader):
        depth += isinstance(token, _OPENING) - isinstance(token, _CLOSING)
        if depth > MAX_DEPTH:
            problem = f"YAML nested deeper than {MAX_DEPTH}"
            raise CorruptFileError.at(path, token.start_mark.index, problem)
        if isinstance(token, yaml.AliasToken | yaml.TagToken):
            raise CorruptFileError.at(path, token.start_mark.index, "YAML with anchors or tags")
