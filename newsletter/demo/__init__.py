"""The publication that a new site shows until it has one of its own. The texts are documents like those of an editor,
composed as those are. What a document cannot say of itself (kickers, summaries, bylines, tags of single articles) is
in the YAML files, explained in `publication.yaml`."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, time, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.management.base import CommandError
from django.db import transaction
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from taggit.models import Tag

from core.desk import Line
from newsletter import publishing
from newsletter.composing import compose, from_path, read
from newsletter.imaging import clean_upload
from newsletter.models import Article, Contribution, Contributor, Event, Issue, Newsletter, Picture
from newsletter.models.newsletters import DEMO_SENDERS
from newsletter.rendering import render_texts
from newsletter.searching.known import learn

FOLDER = Path(__file__).parent
#: How its documents write the address of the site that they are loaded into.
THIS_SITE = "https://this-site.example"
#: What belongs to the demo and lies in the apps above; they add to it in `ready()`.
continuations: list[Callable[[], None]] = []
#: The other way round: what of the apps above goes when the demo does, before its texts do.
removals: list[Callable[[], None]] = []
#: Whose addresses the demo invents; nobody can have one (RFC 2606).
INVENTED = "@example.org"
#: What the facts of a newsletter say of other things.
NOT_ITS_OWN = {"logo", "issues", "stand_alone", "events"}


def refusal() -> str:
    """Why a demo mails nobody: its addresses are invented. Empty where mail is written to a folder, and where there is
    no demo, or a newsletter of somebody's own as well."""
    is_refused = is_mail_real() and is_shown() and not own().exists()
    return _("the demo publication mails nobody, so leave MAIL_URL empty") if is_refused else ""


def is_mail_real() -> bool:
    return not settings.MAILER["BACKEND"].endswith("filebased.EmailBackend")


def is_shown() -> bool:
    return Newsletter.objects.filter(sender_address__in=DEMO_SENDERS).exists()


def own() -> QuerySet[Newsletter]:
    return Newsletter.objects.exclude(sender_address__in=DEMO_SENDERS)


def desk_line(request: HttpRequest) -> list[Line]:
    """For the admin's front page."""
    words = _("This is the demo publication. Whoever runs the site takes it away with manage.py demo --remove.")
    return [Line(words, reverse("admin:newsletter_newsletter_changelist"))] if is_shown() else []


@transaction.atomic
def remove() -> None:
    """Take the demo publication away with all its people; accounts of the site's own stay. Raises CommandError where
    somebody has a newsletter of their own: what is whose cannot be told then."""
    if own().exists():
        raise CommandError("There is a newsletter of your own: delete the demo's at the desk.")
    for take_away in removals:
        take_away()
    demos: list[type[Model]] = [Article, Issue, Newsletter, Contributor, Picture, Tag]
    for model in demos:
        model._default_manager.all().delete()
    learn(anew=True)


def load() -> bool:
    """Make the demo publication; whether that was done. Where there is a newsletter nothing is. Raises CommandError
    where it could be mailed."""
    if is_mail_real() and not own().exists():
        raise CommandError("The demo publication mails nobody: leave MAIL_URL empty, or begin with make install.")
    if Newsletter.objects.exists():
        return False
    with transaction.atomic():
        for path in sorted(FOLDER.glob("*.yaml")):
            load_publication(yaml.safe_load(path.read_text(encoding="utf-8")))
        for model in (Issue, Article):  # as if they had come out here
            model.objects.update(is_from_archive=False)
        for go_on in continuations:
            go_on()
    learn()
    return True


def load_publication(publication: dict[str, Any]) -> None:
    for facts in publication["contributors"]:
        render_texts(Contributor.objects.create(**facts))
    for filename, words in publication["pictures"].items():
        add_picture(filename, words)
    for facts in publication["newsletters"]:
        own = {name: value for name, value in facts.items() if name not in NOT_ITS_OWN}
        newsletter = Newsletter.objects.create(logo=picture(facts.get("logo")), **own)
        render_texts(newsletter)
        for event in facts.get("events", ()):
            add_event(newsletter, **event)
        for document in [*facts.get("issues", ()), *facts.get("stand_alone", ())]:
            load_document(newsletter, document)


def add_picture(filename: str, words: dict[str, str]) -> None:
    file = clean_upload(ContentFile((FOLDER / "pictures" / filename).read_bytes()))
    Picture.objects.create(name=Picture.objects.free_name(filename), file=file, checksum=file.checksum, **words)


def add_event(newsletter: Newsletter, begins: list[Any], hours: int, zone: str, **facts: Any) -> None:
    """It `begins` so many days after this one, at an hour."""
    days, hour = begins
    day = timezone.localdate() + timedelta(days=days)
    starts_at = datetime.combine(day, time.fromisoformat(hour), ZoneInfo(zone))
    times = {"starts_at": starts_at, "ends_at": starts_at + timedelta(hours=hours), "zone": zone}
    Event.objects.create(newsletter=newsletter, **{"state": "announced", **times, **facts})


def picture(filename: str | None) -> Picture | None:
    """The picture made from this file."""
    content = (FOLDER / "pictures" / filename).read_bytes() if filename else b""
    return Picture.objects.filter(checksum=sha256(content).hexdigest()).first()


def load_document(newsletter: Newsletter, facts: dict[str, Any]) -> None:
    """Compose one document, add what it does not say, and publish it at its date unless it is a draft."""
    document = from_path(FOLDER / facts["document"])
    plan = read(replace(document, text=document.text.replace(THIS_SITE, settings.SITE_URL)))
    thing = compose(plan, newsletter).thing
    if isinstance(thing, Issue):
        thing.lead_picture = picture(facts.get("lead_picture"))
        thing.save()
        for title, words in facts["articles"].items():
            complete(thing.articles.get(title=title), words)
    else:
        complete(thing, facts)
    if facts["status"] != "draft":
        publishing.publish(thing, None, at=plan.about.date)


def complete(article: Article, facts: dict[str, Any]) -> None:
    for name in ("slug", "kicker", "summary"):
        setattr(article, name, facts.get(name) or getattr(article, name))
    article.lead_picture = picture(facts.get("lead_picture"))
    article.save()
    article.tags.add(*facts.get("tags", ()))
    article.contributions.all().delete()
    for position, (slug, role) in enumerate(facts.get("contributors", {}).items()):
        contributor = Contributor.objects.get(slug=slug)
        Contribution.objects.create(article=article, contributor=contributor, role=role, position=position)
    render_texts(article)
