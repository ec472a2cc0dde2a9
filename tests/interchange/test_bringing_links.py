"""Links between documents lead to their new places, old addresses lead on, and what is lost is said."""

import pytest

from newsletter.models import Issue, Redirect
from tests.interchange.bringing import MUD, bring, folder, issue

pytestmark = pytest.mark.django_db


def body(number):
    return Issue.objects.get(number=number).body


def test_links_lead_to_their_new_places_whichever_comes_first(tmp_path, low_tide, client):
    links = "[a](02.md) [b](/p/2/) [c](https://old.example/p/2/index.html) [d](https://www.old.example/?p=12#x)"
    files = {
        "01.md": issue(1, body=links, head="permalink: /p/1/"),
        "02.md": issue(2, body="[back](../1/)", head="permalink: /p/2/\naliases: ['/?p=12', /second]"),
    }
    bring(folder(tmp_path / "a", files), low_tide, base_url="https://old.example/", publishes=True)
    new = "https://courant.example/low-tide/tide-2/"
    assert body(1) == f"[a]({new}) [b]({new}) [c]({new}) [d]({new})"
    assert body(2) == "[back](https://courant.example/low-tide/tide-1/)"
    for old in ("/p/2/", "/p/2", "/second", "/?p=12"):
        answer = client.get(old)
        assert (answer.status_code, answer["Location"]) == (301, "/low-tide/tide-2/")


def test_what_is_relative_becomes_whole(tmp_path, low_tide):
    files = {"01.md": issue(1, body="[help](/help) [else](https://example.org/)", head="permalink: /p/1/")}
    bring(folder(tmp_path / "a", files), low_tide, base_url="https://old.example/")
    assert body(1) == "[help](https://old.example/help) [else](https://example.org/)"


def test_links_that_lead_nowhere_are_said_before(tmp_path, low_tide):
    files = {"01.md": issue(1, body="[a](/help) [b](02.md) [c](/p/2/)"), "02.md": issue(2, head="permalink: /p/2/")}
    lines = bring(folder(tmp_path / "a", files), low_tide, dry_run=True)
    said = [line for line in lines if "leads to nothing that is brought in" in line]
    assert any("“/help”" in line for line in said)
    assert not any("02.md”" in line or "/p/2/" in line for line in said)


def test_links_to_what_was_brought_in_before_are_known(tmp_path, low_tide):
    bring(folder(tmp_path / "a", {"01.md": issue(1, head="permalink: /p/1/")}), low_tide)
    lines = bring(folder(tmp_path / "b", {"02.md": issue(2, body="[a](/p/1/)")}), low_tide)
    assert not any("leads to nothing" in line for line in lines)
    assert body(2) == "[a](https://courant.example/low-tide/tide-1/)"


def test_files_that_came_before_are_still_one_of_their_name(tmp_path, low_tide):
    files = {"a/01.md": issue(1, body="[b](02.md)"), "b/02.md": issue(2)}
    bring(folder(tmp_path / "a", files), low_tide)
    files["a/01.md"] = issue(1, body="See [b](02.md)")
    bring(folder(tmp_path / "a", files), low_tide)
    assert body(1) == "See [b](https://courant.example/low-tide/tide-2/)"


def test_what_had_another_file_before_is_known_by_its_address(tmp_path, low_tide):
    alone = "---\ntitle: Mud\npermalink: /mud/\nkind: article\n---\n\nOf mud.\n"
    bring(folder(tmp_path / "a", {"a.md": alone}), low_tide)
    bring(folder(tmp_path / "b", {"b.md": alone.replace("Of mud", "Of more mud")}), low_tide)
    assert low_tide.articles.get().body == "Of more mud."
    assert Redirect.objects.get().old_path == "/mud"


def test_jekyll_and_hugo_are_understood_where_they_link(tmp_path, low_tide, client):
    links = (
        '[a]({% post_url 2019-03-02-tide %}) [b]({{< ref "2019-03-02-tide.md" >}}) [c](/2019/03/02/tide.html) '
        "[d]({{ '/2019/03/02/tide' | relative_url }}) [e]({{ site.baseurl }}/2019/03/02/tide.html)"
    )
    first = issue(1, body="LINKS").replace("LINKS", links)
    files = {"_posts/2019-03-01-tide.md": first, "_posts/2019-03-02-tide.md": issue(2)}
    bring(folder(tmp_path / "a", files), low_tide, publishes=True)
    new = "https://courant.example/low-tide/tide-2/"
    assert body(1) == f"[a]({new}) [b]({new}) [c]({new}) [d]({new}) [e]({new})"
    assert client.get("/2019/03/02/tide.html")["Location"] == "/low-tide/tide-2/"


def test_pelican_is_understood_where_it_links_and_shows(tmp_path, low_tide):
    links = "[a]({filename}/02.md) [b]({filename}02.md#x) ![Mud]({static}/images/mud.png)"
    files = {
        "content/01.md": issue(1, body="LINKS").replace("LINKS", links),
        "content/02.md": issue(2),
        "content/images/mud.png": MUD,
    }
    bring(folder(tmp_path / "a", files), low_tide)
    new = "https://courant.example/low-tide/tide-2/"
    assert body(1) == f"[a]({new}) [b]({new}) ![Mud](picture:mud)"


def test_a_picture_of_a_shortcode_is_found_where_the_site_keeps_it(tmp_path, low_tide):
    shown = '{{< figure src="/img/mud.png" alt="Mud" >}}'
    files = {"content/01.md": issue(1, body="SHOWN").replace("SHOWN", shown), "static/img/mud.png": MUD}
    bring(folder(tmp_path / "a", files), low_tide)
    assert body(1) == "![Mud](picture:mud)"


def test_a_picture_that_is_missing_is_called_by_its_own_name(tmp_path, low_tide):
    files = {"01.md": issue(1, body="![Mud](/img/mud.png)")}
    lines = bring(folder(tmp_path / "a", files), low_tide)
    assert not any("later.invalid" in line for line in lines)
    assert any("“mud.png” is not in the upload" in line for line in lines)


def test_what_has_no_page_had_no_address(tmp_path, low_tide):
    bring(folder(tmp_path / "a", {"01.md": issue(1, head="permalink: false")}), low_tide)
    assert not Redirect.objects.exists()
