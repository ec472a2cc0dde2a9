"""What the text editor in the admin asks for. The admin wraps these views, so that only staff gets here."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.templatetags.static import static
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from accounts.requests import SignedInRequest
from core.markup import Figure, render
from core.rich_text import Unreadable
from newsletter import pasting
from newsletter.contents import contents, in_print
from newsletter.forms import PasteForm
from newsletter.models import Article, Issue, Newsletter, Picture
from newsletter.models.publishable import minutes_to_read
from newsletter.models.written import Written
from newsletter.picture_forms import PictureForm
from newsletter.rendering import render_unstored
from newsletter.views.pages import show

#: What editors need of the dialect, in the order in which they meet it.
EXAMPLES = [
    (gettext_lazy("Paragraphs"), gettext_lazy("An empty line begins a new paragraph.\n\nLike this.")),
    (gettext_lazy("Emphasis"), gettext_lazy("A word in *italics*, one in **bold**, one ~~taken back~~.")),
    (
        gettext_lazy("Links"),
        gettext_lazy("See [the tide table](https://example.org/tides), or https://example.org itself."),
    ),
    (gettext_lazy("Headings"), gettext_lazy("## Low water\n\nText.\n\n### At night\n\nMore text.")),
    (gettext_lazy("Lists"), gettext_lazy("- mud\n- sand\n    - wet\n    - dry\n\n1. first\n2. second")),
    (gettext_lazy("Quotations"), gettext_lazy("> The sea is never full.")),
    (
        gettext_lazy("Pictures: an upload, by its name; the caption and credit come along"),
        gettext_lazy("![Two terns above the water](picture:terns)"),
    ),
    (
        gettext_lazy("Videos: the address on a line of its own; in italics below it a caption"),
        gettext_lazy("https://vimeo.com/76979871\n\n*The tide in two minutes*"),
    ),
    (
        gettext_lazy("Videos that a picture of yours stands for until they are played, and in mail"),
        gettext_lazy("[![Two terns above the water](picture:terns)](https://vimeo.com/76979871)"),
    ),
    (
        gettext_lazy("Questions and answers"),
        gettext_lazy("Q: How deep is the mud?\n\nA: Up to the knee.\n\nQ: And at high water?\n\nA: Deeper."),
    ),
    (
        gettext_lazy("Footnotes"),
        gettext_lazy("Terns return in May.[^1]\n\n[^1]: Those from the south a little earlier."),
    ),
    (gettext_lazy("Tables"), gettext_lazy("| Bird | Seen |\n| :--- | ---: |\n| Tern | 12 |\n| Curlew | 4 |")),
    (gettext_lazy("Terms and what they mean"), gettext_lazy("Slack water\n: The rest between two tides.")),
    (gettext_lazy("A line between parts"), gettext_lazy("Before.\n\n---\n\nAfter.")),
    (
        gettext_lazy("Signs as they are: a backslash before them"),
        gettext_lazy("\\*no italics\\*, and `*no italics*` as code"),
    ),
]


#: Sets an issue or article in memory as mail: HTML, weight in kB, whether some of it is cut. Mailing adds to it.
letters: list[Callable[[Any], tuple[str, int, bool]]] = []


@require_POST
def beside(request: HttpRequest, thing: Written) -> HttpResponse:
    """The page of `thing` as it is in memory, or its mail with `?mail`; with `?live` as JSON, beside words about its
    length or weight."""
    if (
        "mail" in request.GET
        and letters
        and (getattr(thing, "issue_id", None) or (isinstance(thing, Issue) and thing.pk))
    ):
        html, weight, is_cut = letters[0](thing)
        said = render_to_string("admin/newsletter/_weight.html", {"weight": weight, "is_cut": is_cut})
        return JsonResponse({"weight": said}) if "live" in request.GET else HttpResponse(html)
    words = render_unstored(thing)
    issue = thing if isinstance(thing, Issue) else None
    page = show(
        request,
        "newsletter/beside.html",
        thing if isinstance(thing, Newsletter) else newsletter_of(thing),
        thing=thing,
        article=thing if isinstance(thing, Article) else None,
        issue=issue,
        contents=contents(in_print(issue).for_lists()) if issue and issue.pk else [],
    )
    if "live" not in request.GET:
        return page
    facts = {"words": words, "minutes": minutes_to_read(words)}
    length = render_to_string("admin/newsletter/_length.html", facts)
    return JsonResponse({"page": page.content.decode(), "length": length})


def newsletter_of(thing: Any) -> Newsletter | None:
    """That of an issue or article, once it has been chosen."""
    return thing.newsletter if getattr(thing, "newsletter_id", None) else None


@require_POST
@permission_required("newsletter.change_article", raise_exception=True)
def paste(request: SignedInRequest) -> JsonResponse:
    """Markdown of what was pasted as the file `html`, with remarks; or what hinders it (status 400)."""
    form = PasteForm(request.POST, request.FILES)
    if not form.is_valid():
        errors = " ".join(str(message) for field in form for message in field.errors)
        return JsonResponse({"error": errors}, status=400)
    try:
        pasted = pasting.paste(
            form.cleaned_data["html"],
            first_note=form.cleaned_data["first_note"],
            may_store=request.user.has_perm("newsletter.add_picture"),
        )
    except Unreadable as error:
        return JsonResponse({"error": str(error)}, status=400)
    return JsonResponse({"markdown": pasted.markdown, "remarks": pasted.remarks})


@require_POST
@permission_required("newsletter.add_picture", raise_exception=True)
def upload(request: HttpRequest) -> JsonResponse:
    """Store a picture for a text. Answers with what is known of it (status 201), with what is wrong by field (400), or
    with its `twin`, made of the same file, unless both are to be kept (409)."""
    form = PictureForm(request.POST, request.FILES)
    if not form.is_valid():
        return JsonResponse({"errors": form.errors}, status=400)
    if form.duplicate and "keep" not in request.POST:
        return JsonResponse({"twin": known(form.duplicate)}, status=409)
    return JsonResponse(known(form.save()), status=201)


def known(picture: Picture) -> dict[str, str]:
    """What scripts are told of a picture."""
    return {name: getattr(picture, name) for name in ("name", "alt", "markdown", "thumbnail_url")}


@permission_required("newsletter.view_article", raise_exception=True)
def dialect(request: HttpRequest) -> HttpResponse:
    """What can be written in a text, each example beside what comes of it."""
    figure = Figure(name="terns", url=static("icon.svg"), alt="", width=96, height=96, caption=_("Terns in May"))
    examples = [
        (title, source, render(str(source), figures={"terns": figure}, prefix=f"e{number}-").html)
        for number, (title, source) in enumerate(EXAMPLES)
    ]
    context = admin.site.each_context(request) | {"opts": Article._meta, "title": _("How texts are written")}
    context["examples"] = examples
    return TemplateResponse(request, "admin/newsletter/dialect.html", context)
