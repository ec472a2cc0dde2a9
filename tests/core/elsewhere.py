"""A site elsewhere, in a thread: it answers as it is told, and knows what it was asked."""

import socket
from contextlib import contextmanager, suppress
from threading import Thread

#: How a call begins that wants to be secret.
TLS = b"\x16"


class Site:
    """`answers` are the raw bytes for each path; a list is sent piece by piece, one every `pause` seconds."""

    def __init__(self, answers, pause=0.0):
        self.answers, self.pause, self.asked = answers, pause, []
        self.line = socket.create_server(("127.0.0.1", 0))
        self.place = f"127.0.0.1:{self.line.getsockname()[1]}"

    def url(self, path="/"):
        return f"http://{self.place}{path}"

    def serve(self):
        with suppress(OSError):
            while True:
                with self.line.accept()[0] as call, suppress(OSError):
                    self.answer(call)

    def answer(self, call):
        request = b""
        while b"\r\n\r\n" not in request:
            piece = call.recv(4096)
            request += piece
            if not piece or request.startswith(TLS):
                call.sendall(response(400))
                return
        self.asked.append(request.decode())
        for piece in self.pieces(request.split()[1].decode()):
            call.sendall(piece)
            self.wait(call)

    def pieces(self, path):
        found = self.answers.get(path, response(404))
        return [found] if isinstance(found, bytes) else found

    def wait(self, call):
        """For as long as the other side stays."""
        if self.pause:
            call.settimeout(self.pause)
            with suppress(TimeoutError):
                if not call.recv(1):
                    raise OSError


def response(status=200, body=b"", *, kind="text/html; charset=utf-8", **headers):
    """Raw HTTP; `Content_Encoding="gzip"` is a header."""
    lines = [f"HTTP/1.1 {status} Indeed", f"Content-Type: {kind}", f"Content-Length: {len(body)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + body


@contextmanager
def site(answers, pause=0.0):
    found = Site(answers, pause)
    thread = Thread(target=found.serve, daemon=True)
    thread.start()
    try:
        yield found
    finally:
        with suppress(OSError):
            found.line.shutdown(socket.SHUT_RDWR)
        found.line.close()
        thread.join()
