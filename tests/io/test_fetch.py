"""Sources: paths, file:// and http://, against a server of this machine."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from misha_xr.errors import (
    CorruptFileError,
    FetchError,
    MissingFileError,
    SizeLimitError,
    UnsupportedError,
)
from misha_xr.io.fetch import fetch
from misha_xr.testing.web_site import Site

BODY = b">chr1\nACGT\n" * 1000


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("kind", ["md5", "sha1", "sha256"])
@pytest.mark.parametrize("prefix", [True, False])
def test_fetch__download_with_checksum(tmp_path: Path, site: Site, kind: str, prefix: bool) -> None:
    site.bodies["/a%20b.fa"] = BODY
    digits = hashlib.new(kind, BODY).hexdigest().upper()
    seen: list[tuple[int, int | None]] = []
    path = fetch(
        f"{site.url}/a%20b.fa",
        tmp_path,
        checksum=f"{kind}:{digits}" if prefix else digits,
        progress=lambda done, of: seen.append((done, of)),
    )
    assert path == tmp_path / "a b.fa"
    assert path.read_bytes() == BODY
    assert seen[-1] == (len(BODY), len(BODY))
    assert names_in(tmp_path) == ["a b.fa"]


def test_fetch__what_is_there_with_its_checksum_is_not_fetched_again(
    tmp_path: Path, site: Site
) -> None:
    site.bodies["/a"] = BODY
    digits = hashlib.md5(BODY).hexdigest()
    for _ in range(2):
        fetch(f"{site.url}/a", tmp_path, checksum=digits)
    assert site.asked == ["/a"]
    fetch(f"{site.url}/a", tmp_path)
    assert site.asked == ["/a", "/a"]


@pytest.mark.parametrize("of_file", [True, False])
def test_fetch__wrong_checksum_leaves_nothing(tmp_path: Path, site: Site, of_file: bool) -> None:
    site.bodies["/a"] = BODY
    folder = tmp_path / "to"
    folder.mkdir()
    (tmp_path / "a").write_bytes(BODY)
    source = str(tmp_path / "a") if of_file else f"{site.url}/a"
    with pytest.raises(CorruptFileError, match=r"expected md5 0{32}, found"):
        fetch(source, folder, checksum="0" * 32)
    assert names_in(folder) == []


@pytest.mark.parametrize(
    ("path", "kind", "words"),
    [
        ("/none", FetchError, "404"),
        ("/short", CorruptFileError, "were announced"),
        ("/large", SizeLimitError, "more than 20,000 bytes"),
        ("/unknown-length", SizeLimitError, "more than 20,000 bytes"),
        ("/slow", FetchError, "timed out"),
        ("/to-file", FetchError, "Redirection"),
        ("/", UnsupportedError, "names no file"),
    ],
)
def test_fetch__failures_leave_nothing(
    tmp_path: Path, site: Site, path: str, kind: type[Exception], words: str
) -> None:
    site.bodies |= {"/short": BODY, "/large": BODY * 2, "/unknown-length": BODY * 2, "/slow": BODY}
    site.lengths |= {"/short": len(BODY) + 5, "/unknown-length": None}
    site.slow.add("/slow")
    site.redirects["/to-file"] = "file:///etc/hostname"
    with pytest.raises(kind, match=words):
        fetch(site.url + path, tmp_path, max_bytes=20_000, timeout=0.3)
    assert names_in(tmp_path) == []


def test_fetch__follows_redirects_to_another_page(tmp_path: Path, site: Site) -> None:
    site.bodies["/new"] = BODY
    site.redirects["/old"] = f"{site.url}/new"
    assert fetch(f"{site.url}/old", tmp_path).read_bytes() == BODY


def test_fetch__nobody_answers(tmp_path: Path) -> None:
    with pytest.raises(FetchError, match="cannot fetch http"):
        fetch("http://127.0.0.1:1/a", tmp_path, timeout=1)


def test_fetch__local_sources_stay_where_they_are(tmp_path: Path) -> None:
    file = tmp_path / "a b.fa"
    file.write_bytes(BODY)
    for source in (file, str(file), file.as_uri(), f"file://localhost{file.as_uri()[7:]}"):
        assert fetch(source, tmp_path / "none") == file


@pytest.mark.parametrize("source", ["ftp://host/a", "s3://bucket/a", "file://other/a"])
def test_fetch__other_kinds_are_named(tmp_path: Path, source: str) -> None:
    with pytest.raises(UnsupportedError, match="cannot fetch"):
        fetch(source, tmp_path)


def test_fetch__missing_file_and_odd_checksum(tmp_path: Path) -> None:
    with pytest.raises(MissingFileError, match="none: file not found"):
        fetch(tmp_path / "none", tmp_path)
    for checksum in ("", "abc", "sha256:" + "0" * 32, "x" * 32):
        with pytest.raises(ValueError, match="no MD5, SHA-1 or SHA-256"):
            fetch(tmp_path, tmp_path, checksum=checksum)
