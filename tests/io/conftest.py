"""A web server of this machine."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from misha_xr.testing.web_site import Site, web_site


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """Serve files until the test ends; asked directly, whatever the proxies of the user."""
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    with web_site() as found:
        yield found
