"""Sources of data: paths, ``file://`` and ``http(s)://``, through one function, checked."""

from __future__ import annotations

import contextlib
import hashlib
import http.client
import os
import re
import secrets
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import IO
from urllib.parse import unquote, urlsplit
from urllib.request import url2pathname

from misha_xr.errors import (
    CorruptFileError,
    FetchError,
    MissingFileError,
    SizeLimitError,
    UnsupportedError,
)

__all__ = ["fetch", "is_remote"]

BLOCK_BYTES = 1 << 20
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")
_LENGTHS = {32: "md5", 40: "sha1", 64: "sha256"}

Progress = Callable[[int, int | None], object]


def is_remote(source: str | os.PathLike[str]) -> bool:
    """Tell whether a source is to be downloaded.

    Parameters
    ----------
    source : str or path-like
        A path or a URL.

    Returns
    -------
    bool
        True for ``http`` and ``https``.

    Examples
    --------
    >>> is_remote("https://example.org/a.fa.gz"), is_remote("/data/a.fa"), is_remote("file:///a")
    (True, False, False)
    """
    return os.fspath(source).lower().startswith(("http://", "https://"))


def fetch(
    source: str | os.PathLike[str],
    folder: str | os.PathLike[str],
    *,
    checksum: str | None = None,
    max_bytes: int = 2**40,
    timeout: float = 60.0,
    progress: Progress | None = None,
) -> Path:
    """Return a source as a file of this machine.

    Parameters
    ----------
    source : str or path-like
        A path, ``file://...``, ``http://...`` or ``https://...``.
    folder : path-like
        Where a download goes, under the last part of its URL; must exist. A file that is there
        under this name is taken if it has the checksum.
    checksum : str, optional
        MD5, SHA-1 or SHA-256 in hexadecimal digits; also with the name in front, as in
        ``md5:d41d...``.
    max_bytes : int
        The largest download.
    timeout : float
        Seconds without an answer or without data.
    progress : callable, optional
        Called with the bytes that are there and those there will be (None: unknown).

    Returns
    -------
    Path
        Of a local source itself, else of the download. It is complete: a download that fails
        leaves nothing.

    Raises
    ------
    FileNotFoundError
        If a local source is missing.
    FetchError
        If the server does not answer, or not with the file; an OSError.
    CorruptFileError
        If fewer bytes came than were announced, or the checksum is another.
    SizeLimitError
        If there is more than ``max_bytes``.
    UnsupportedError
        If the URL is of another kind.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = Path(folder, "a.fa")
    ...     _ = file.write_text(">a")
    ...     fetch(file.as_uri(), folder) == file
    True
    """
    digest = _digest(checksum)
    if not is_remote(source):
        path = _local(source)
        if not path.exists():
            raise MissingFileError(f"{path}: file not found")
        _check(path, digest)
        return path
    url = os.fspath(source)
    name = Path(unquote(urlsplit(url).path)).name
    if name in ("", ".", "..") or "\0" in name:
        raise UnsupportedError(f"{url} names no file", hint="give the URL of the file itself")
    target = Path(folder) / name
    if digest is not None and target.is_file() and _sum(target, digest[0]) == digest[1]:
        return target
    beside = target.with_name(f".{name}.part.{os.getpid()}.{secrets.token_hex(4)}")
    try:
        _download(url, beside, max_bytes, timeout, progress)
        _check(beside, digest, url)
        beside.replace(target)
    finally:
        beside.unlink(missing_ok=True)
    return target


def _local(source: str | os.PathLike[str]) -> Path:
    text = os.fspath(source)
    if not _SCHEME.match(text):
        return Path(text).expanduser()
    parts = urlsplit(text)
    if parts.scheme.lower() != "file":
        raise UnsupportedError(
            f"cannot fetch {text}: only paths, file://, http:// and https:// are known",
            hint="download it with another program, and give the path",
        )
    if parts.netloc not in ("", "localhost"):
        raise UnsupportedError(f"cannot fetch {text}: a file of another machine")
    return Path(url2pathname(parts.path))


def _download(
    url: str, path: Path, max_bytes: int, timeout: float, progress: Progress | None
) -> None:
    request = urllib.request.Request(url, headers={"User-Agent": "misha-xr"})
    try:
        with contextlib.ExitStack() as stack:
            answer = stack.enter_context(urllib.request.urlopen(request, timeout=timeout))
            announced = answer.headers.get("Content-Length")
            n_bytes = int(announced) if announced and announced.isdigit() else None
            if n_bytes is not None and n_bytes > max_bytes:
                raise _too_large(url, max_bytes)
            file = stack.enter_context(path.open("xb"))
            _copy(answer, file, url, max_bytes, n_bytes, progress)
    except urllib.error.HTTPError as error:
        problem = f"the server says {error.code} {error.reason}"
        error.close()
        raise FetchError(f"cannot fetch {url}: {problem}", hint=_HINT) from error
    except (urllib.error.URLError, TimeoutError, ConnectionError, http.client.HTTPException) as e:
        reason = getattr(e, "reason", None) or e
        raise FetchError(f"cannot fetch {url}: {reason}", hint=_HINT) from e


_HINT = "look at the address in a browser; or download it with another program and give the path"


def _copy(
    answer: IO[bytes],
    file: IO[bytes],
    url: str,
    max_bytes: int,
    n_bytes: int | None,
    progress: Progress | None,
) -> None:
    done = 0
    while block := answer.read(BLOCK_BYTES):
        done += len(block)
        if done > max_bytes:
            raise _too_large(url, max_bytes)
        file.write(block)
        if progress is not None:
            progress(done, n_bytes)
    if n_bytes is not None and done != n_bytes:
        raise CorruptFileError(
            f"{url}: {n_bytes:,} bytes were announced, {done:,} came", hint="try again"
        )


def _too_large(url: str, max_bytes: int) -> SizeLimitError:
    return SizeLimitError(f"{url} has more than {max_bytes:,} bytes", hint="raise max_bytes")


def _digest(checksum: str | None) -> tuple[str, str] | None:
    """Return kind and digits of a checksum."""
    if checksum is None:
        return None
    kind, _, digits = checksum.strip().lower().rpartition(":")
    known = _LENGTHS.get(len(digits))
    if known is None or kind not in ("", known) or not re.fullmatch("[0-9a-f]+", digits):
        raise ValueError(f"{checksum!r} is no MD5, SHA-1 or SHA-256 in hexadecimal digits")
    return known, digits


def _sum(path: Path, kind: str) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, kind).hexdigest()


def _check(path: Path, digest: tuple[str, str] | None, source: object = None) -> None:
    if digest is None:
        return
    kind, digits = digest
    found = _sum(path, kind)
    if found != digits:
        raise CorruptFileError(
            f"{source or path}: expected {kind} {digits}, found {found}",
            hint="the file is damaged or another one; look at the checksum, or fetch it again",
        )
