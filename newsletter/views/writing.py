"""What the text editor in the admin asks for. The admin wraps these views, so that only staff gets here."""

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render as respond
from django.views.decorators.http import require_POST

from core.markup import referenced_pictures, render
from newsletter.models import Picture
from newsletter.picture_forms import PictureForm
from newsletter.rendering import figures_of


@require_POST
@permission_required("newsletter.change_article", raise_exception=True)
def preview(request: HttpRequest) -> HttpResponse:
    """The HTML of a text as readers will get it; nothing is stored. One query."""
    text = request.POST.get("text", "")
    pictures = Picture.objects.filter(name__in=referenced_pictures(text))
    return HttpResponse(render(text, figures=figures_of(pictures), prefix="preview-").html)


@require_POST
@permission_required("newsletter.add_picture", raise_exception=True)
def upload(request: HttpRequest) -> JsonResponse:
    """Store a picture dropped into a text; answers with its name, or with what is wrong by field (status 400)."""
    form = PictureForm(request.POST, request.FILES)
    if not form.is_valid():
        return JsonResponse({"errors": form.errors}, status=400)
    picture = form.save()
    return JsonResponse({"name": picture.name, "alt": picture.alt, "warning": form.duplicate_warning()}, status=201)


@permission_required("newsletter.view_article", raise_exception=True)
def dialect(request: HttpRequest) -> HttpResponse:
    """What can be written in a text, each example beside what comes of it."""
    return respond(request, "admin/newsletter/dialect.html")
