"""A mail server that misbehaves as the recipient's address says, and writes down every message that it accepts.

    python -m tests.faults.sink <file>

prints its port. The file gets one JSON object a line, flushed before the server replies: so what a sender is told was
accepted is there, and what it was not told may be there.

    perm-…        550 5.1.1 to RCPT
    temp-…        451 4.7.1 to RCPT, the first two times
    data4-…       452 after the message, the first time
    dropbefore-…  hangs up at RCPT, the first time
    dropdata-…    hangs up after the message, without accepting it
    dropafter-…   accepts the message, and hangs up without a reply
    slow-…        takes its time to accept
"""

import asyncio
import json
import subprocess
import sys
from collections import Counter
from contextlib import contextmanager
from email import message_from_bytes, policy
from pathlib import Path

from aiosmtpd.smtp import SMTP

ROOT = Path(__file__).resolve().parents[2]
SLOW = 0.2


class Sink:
    def __init__(self, path):
        self.file = Path(path).open("a")  # noqa: SIM115
        self.tries = Counter()

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        mode = address.partition("-")[0]
        self.tries[address] += 1
        if mode == "perm":
            return "550 5.1.1 No such mailbox here"
        if mode == "temp" and self.tries[address] <= 2:
            return "451 4.7.1 Greylisted, come again"
        if mode == "dropbefore" and self.tries[address] == 1:
            server.transport.abort()
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        [address] = envelope.rcpt_tos
        mode = address.partition("-")[0]
        if mode == "data4" and self.tries[address] == 1:
            return "452 4.3.1 Out of space"
        if mode == "dropdata":
            server.transport.abort()
            return "250 never sent"
        if mode == "slow":
            await asyncio.sleep(SLOW)
        self.write_down(address, envelope.original_content)
        if mode == "dropafter":
            server.transport.abort()
        return "250 OK accepted"

    def write_down(self, address, content):
        message = message_from_bytes(content, policy=policy.compat32)
        entry = {"to": address, "message_id": message["Message-ID"], "raw": content.decode("ascii")}
        self.file.write(f"{json.dumps(entry)}\n")
        self.file.flush()


async def main(path):
    sink = Sink(path)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(sink, hostname="sink.example", loop=loop), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)  # noqa: T201
    await server.serve_forever()


@contextmanager
def running(path):
    """The port of one that runs in a process of its own."""
    command = [sys.executable, "-m", "tests.faults.sink", path]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603
        try:
            yield process.stdout.readline().strip()
        finally:
            process.kill()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
