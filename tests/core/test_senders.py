"""Who a mail says it is from, however programs write it."""

from email import message_from_bytes, policy

import pytest

from core.mail.incoming import sender


@pytest.mark.parametrize(
    ("header", "found"),
    [
        (b"Rita Rivers <Rita@Example.org>", ("Rita Rivers", "rita@example.org")),
        (b"=?utf-8?q?A=0D=0AB?= <rita@example.org>", ("A B", "rita@example.org")),
        (b"=?utf-8?b?QQ0KQg==?=\r\n <rita@example.org>", ("A B", "rita@example.org")),
        ("Zoë <rita@example.org>".encode(), ("Zoë", "rita@example.org")),
        (b"=?no-such?q?A?= <rita@example.org>", ("=?no-such?q?A?=", "rita@example.org")),
        (b"rita@example.org", ("", "rita@example.org")),
        (b"", ("", "")),
    ],
)
def test_who_it_is_from_is_read(header, found):
    message = message_from_bytes(b"From: " + header + b"\r\n\r\nHello\r\n", policy=policy.default)
    assert sender(message) == found
