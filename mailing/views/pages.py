"""What the pages behind links in mail share."""

from collections.abc import Callable
from functools import wraps

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from mailing.tokens import Purpose, Token

type TokenView = Callable[[HttpRequest, Token], HttpResponse]


def opened_by(*purposes: Purpose) -> Callable[[TokenView], Callable[[HttpRequest, str], HttpResponse]]:
    """A view that gets what the token in its address says; 404 where it was not made for this. The token says for
    whom, so no cookie is needed, and no other site can forge it. No such page is kept by anybody."""

    def with_token(view: TokenView) -> Callable[[HttpRequest, str], HttpResponse]:
        @csrf_exempt
        @never_cache
        @require_http_methods(["GET", "HEAD", "POST"])
        @wraps(view)
        def opened(request: HttpRequest, token: str) -> HttpResponse:
            read = Token.verified(token, *purposes)
            if read is None:
                raise Http404
            return view(request, read)

        return opened

    return with_token
