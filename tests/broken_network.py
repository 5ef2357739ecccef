"""A network that fails at a chosen moment: a proxy between a client and a server's socket."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Literal

Moment = Literal["before", "after"]


class Network:
    """Hands on what it gets, until it is told to fail.

    `cut(b"commit", "before")` breaks the connection instead of handing on the next message with
    that text, "after" hands it on and loses the answer. The server is told nothing: it waits for
    what comes next, as when a cable is pulled. While `down` nobody gets in.
    """

    def __init__(self, target: Path) -> None:
        self.down = False
        self._target = target
        self._cut: tuple[bytes, Moment, bool] | None = None
        self._lost: threading.Event | None = None  # set when an answer was not handed on
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listening.getsockname()[1])
        threading.Thread(target=self._serve, daemon=True).start()

    def cut(self, text: bytes, moment: Moment, for_good: bool = False) -> None:
        """Break the connection once; `for_good`: and let nobody in any more."""
        self._cut = (text, moment, for_good)

    def close(self) -> None:
        """Let nobody in any more."""
        self.down = True
        with suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)  # nobody waits for it any more
        self._listening.close()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listening.accept()
                if self.down:
                    client.close()
                    continue
                server = socket.socket(socket.AF_UNIX)
                server.connect(str(self._target))
                threading.Thread(target=self._there, args=(client, server), daemon=True).start()
                threading.Thread(target=self._back, args=(server, client), daemon=True).start()

    def _there(self, client: socket.socket, server: socket.socket) -> None:
        with suppress(OSError):
            while block := client.recv(1 << 16):
                if self._cut and self._cut[0] in block:
                    _, moment, self.down = self._cut
                    self._cut = None
                    if moment == "after":
                        self._lost = threading.Event()
                        server.sendall(block)
                        self._lost.wait(60)
                        self._lost = None
                    client.shutdown(socket.SHUT_RDWR)
                    return
                server.sendall(block)
        server.close()

    def _back(self, server: socket.socket, client: socket.socket) -> None:
        with suppress(OSError):
            while block := server.recv(1 << 16):
                if self._lost:
                    self._lost.set()
                else:
                    client.sendall(block)
        with suppress(OSError):
            client.shutdown(socket.SHUT_RDWR)


@contextmanager
def network(target: Path) -> Iterator[Network]:
    """A network in front of a socket."""
    made = Network(target)
    try:
        yield made
    finally:
        made.close()
