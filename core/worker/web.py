"""One web process: granian without a second process to watch over it, as `core.worker.supervising` does that.

It takes requests from a socket that is open already, and that others share: so nobody is refused while one process
takes over from another.
"""

import sys
from typing import Any

from granian._granian import SocketHolder
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server.mp import MPServer

from core.worker.processes import sign

SECONDS_FOR_HEADERS = 15
#: Connections that wait, and that are taken at a time.
BACKLOG = 4096


class Server(MPServer):
    """Serves in this very process."""

    def _init_shared_socket(self) -> None:
        self._shd: Any = SocketHolder(int(sys.argv[2]), False, BACKLOG)  # type: ignore[call-arg]
        self._sso: Any = None

    def _spawn_workers(self, spawn_target: Any, target_loader: Any) -> None:
        self._spawn_worker(0, spawn_target, target_loader).inner.run()
        self.signal_handler_interrupt()  # type: ignore[no-untyped-call]


def load(target: str) -> Any:
    """Import `module:name`, and say that requests can come."""
    module, _colon, name = target.partition(":")
    __import__(module)
    sign()
    return getattr(sys.modules[module], name)


if __name__ == "__main__":
    Server(
        sys.argv[1],
        interface=Interfaces.RSGI,
        http=HTTPModes.http1,
        websockets=False,
        backpressure=BACKLOG // 2,
        log_level=LogLevels.warning,
        http1_settings=HTTP1Settings(header_read_timeout=SECONDS_FOR_HEADERS * 1000),
    ).serve(target_loader=load)
