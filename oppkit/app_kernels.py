"""The Python processes behind the pages of `oppkit app`: one a page, and one that waits.

Starting Python and loading the libraries is most of what a person would wait for. The next kernel
therefore does that ahead. It runs the notebook only when a page asks for it, so that no page shows
what was true an hour ago, as it would with Voilà's own pool of pages rendered ahead.
"""

import asyncio
from typing import Any

from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager

_LOAD = "--IPKernelApp.exec_lines=import oppkit.forms.main_page"


class AppKernels(AsyncMappingKernelManager):
    """Hands out a kernel that was started ahead, if there is one, else a new one."""

    _ahead: asyncio.Task[str] | None = None
    _ending = False

    def start_ahead(self) -> None:
        """Start the kernel of the next page, unless one is waiting or all is ending."""
        if self._ahead is None and not self._ending:
            self._ahead = asyncio.create_task(self._start())

    async def start_kernel(self, **_: Any) -> str:  # type: ignore[override]
        """Return the identifier of a kernel that no page has yet.

        What Voilà asks for (folder, environment of the request) is left out on purpose: the kernel
        works where `oppkit app` was started, and in its environment.
        """
        waiting, self._ahead = self._ahead, None
        return await self._alive(waiting) or await self._start()

    def notify_connect(self, kernel_id: str) -> None:
        """Start the next kernel once a page has its own, for both would slow each other down."""
        super().notify_connect(kernel_id)  # type: ignore[no-untyped-call]
        self.start_ahead()

    async def cull_kernel_if_idle(self, kernel_id: str) -> None:
        """End a kernel whose page has been gone for long; one that waits has had no page yet."""
        if not self._waits(kernel_id):
            await super().cull_kernel_if_idle(kernel_id)  # type: ignore[no-untyped-call]

    async def shutdown_all(self, now: bool = False) -> None:  # type: ignore[override]
        """End all kernels, one that is just starting included, for good."""
        self._ending = True
        waiting, self._ahead = self._ahead, None
        if waiting is not None:
            await asyncio.wait([waiting])
        await super().shutdown_all(now=now)

    async def _start(self) -> str:
        return str(await super().start_kernel(extra_arguments=[_LOAD]))

    async def _alive(self, waiting: asyncio.Task[str] | None) -> str | None:
        """Return the kernel that was started ahead, unless it failed or has ended since."""
        if waiting is None:
            return None
        await asyncio.wait([waiting])
        if waiting.exception() is not None:
            return None
        kernel_id = waiting.result()
        return kernel_id if kernel_id in self and await self.is_alive(kernel_id) else None

    def _waits(self, kernel_id: str) -> bool:
        waiting = self._ahead
        return waiting is not None and waiting.done() and waiting.result() == kernel_id
