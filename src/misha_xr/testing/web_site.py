"""A web server of this machine, for tests of downloads."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

__all__ = ["Site", "web_site"]


@dataclass
class Site:
    """What the server gives: by path the body, the length it announces, and the status."""

    url: str
    bodies: dict[str, bytes] = field(default_factory=dict)
    lengths: dict[str, int | None] = field(default_factory=dict)
    redirects: dict[str, str] = field(default_factory=dict)
    slow: set[str] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)
    stop: threading.Event = field(default_factory=threading.Event)


@contextlib.contextmanager
def web_site() -> Iterator[Site]:
    """Serve files at a free port of this machine until the block ends."""
    found: list[Site] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            site = found[0]
            site.asked.append(self.path)
            if self.path in site.redirects:
                self.send_response(302)
                self.send_header("Location", site.redirects[self.path])
                self.end_headers()
            elif self.path not in site.bodies:
                self.send_error(404)
            else:
                self._give(site, site.bodies[self.path])

        def _give(self, site: Site, body: bytes) -> None:
            if self.path in site.slow:
                site.stop.wait(5)
            length = site.lengths.get(self.path, len(body))
            self.send_response(200)
            if length is not None:
                self.send_header("Content-Length", str(length))
            self.end_headers()
            with contextlib.suppress(OSError):  # the other side may have had enough
                self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    found.append(Site(f"http://127.0.0.1:{server.server_port}"))
    thread.start()
    yield found[0]
    found[0].stop.set()
    server.shutdown()
    server.server_close()
    thread.join(5)
