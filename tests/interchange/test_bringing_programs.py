"""Exports of other programs, brought in as people bring them: what readers find afterwards."""

from io import StringIO

import pytest
from django.core.management import call_command

from comments.models import Comment
from interchange.models import Imported
from newsletter.composing import Unreadable
from newsletter.models import Article, Issue
from tests.interchange.bringing import bring, folder, zipped
from tests.interchange.exports import wxr, wxr_comment, wxr_item

pytestmark = pytest.mark.django_db


@pytest.fixture
def wordpress(tmp_path):
    talk = [wxr_comment(number, number - 1, "Rita", f"Level {number}") for number in range(1, 6)]
    talk.append(wxr_comment(9, 0, "Otto", "Waits", state="0"))
    first = wxr_item(1, 'See <a href="/2019/03/post-2/">two</a>.', *talk, title="Tide #1")
    second = wxr_item(2, 'See <a href="https://lowwater.example/?p=1">one</a>.', title="潮汐 第 2 期")
    return folder(tmp_path / "export", {"a.xml": wxr(first, second)})


def test_posts_lead_to_each_other_and_old_addresses_to_them(wordpress, low_tide, client):
    bring(wordpress, low_tide, publishes=True)
    assert Issue.objects.get(number=1).body == "See [two](https://courant.example/low-tide/post-2/)."
    assert Issue.objects.get(number=2).body == "See [one](https://courant.example/low-tide/post-1/)."
    for old in ("/2019/03/post-1/", "/?p=1"):
        response = client.get(old)
        assert (response.status_code, response.headers["Location"]) == (301, "/low-tide/post-1/")


def test_the_thread_stands_below_its_post(wordpress, low_tide, client):
    bring(wordpress, low_tide, publishes=True)
    comments = Comment.objects.filter(discussion__issue__number=1).order_by("created_at")
    assert [(each.body, each.depth, each.state) for each in comments] == [
        *((f"Level {number}", number - 1, "approved") for number in range(1, 6)),
        ("Waits", 0, "pending"),
    ]
    page = client.get("/low-tide/post-1/").content.decode()
    assert "Level 5" in page
    assert "Waits" not in page


def test_the_same_export_again_changes_nothing(wordpress, low_tide):
    bring(wordpress, low_tide, publishes=True)
    assert "As it was: 2" in bring(wordpress, low_tide, publishes=True)
    assert Comment.objects.count() == 6


def test_what_was_not_for_everybody_is_no_page(tmp_path, low_tide, client):
    (tmp_path / "ghost.json").write_text(
        '{"db":[{"data":{"posts":[{"id":"1","title":"Paid","slug":"paid","html":"<p>A</p>","status":"published",'
        '"visibility":"paid","published_at":"2021-05-06T07:08:09.000Z"}]}}]}'
    )
    bring(tmp_path / "ghost.json", low_tide, publishes=True)
    assert Article.objects.get().status == "draft"
    assert client.get("/articles/paid/").status_code == 404


def test_an_archive_that_harms_leaves_nothing_behind(tmp_path, low_tide):
    content = wxr(wxr_item(1, "One.")).replace("<rss", '<!DOCTYPE rss [<!ENTITY a "ha">]><rss')
    (tmp_path / "bomb.xml").write_text(content)
    with pytest.raises(Unreadable):
        bring(tmp_path / "bomb.xml", low_tide, publishes=True)
    assert not Imported.objects.exists()
    assert not Issue.objects.exists()


def test_a_zip_of_substack_is_known_by_what_is_in_it(tmp_path, low_tide):
    head = "post_id,post_date,is_published,email_sent_at,type,audience,title,subtitle,podcast_url\n"
    rows = "1.ebb,2022-08-12T12:11:23Z,true,2022-08-12T12:11:23Z,newsletter,everyone,Ebb,,\n"
    (tmp_path / "x.zip").write_bytes(zipped({"posts.csv": head + rows, "posts/1.ebb.html": "<p>The tide.</p>"}))
    call_command("bring", str(tmp_path / "x.zip"), newsletter=low_tide.slug, publish=True, stdout=(said := StringIO()))
    assert "(Substack)" in said.getvalue()
    assert Issue.objects.get().slug == "ebb"


FOREIGN = {
    "Blogger": "<?xml version='1.0'?><feed xmlns='http://www.w3.org/2005/Atom'><generator>blogger.com</generator></feed>",
    "RSS": '<?xml version="1.0"?><rss version="2.0"><channel></channel></rss>',
}


@pytest.mark.parametrize("name", FOREIGN)
def test_what_cannot_be_brought_in_is_called_by_its_name(name, tmp_path, low_tide):
    (tmp_path / "x.xml").write_text(FOREIGN[name])
    with pytest.raises(Unreadable, match=name):
        bring(tmp_path / "x.xml", low_tide)


def test_a_short_line_at_the_head_of_a_post_is_no_heading(tmp_path, low_tide):
    post = wxr_item(1, "Hi friends,\n\nThe tide was low.", title="Tide")
    bring(folder(tmp_path / "export", {"a.xml": wxr(post)}), low_tide)
    assert low_tide.articles.get().body == "Hi friends,\n\nThe tide was low."
