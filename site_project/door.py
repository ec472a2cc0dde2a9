"""What every request meets first, and every answer last."""

import logging
from collections.abc import Callable

from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseNotAllowed

from core.often import OnceAMinute
from site_project import health

#: Probes ask for the address of a machine, whatever the site is called.
PROBES = {"/up/": health.up, "/ready/": health.ready, "/up/worker/": health.worker}
METHODS = ["GET", "HEAD", "POST", "OPTIONS"]

logger = logging.getLogger(__name__)
logger.addFilter(OnceAMinute())


class Door:
    """Answers probes; refuses hosts that are not ours, in one line of the log, and methods that nothing here takes.
    Answers are for our own pages to embed, but for what says otherwise, as pictures do: mail programs show them."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.refusal(request) or PROBES.get(request.path_info, self.get_response)(request)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return response

    def refusal(self, request: HttpRequest) -> HttpResponse | None:
        if request.method not in METHODS:
            return HttpResponseNotAllowed(METHODS)
        try:
            if request.path_info not in PROBES:
                request.get_host()
        except DisallowedHost:
            host = request.META.get("HTTP_HOST", "")[:100]
            logger.warning("Not answered: somebody asked for the host %r; see ALLOWED_HOSTS.", host)
            refusal = HttpResponseBadRequest("There is no site of this name here.\n", content_type="text/plain")
            refusal._has_been_logged = True  # type: ignore[attr-defined]  # or Django would do so, too
            return refusal
        return None
