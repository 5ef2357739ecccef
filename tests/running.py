"""Starts one of oppkit's servers as a person would, and ends it as a person would."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
from pathlib import Path
from threading import Thread
from typing import IO


class Running:
    """A started server, and where it said to be open.

    `code` is Python that serves; `settings` go into its environment.
    """

    def __init__(
        self,
        code: str,
        *arguments: object,
        stop: signal.Signals = signal.SIGINT,
        folder: Path | None = None,
        **settings: str,
    ):
        # Not a pipe: once full, it would stop a server that has much to complain about.
        self._complaints = tempfile.TemporaryFile("w+")  # noqa: SIM115
        self.process = subprocess.Popen(
            [sys.executable, "-c", code, *map(str, arguments)],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=self._complaints, text=True,
            cwd=folder, env=os.environ | settings,
        )  # fmt: skip
        self._stop = stop
        self._ended: tuple[int, str] | None = None
        assert self.process.stdout is not None
        said = next((line for line in self.process.stdout if "http://" in line), "")
        assert said, f"The server ended before it was open. {self.end()[1]}"
        self.address = said.rsplit(" ", 1)[1].strip()
        read_on(self.process.stdout)

    def end(self) -> tuple[int, str]:
        """Stop it as a person or a service manager would; return its exit code and complaints.

        Called again, it returns the same.
        """
        if self._ended is None:
            self.process.send_signal(self._stop)
            self.process.wait(timeout=120)
            with self._complaints:
                self._complaints.seek(0)
                self._ended = self.process.returncode, self._complaints.read()
        return self._ended


def read_on(pipe: IO[str]) -> None:
    """Read the rest of a pipe beside, and close it: once full, it would stop who writes into it."""

    def read() -> None:
        with pipe:
            pipe.read()

    Thread(target=read, daemon=True).start()


def address_on_the_network() -> str:
    """Return this machine's own address, if it has one; nothing is sent to find it."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
        except OSError:
            return ""
        return str(probe.getsockname()[0])
