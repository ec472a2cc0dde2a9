"""DNS of our own making: a server on this machine that answers from a zone in the words of zone files."""

import socket
from contextlib import contextmanager
from threading import Thread

import dns.flags
import dns.message
import dns.rcode
import dns.rdata
import dns.rdatatype
import dns.resolver
import dns.rrset

#: Instead of records: how a server fails. SILENCE is no answer at all, GARBAGE none that can be read.
SERVFAIL, SILENCE, GARBAGE = "SERVFAIL", "SILENCE", "GARBAGE"


class Server:
    """`zone` has records as text by name and kind; what is not in it does not exist, or has nothing of the kind."""

    def __init__(self, zone):
        self.zone, self.asked = zone, []
        self.line = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.line.bind(("127.0.0.1", 0))
        self.is_open = True

    def serve(self):
        while self.is_open:
            question, caller = self.line.recvfrom(65535)
            if question and (answer := self.answer(dns.message.from_wire(question))):
                self.line.sendto(answer, caller)

    def answer(self, query):
        [asked] = query.question
        name, kind = asked.name.to_text(omit_final_dot=True).lower(), dns.rdatatype.to_text(asked.rdtype)
        self.asked.append((name, kind))
        records = self.zone.get((name, kind), [])
        response = dns.message.make_response(query)
        if records in (SERVFAIL, SILENCE, GARBAGE):
            response.set_rcode(dns.rcode.SERVFAIL)
            return {SERVFAIL: response.to_wire(), SILENCE: b"", GARBAGE: b"?"}[records]
        if records:
            found = [dns.rdata.from_text("IN", kind, each) for each in records]
            response.answer.append(dns.rrset.from_rdata_list(asked.name, 60, found))
        elif not any(known == name for known, _kind in self.zone):
            response.set_rcode(dns.rcode.NXDOMAIN)
        return response.to_wire(max_size=65535)

    def close(self):
        self.is_open = False
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as last:
            last.sendto(b"", self.line.getsockname())


def texts(*values):
    """TXT records, cut into strings of 200 letters as zone files must."""
    return [" ".join(f'"{value[at : at + 200]}"' for at in range(0, len(value), 200)) for value in values]


@contextmanager
def served(zone):
    """What DNS says meanwhile."""
    server = Server(zone)
    thread = Thread(target=server.serve, daemon=True)
    thread.start()
    resolver = dns.resolver.Resolver(configure=False)
    resolver.nameservers, resolver.port = ["127.0.0.1"], server.line.getsockname()[1]
    before, dns.resolver.default_resolver = dns.resolver.default_resolver, resolver
    try:
        yield server
    finally:
        dns.resolver.default_resolver = before
        server.close()
        thread.join()
        server.line.close()
