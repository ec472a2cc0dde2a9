"""What every answer tells browsers; texts that come in as UTF-8, which every page of ours asks for, or not at all, and
go out compressed."""

from codecs import lookup
from collections.abc import Callable
from functools import lru_cache

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.middleware.security import SecurityMiddleware
from django.utils.cache import patch_vary_headers
from django.utils.csp import build_policy

from core.page_cache import COMPRESSORS, PageResponse

#: What a browser says it takes is shorter.
LONGEST_ENCODINGS = 200

#: What browsers could lend to a page (https://www.w3.org/TR/permissions-policy/), and to which: none, or ours, for
#: passkeys and pasting. What a video's player wants is not named, so that its frame may have it.
FEATURES = {
    "()": (
        "accelerometer bluetooth browsing-topics camera compute-pressure display-capture gamepad geolocation"
        " gyroscope hid identity-credentials-get idle-detection"
        " keyboard-map local-fonts magnetometer microphone midi otp-credentials payment screen-wake-lock serial"
        " storage-access sync-xhr usb window-management xr-spatial-tracking"
    ),
    "(self)": "clipboard-read clipboard-write publickey-credentials-create publickey-credentials-get",
}
#: Where nothing else is said.
SAFE = {
    "Content-Security-Policy": build_policy(settings.SECURE_CSP),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": ", ".join(
        f"{each}={who}" for who, features in FEATURES.items() for each in features.split()
    ),
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
if settings.STAGING:
    SAFE["X-Robots-Tag"] = "noindex, nofollow"


class SafeHeaders(SecurityMiddleware):
    """Every answer says what browsers may do with it, whoever gives it: a page, a file, a refusal, a probe. Pictures
    alone may be embedded elsewhere, as mail programs show them. The redirect to https comes later, as probes have
    none."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        super().__init__(get_response)
        self.redirect = False

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        if response.headers.get("Content-Type") == "text/plain":
            response.headers["Content-Type"] = "text/plain; charset=utf-8"
        for name, value in SAFE.items():
            response.headers.setdefault(name, value)
        return super().process_response(request, response)


class Utf8Only:
    """Answer 415 where a request claims another encoding. Django decodes with any codec that Python has: some
    (`unicode_escape`, `utf-7`) let lone surrogates through, which no database and no page can take, others (`rot13`,
    `idna`) break while they decode."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.encoding and lookup(request.encoding).name != "utf-8":
            return HttpResponse("Send text as UTF-8.\n", status=415, content_type="text/plain; charset=utf-8")
        return self.get_response(request)


class CompressTexts(GZipMiddleware):
    """Django's own, but for pictures, which are compressed already and would only lose time and their length, and for
    public pages, which are compressed once, by brotli (RFC 7932) where that is taken."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if response.headers.get("Content-Type", "").startswith("image/"):
            return response
        if not isinstance(response, PageResponse):
            return super().process_response(request, response)
        patch_vary_headers(response, ["Accept-Encoding"])
        if encoding := encoding_for(request.headers.get("Accept-Encoding", "")[:LONGEST_ENCODINGS]):
            response.content = response.page.compressed(encoding)
            response.headers["Content-Encoding"] = encoding
            response.headers["Content-Length"] = str(len(response.content))
        return response


@lru_cache(1000)
def encoding_for(accepted: str) -> str:
    """The best of ours that a browser takes (RFC 9110, 12.5.3); empty where it takes none."""
    offers = [offer.replace(" ", "").partition(";q=") for offer in accepted.lower().split(",")]
    taken = {name for name, _q, weight in offers if weight.rstrip("0.") or not weight}
    return next((encoding for encoding in COMPRESSORS if encoding in taken), "")
