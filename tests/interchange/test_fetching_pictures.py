"""Pictures that imported texts show from elsewhere are fetched without trust, once each, and shown from here."""

from functools import partial
from threading import Event

import pytest

from core import fetching as pages
from interchange.bringing import fetching, steering, working
from interchange.models import Import, WantedPicture
from newsletter.models import Picture
from newsletter.rendering import render_texts
from tests import cast
from tests.core.elsewhere import response, site

pytestmark = [pytest.mark.enable_socket, pytest.mark.django_db]


def jpeg(size=(640, 480)):
    return response(body=cast.image_file(size=size).read(), kind="image/jpeg")


def imported(thing, brought=None, position=1):
    """A document that became this issue."""
    brought = brought or Import.objects.create(newsletter=thing.newsletter, name="old.zip", state=Import.State.DONE)
    brought.documents.create(position=position, key=f"file:{thing.slug}", name=thing.slug, issue=thing, state="made")
    return brought


def fetch_all(brought, there):
    """As the worker does, though this machine is no public site."""
    allowed = partial(pages.fetch, allowed=[there.place])
    steering.fetch_pictures(brought)
    fetching.look_through(brought)
    while fetching.fetch_next(brought, Event(), allowed):
        pass


@pytest.fixture(autouse=True)
def _no_pause(monkeypatch):
    monkeypatch.setattr(fetching, "PAUSE", 0)


def written(issue, text):
    issue.body = text
    issue.save()
    render_texts(issue)
    return imported(issue)


def shown(issue):
    issue.refresh_from_db()
    return issue.body


def test_a_picture_is_shown_from_here_with_its_caption_and_credit(low_tide):
    issue = cast.issue(low_tide)
    with site({"/a/Mud%20flats.jpg?w=9": jpeg()}) as there:
        text = f"Before.\n\n![Mud]({there.url('/a/Mud%20flats.jpg?w=9')})\n\n*At low water. Photo: Ada Moor*\n\nAfter."
        brought = written(issue, text)
        fetch_all(brought, there)
    (picture,) = Picture.objects.all()
    assert (picture.name, picture.alt) == ("mud-flats", "Mud")
    assert (picture.caption, picture.credit) == ("At low water.", "Photo: Ada Moor")
    assert shown(issue) == "Before.\n\n![Mud](picture:mud-flats)\n\nAfter."
    assert "<figure" in issue.body_html
    assert issue.revisions.filter(note="Pictures fetched").exists()
    assert WantedPicture.objects.get().picture == picture
    assert not Import.objects.wanting_pictures().exists()


def test_what_stands_in_a_list_a_link_or_by_reference_is_shown_too_and_the_rest_stays(low_tide):
    issue = cast.issue(low_tide)
    with site({"/a.jpg": jpeg(), "/b.jpg": jpeg((300, 200))}) as there:
        a, b = there.url("/a.jpg"), there.url("/b.jpg")
        text = (
            f"- ![A]({a})\n- two\n\n[![B]({b})](https://example.org/)\n\n![B again][b]\n\n"
            f"`![no]({a})`\n\n    ![no]({a})\n\nA link to [A]({a}).\n\n[b]: {b}"
        )
        fetch_all(written(issue, text), there)
        assert [each.split()[1] for each in there.asked] == ["/a.jpg", "/b.jpg"]
    assert shown(issue) == (
        "- ![A](picture:a)\n- two\n\n[![B](picture:b)](https://example.org/)\n\n![B again](picture:b)\n\n"
        f"`![no]({a})`\n\n    ![no]({a})\n\nA link to [A]({a}).\n\n[b]: {b}"
    )


def test_the_picture_at_the_head_is_fetched_too_and_one_that_somebody_chose_stays(low_tide):
    issue, other = cast.issue(low_tide), cast.issue(low_tide, 2, lead_picture=cast.picture("chosen"))
    with site({"/a.jpg": jpeg()}) as there:
        for each in (issue, other):
            brought = imported(each)
            brought.documents.update(facts={"lead": f"![Mud]({there.url('/a.jpg')})"})
            fetch_all(brought, there)
    issue.refresh_from_db()
    other.refresh_from_db()
    assert (issue.lead_picture.name, issue.lead_picture.alt, other.lead_picture.name) == ("a", "Mud", "chosen")


def test_an_address_is_fetched_once_for_all_texts_and_imports(low_tide):
    first, second = cast.issue(low_tide), cast.issue(low_tide, 2)
    with site({"/a.jpg": jpeg()}) as there:
        text = f"![A]({there.url('/a.jpg')})"
        brought = written(first, text)
        article = cast.article(low_tide, first, body=text)
        fetch_all(brought, there)
        fetch_all(written(second, text), there)
        assert len(there.asked) == 1
    article.refresh_from_db()
    assert shown(first) == shown(second) == article.body == "![A](picture:a)"
    assert Picture.objects.count() == 1


def test_the_same_picture_below_another_caption_is_another(low_tide):
    issue = cast.issue(low_tide)
    with site({"/a.jpg": jpeg()}) as there:
        url = there.url("/a.jpg")
        fetch_all(written(issue, f"![A]({url})\n\n*One.*\n\n![A]({url})\n\n*Two.*"), there)
        assert len(there.asked) == 1
    assert shown(issue) == "![A](picture:a)\n\n![A](picture:a-2)"
    assert set(Picture.objects.values_list("caption", flat=True)) == {"One.", "Two."}


def test_a_text_that_was_changed_meanwhile_is_left_alone(low_tide):
    issue = cast.issue(low_tide)
    with site({"/a.jpg": jpeg()}) as there:
        brought = written(issue, f"![A]({there.url('/a.jpg')})")
        fetching.look_through(brought)
        issue.body = "No picture any more."
        issue.save()
        fetching.fetch_next(brought, Event(), partial(pages.fetch, allowed=[there.place]))
    assert shown(issue) == "No picture any more."
    assert not Picture.objects.exists()
    assert "no longer" in WantedPicture.objects.get().problem


BOMB = cast.image_file("bomb.png", (8000, 5000), "PNG")
HOSTILE = {
    "/page.jpg": (response(body=b"<html>no picture</html>", kind="image/jpeg"), "format HTML"),
    "/page": (response(body=b"<html>no picture</html>"), "no picture: text/html"),
    "/svg": (response(body=b"<svg onload='alert(1)'/>", kind="image/svg+xml"), "SVG"),
    "/bomb.png": (response(body=BOMB.read(), kind="image/png"), "too many pixels"),
    "/half.jpg": (response(body=cast.image_file().read()[:500], kind="image/jpeg"), "damaged"),
    "/gone.jpg": (response(404), "404"),
    "/home.jpg": (response(302, Location="http://127.0.0.1:1/"), "no public site"),
    "/cloud.jpg": (response(302, Location="http://169.254.169.254/latest/"), "no public site"),
    "/round.jpg": (response(302, Location="/round.jpg"), "on and on"),
    "/file.jpg": (response(302, Location="file:///etc/passwd"), "no address"),
}


@pytest.mark.parametrize("path", HOSTILE)
def test_what_is_no_picture_or_harms_is_refused_in_words(low_tide, path):
    answer, why = HOSTILE[path]
    issue = cast.issue(low_tide)
    with site({path: answer}) as there:
        text = f"![A]({there.url(path)})"
        fetch_all(written(issue, text), there)
    assert why in WantedPicture.objects.get().problem
    assert shown(issue) == text
    assert not Picture.objects.exists()


def test_who_never_ends_or_is_slow_keeps_nobody(low_tide, monkeypatch):
    monkeypatch.setattr(fetching, "SECONDS", 0.5)
    monkeypatch.setattr(fetching, "MAX_BYTES", 100_000)
    head = b"HTTP/1.1 200 OK\r\nContent-Type: image/jpeg\r\n\r\n"
    issue = cast.issue(low_tide)
    endless = [head, *[b"\xff\xd8\xff" + b"a" * 60_000] * 50]
    with site({"/slow.jpg": [head, *[b"a"] * 50]}, pause=0.1) as slow, site({"/endless.jpg": endless}) as there:
        text = f"![A]({slow.url('/slow.jpg')})\n\n![B]({there.url('/endless.jpg')})"
        brought = written(issue, text)
        fetching.look_through(brought)
        allowed = partial(pages.fetch, allowed=[there.place, slow.place])
        while fetching.fetch_next(brought, Event(), allowed):
            pass
    assert "not answer in time" in WantedPicture.objects.get(address__contains="slow").problem
    assert WantedPicture.objects.get(address__contains="endless").problem
    assert shown(issue) == text


def test_this_machine_and_its_network_are_not_asked(low_tide):
    issue = cast.issue(low_tide)
    text = "![A](http://127.0.0.1/a.jpg) ![B](http://169.254.169.254/b.jpg) ![C](http://[::1]/c.jpg)"
    brought = written(issue, text)
    fetching.look_through(brought)
    while fetching.fetch_next(brought, Event()):
        pass
    assert {wanted.problem.partition(" is ")[2] for wanted in WantedPicture.objects.all()} == {
        "no public site, so it is left alone."
    }


def test_what_failed_is_tried_again_when_somebody_asks(low_tide):
    issue = cast.issue(low_tide)
    with site({}) as there:
        brought = written(issue, f"![A]({there.url('/a.jpg')})")
        fetch_all(brought, there)
        assert "404" in WantedPicture.objects.get().problem
        assert not Import.objects.wanting_pictures().exists()
        there.answers["/a.jpg"] = jpeg()
        fetch_all(brought, there)
    assert shown(issue) == "![A](picture:a)"
    assert not WantedPicture.objects.failed().exists()


def test_a_host_is_asked_one_thing_at_a_time(low_tide):
    issue = cast.issue(low_tide)
    with site({"/a.jpg": jpeg()}) as there:
        brought = written(issue, f"![A]({there.url('/a.jpg')})")
        fetching.look_through(brought)
        fetching.HOSTS.hit(there.place)
        over = Event()
        over.set()
        assert fetching.fetch_next(brought, over, partial(pages.fetch, allowed=[there.place]))
        assert not there.asked


def test_the_worker_looks_through_texts_and_fetches(low_tide):
    issue = cast.issue(low_tide)
    brought = written(issue, "![A](http://127.0.0.1/a.jpg)")
    steering.fetch_pictures(brought)
    assert Import.objects.wanting_pictures().get() == brought
    working.work(brought, Event())
    assert "no public site" in WantedPicture.objects.get().problem
    assert not Import.objects.wanting_pictures().exists()
