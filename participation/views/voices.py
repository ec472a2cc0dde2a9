"""Where somebody who is quoted says yes or no."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from newsletter.views.pages import show
from participation.models import State
from participation.voices.quoting import answer, voice_of

WISHES = {"yes": State.AGREED, "no": State.REFUSED}


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def voice(request: HttpRequest, token: str) -> HttpResponse:
    """GET asks, POST answers. The token says for whom, so no cookie is needed and no other site can forge it."""
    found = voice_of(token)
    if found is None or not found.quotation:
        raise Http404
    wish = WISHES.get(request.POST.get("wish", ""))
    if wish:
        answer(found, wish)
        found.refresh_from_db(fields=["state"])
    context = {"voice": found, "issue": found.issue, "is_changed": wish is not None}
    return show(request, "participation/voice.html", found.issue.newsletter, **context)
