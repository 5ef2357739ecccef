"""Starts one of oppkit's servers as a person would, and ends it as a person would."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path


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
        self.process = subprocess.Popen(
            [sys.executable, "-c", code, *map(str, arguments)],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            cwd=folder, env=os.environ | settings,
        )  # fmt: skip
        self._stop = stop
        said = (line for line in self.process.stdout or () if "http://" in line)
        self.address = next(said).rsplit(" ", 1)[1].strip()

    def end(self) -> tuple[int, str]:
        """Stop it as a person or a service manager would; return its exit code and complaints."""
        self.process.send_signal(self._stop)
        _, complaints = self.process.communicate(timeout=120)
        return self.process.returncode, complaints


def address_on_the_network() -> str:
    """Return this machine's own address, if it has one; nothing is sent to find it."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
        except OSError:
            return ""
        return str(probe.getsockname()[0])
