"""Pictures as files: from our own disk, or by sending the browser to the store that has them."""

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.csp import CSP
from django.utils.http import http_date
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_safe

from newsletter.imaging import CONTENT_TYPES
from newsletter.models import Picture
from newsletter.sharing import opens

ONE_DAY = 86_400
#: What is signed opens for twice as long, so that no browser remembers an address that has ended.
SENT_ON_SECONDS = 300


@require_safe
@csp_override({"default-src": [CSP.NONE], "sandbox": True})  # type: ignore[dict-item]  # a directive without value
def media(request: HttpRequest, name: str) -> HttpResponseBase:
    """Show a picture, in one of its sizes, where something public shows it; to who may see all pictures, always; and
    to who has a key, as long as that is good: see `newsletter.sharing`. Only names that pictures are stored under ever
    reach the storage."""
    pictures = Picture.objects.stored_as(name)
    is_public = pictures.public().exists()
    is_shared = not is_public and opens(request.GET.get("key", ""), name)
    if not is_public:
        may_see = is_shared or request.user.has_perm("newsletter.view_picture")
        if not (may_see and pictures.exists()):
            raise Http404
    elsewhere = getattr(default_storage, "elsewhere", None)
    try:
        response = (
            HttpResponseRedirect(elsewhere(name, is_public=is_public)) if elsewhere else stored_file(request, name)
        )
    except FileNotFoundError as error:
        raise Http404 from error
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"  # issues are read in mail programs, too
    how_long = {"no_store": True} if is_shared else {"max_age": SENT_ON_SECONDS if elsewhere else ONE_DAY}
    patch_cache_control(response, **how_long, **{"public" if is_public else "private": True})
    return response


def stored_file(request: HttpRequest, name: str) -> HttpResponseBase:
    """The file, or the word that the browser has it already. Raises FileNotFoundError."""
    changed = default_storage.get_modified_time(name).timestamp()
    etag = f'"{changed}"'
    response = get_conditional_response(request, etag=etag, last_modified=int(changed)) or FileResponse(
        default_storage.open(name), content_type=CONTENT_TYPES[name.rpartition(".")[2]]
    )
    response.headers["ETag"] = etag
    response.headers["Last-Modified"] = http_date(changed)
    return response
