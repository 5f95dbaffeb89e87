"""``serve``: the workbench on this machine's own loopback address, until it is stopped."""

from __future__ import annotations

import socket
from collections.abc import Callable
from pathlib import Path

from comity.web.folder import Folder
from comity.web.guard import Door

_ADDRESS = "127.0.0.1"


def listening(port: int) -> socket.socket:
    """A socket that listens on this port of loopback, on any free one for 0; raises OSError."""
    found = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        found.bind((_ADDRESS, port))
        found.listen(256)
    except OSError:
        found.close()
        raise
    return found


def serve(root: Path, port: int, told: Callable[[str], None], ready: Callable[[str], None]) -> None:
    """Serve a folder until the person stops it.

    Args:
        root: the folder of scenario files.
        port: the port of loopback; 0 for any free one.
        told: is given each address that lets its first reader in: at the start, and again whenever one was used.
        ready: is given the first address when the workbench answers.

    Raises:
        OSError: the port is taken.
    """
    import uvicorn

    from comity.web.application import workbench

    with listening(port) as ours:
        door = Door(ours.getsockname()[1], told)
        app = workbench(Folder(root), door)
        # No access log: what a person looks at is nobody's business; a slow client is let go.
        settings = uvicorn.Config(
            app,
            log_level="warning",
            access_log=False,
            timeout_keep_alive=20,
            limit_concurrency=512,
            h11_max_incomplete_event_size=64 * 1024,
        )
        server = uvicorn.Server(settings)
        told(door.address)
        ready(door.address)
        server.run(sockets=[ours])
