"""Links to pages elsewhere: what they offer as sources, and whether they still lead somewhere."""

from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
import time_machine
from django.utils import timezone

from core.fetching import NoSuchHost, Page, Unfetchable, fetch
from newsletter.admin.links import SOURCES
from newsletter.linking import forget, head_of, look, next_link
from newsletter.models import Link
from newsletter.rendering import render_texts
from tests.core.elsewhere import response, site

pytestmark = pytest.mark.django_db

SOURCE = "/admin/newsletter/link/source/"
MORNING = datetime(2026, 5, 4, 9, tzinfo=UTC)
NIGHT = datetime(2026, 5, 5, 2, tzinfo=UTC)


def head(html, *, url="https://www.river.example/levees", charset=""):
    content = html.encode() if isinstance(html, str) else html
    return head_of(Page(url, 200, "text/html", charset, content, is_moved=False))


@pytest.mark.parametrize(
    ("html", "title"),
    [
        ("<title>Levees hold</title>", "Levees hold"),
        ("<title>\n Levees &amp; dikes \n hold</title>", "Levees & dikes hold"),
        ('<meta property="og:title" content="Levees hold"><title>River</title>', "Levees hold"),
        ("<title>Levees hold | River Times</title>", "Levees hold"),
        ("<title>Levees hold - River Times</title>", "Levees hold"),
        ("<title>Levees hold — News — River Times</title>", "Levees hold — News"),
        ("<title>大坝_River Times</title>", "大坝"),
        ("<title>Levees - the long story</title>", "Levees - the long story"),
        ("<title>Twenty-one levees</title>", "Twenty-one levees"),
        ("<title>Levees hold | river</title>", "Levees hold"),
        ("<p>Nothing", ""),
        ("", ""),
    ],
)
def test_a_title_is_found_and_cleaned_of_the_sites_name(html, title):
    assert head(f'<meta property="og:site_name" content="River Times">{html}').title == title


@pytest.mark.parametrize(
    ("html", "name"),
    [
        ('<meta property="og:site_name" content="River Times">', "River Times"),
        ('<meta name="application-name" content="River Times">', "River Times"),
        ('<script type="application/ld+json">{"@graph": [{"publisher": {"logo": 1, "name": "River Times"}}]}</script>',
         "River Times"),
        ('<script type="application/ld+json">[{"publisher": "x"}, broken</script>', "river.example"),
        (f'<script type="application/ld+json">{"[" * 100_000}</script>', "river.example"),
        ("<title>x</title>", "river.example"),
    ],
)  # fmt: skip
def test_a_publication_is_found(html, name):
    assert head(html).name == name


@pytest.mark.parametrize(
    ("html", "language"),
    [
        ('<html lang="de">', "de"),
        ('<html lang="en-GB">', "en-gb"),
        ('<html lang="zh-CN">', "zh-hans"),
        ('<html lang="zh-TW">', "zh-hant"),
        ('<html lang="pt_BR">', "pt-br"),
        ('<meta property="og:locale" content="fr_FR">', "fr"),
        ('<html lang="tlh">', ""),
        ("<html>", ""),
    ],
)
def test_a_language_is_found_among_ours(html, language):
    assert head(f"{html}<title>x</title>").language == language


@pytest.mark.parametrize(
    ("content", "charset"),
    [
        ("<title>大坝</title>".encode(), ""),
        ("<title>大坝</title>".encode(), "gb2312"),  # which is said by mistake
        ("\ufeff<title>大坝</title>".encode(), "iso-8859-1"),
        ("<title>大坝</title>".encode("utf-16"), ""),
        ("<title>大坝</title>".encode("gb18030"), ""),
        ("<title>大坝</title>".encode("gbk"), "gb2312"),
        ('<meta charset="big5"><title>大坝</title>'.replace("坝", "壩").encode("big5"), ""),
        ("<title>大坝</title>大".encode()[:-1], ""),
        ("<title>大坝</title>".encode("gb18030"), "zip"),
    ],
)
def test_pages_are_read_in_their_encoding(content, charset):
    assert head(content, charset=charset).title in {"大坝", "大壩"}


def ask(desk, address):
    return desk.post(SOURCE, {"address": address})


def answers(**facts):
    """A way to fetch that has this answer."""

    def fetch(url, **how):
        if isinstance(facts.get("error"), Exception):
            raise facts["error"]
        page = {
            "url": url,
            "status": 200,
            "content_type": "text/html",
            "charset": "",
            "content": b"",
            "is_moved": False,
        }
        return Page(**{**page, **facts})

    return fetch


@pytest.mark.enable_socket
def test_an_address_is_asked_about_looked_at_and_offered(desk):
    page = '<html lang="de"><meta property="og:site_name" content="Elbe"><title>Deiche halten | Elbe</title>'
    with site({"/": response(200, page.encode())}) as there:
        asked = ask(desk, there.url())
        assert (asked.status_code, asked.json()["state"]) == (202, "looking")
        assert desk.get(SOURCE, {"address": there.url()}).json()["state"] == "looking"
        look(next_link(), partial(fetch, allowed=[there.place]))
    said = {"title": "Deiche halten", "name": "Elbe", "language": "de", "problem": "", "address": there.url()}
    assert desk.get(SOURCE, {"address": there.url()}).json() == {"state": "known", **said}
    again = ask(desk, there.url())
    assert (again.status_code, again.json()["state"]) == (200, "known")


@pytest.mark.parametrize(
    "facts",
    [
        {"status": 404},
        {"status": 403},
        {"error": Unfetchable("It did not answer in time.")},
        {"content_type": "application/pdf"},
    ],
)
def test_where_nothing_is_offered_it_is_said_why(desk, facts):
    ask(desk, "https://river.example/a")
    look(Link.objects.get(), answers(**facts))
    said = desk.get(SOURCE, {"address": "https://river.example/a"}).json()
    assert said["state"] == "problem"
    assert said["problem"]


@pytest.mark.parametrize(
    "address", ["", "javascript:alert(1)", "//x.example/", "https://courant.example/admin/", "x" * 3000]
)
def test_what_is_no_address_elsewhere_is_refused(desk, address):
    assert ask(desk, address).status_code == 400
    assert not Link.objects.exists()


def test_nobody_keeps_the_worker_busy_for_ever(desk, edda):
    for _ask in range(59):
        SOURCES.hit(edda.pk)
    assert [ask(desk, f"https://river.example/{number}").status_code for number in (1, 2)] == [202, 429]


def test_only_editors_ask(client, rita):
    assert client.post(SOURCE, {"address": "https://river.example/"}).status_code == 302
    client.force_login(rita)
    assert client.post(SOURCE, {"address": "https://river.example/"}).status_code == 302


def test_texts_know_where_they_lead(published):
    mud = published.articles.get(title="Mud")
    mud.body = (
        "[a](https://river.example/a?b=1&c=2#d), https://river.example/ä, [own](https://courant.example/low-tide/)"
    )
    mud.source_url = "https://source.example/"
    mud.save()
    render_texts(mud)
    assert {link.address for link in mud.links.all()} == {
        "https://river.example/a?b=1&c=2",
        "https://river.example/%C3%A4",
        "https://source.example/",
    }


def test_one_host_is_asked_one_thing_at_a_time(db):
    Link.objects.of(["https://a.example/1", "https://a.example/2", "https://b.example/"]).ask()
    assert {next_link().host, next_link().host} == {"a.example", "b.example"}
    assert next_link() is None


def leads_to(thing, address):
    """To nowhere else, and nothing else leads anywhere."""
    Link.objects.all().delete()
    thing.links.set(Link.objects.of([address]))
    return thing.links.get()


def seen(link, when, **facts):
    with time_machine.travel(when, tick=False):
        look(link, answers(**facts))
    link.refresh_from_db()
    return link


@pytest.mark.parametrize("nothing", [{"status": 404}, {"status": 410}, {"error": NoSuchHost("Nobody")}])
def test_what_is_gone_is_dead_after_a_look_on_another_day(published, nothing):
    link = leads_to(published, "https://river.example/")
    for hour in (1, 2):
        assert not seen(link, MORNING.replace(hour=hour), **nothing).is_dead
    assert seen(link, NIGHT, **nothing).is_dead
    assert not seen(link, NIGHT.replace(day=6)).is_dead


@pytest.mark.parametrize(
    "unclear", [{"status": 403}, {"status": 429}, {"status": 503}, {"error": Unfetchable("Late")}]
)
def test_an_unclear_no_is_never_death(published, unclear):
    link = leads_to(published, "https://river.example/")
    for day in (4, 5, 6):
        assert not seen(link, NIGHT.replace(day=day), **unclear).is_dead


def test_who_has_moved_for_good_says_where_to(published):
    link = leads_to(published, "https://river.example/")
    assert seen(link, NIGHT, url="https://new.example/", is_moved=True).moved_to == "https://new.example/"
    assert seen(link, NIGHT, url="https://new.example/").moved_to == ""


@pytest.mark.parametrize(("hour", "on", "found"), [(2, True, True), (9, True, False), (2, False, False)])
def test_at_night_what_readers_are_led_to_is_looked_at(published, secrets, settings, hour, on, found):
    settings.LOOK_AT_LINKS = on
    leads_to(published, "https://river.example/")
    secrets["draft"].links.set(Link.objects.of(["https://secret.example/"]))
    with time_machine.travel(NIGHT.replace(hour=hour), tick=False):
        link = next_link()
    assert (link and link.address) == ("https://river.example/" if found else None)


@pytest.mark.parametrize(("status", "days", "due"), [(200, 1, False), (200, 8, True), (404, 1, True), (503, 1, False)])
def test_what_was_not_there_is_looked_at_the_next_night_all_else_a_week_later(published, status, days, due):
    link = seen(leads_to(published, "https://river.example/"), NIGHT, status=status)
    with time_machine.travel(NIGHT.replace(day=5 + days, hour=3), tick=False):
        assert next_link() == (link if due else None)


def test_at_night_a_page_is_asked_for_its_head_and_only_then_for_itself(published):
    asked = []

    def fetch(url, **how):
        asked.append(how.get("method", "GET"))
        return answers(status=404 if len(asked) == 1 else 200)(url)

    look(leads_to(published, "https://river.example/"), fetch)
    assert asked == ["HEAD", "GET"]
    assert Link.objects.get().failures == 0


def test_where_an_editor_asks_the_page_itself_is_read(published):
    link = leads_to(published, "https://river.example/")
    Link.objects.ask()
    link.refresh_from_db()
    look(link, answers(content=b"<title>Levees</title>"))
    assert Link.objects.get().title == "Levees"


def test_the_desk_names_links_that_died_and_puts_archived_copies_in_the_place_of_sources(desk, published):
    crabs = published.articles.get(title="Crabs")
    link = leads_to(crabs, crabs.source_url)
    assert "leads nowhere any more" not in desk.get("/admin/").content.decode()
    Link.objects.update(failures=2)
    assert "1 link in what is published leads nowhere any more" in desk.get("/admin/").content.decode()
    page = desk.get("/admin/newsletter/link/?state=dead").content.decode()
    archived = f"https://web.archive.org/web/{crabs.published_at:%Y%m%d}/{link.address}"
    assert archived in page
    assert f"/admin/newsletter/article/{crabs.pk}/change/" in page
    desk.post("/admin/newsletter/link/?state=dead", {"action": "replace_sources", "_selected_action": [link.pk]})
    crabs.refresh_from_db()
    assert crabs.source_url == archived
    assert [each.address for each in crabs.links.all()] == [archived]


def test_what_no_text_leads_to_is_forgotten_after_a_week(published):
    kept = leads_to(published, "https://river.example/")
    Link.objects.of(["https://nobody.example/"])
    for days, number in ((6, 2), (8, 1)):
        Link.objects.update(checked_at=timezone.now() - timedelta(days=days))
        forget()
        assert Link.objects.count() == number
    assert Link.objects.get() == kept
