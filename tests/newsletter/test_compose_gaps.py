"""Pictures and videos that did not come along: Edda drops them into their places, or says where they are."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from newsletter.imaging import MAX_BYTES
from newsletter.models import Article, Issue, Picture
from tests import cast
from tests.newsletter.previewing import BRIDGE, FOGHORN, SHORE, Sheet, held_uploads, preview_of

LORRY = "The foghorn on its way home, on a lorry"
FILMED = SHORE.replace(
    "2. Eelgrass is back in the bay (link in Dutch)\n\nNobody",
    "Watch the video: the foghorn sounds again. Click for YouTube video\n\n2. Eelgrass is back in the bay\n\nNobody",
)


@pytest.fixture(autouse=True)
def _sizes_can_wait(settings):
    settings.TASKS = {"default": {**settings.TASKS["default"], "BACKEND": "django.tasks.backends.dummy.DummyBackend"}}


@pytest.fixture
def sheet(desk, low_tide):
    return preview_of(desk, low_tide)


def boxes(sheet):
    return sheet.form.xpath('.//input[@name="kept"]')


def test_the_place_of_a_picture_says_what_stood_there_once(sheet):
    assert sheet.page.text.count(LORRY) == 2  # beside it, and in the text that is folded away
    assert "Here stood a picture" in sheet.gap(LORRY).text_content()
    assert "1 picture or video missing" in sheet.page.text


def test_a_picture_is_dropped_into_its_place(sheet):
    sheet.drop(LORRY, cast.image_file())
    sheet.look_again()
    assert 'src="data:image/jpeg;base64,' in sheet.page.text
    assert "missing" not in sheet.article(FOGHORN).text_content()
    assert not Picture.objects.exists()
    sheet.look_again()
    sheet.send()
    picture = Picture.objects.get()
    assert (picture.caption, picture.credit) == (f"{LORRY}.", "Photo: Ada Moor")
    assert f"](picture:{picture.name})" in Article.objects.get(title=FOGHORN).body


def test_a_picture_can_be_dropped_and_the_issue_made_in_one_go(sheet):
    sheet.drop(LORRY, cast.image_file())
    sheet.send()
    assert Picture.objects.get().file.url in Article.objects.get(title=FOGHORN).body_html


def test_a_picture_that_is_unticked_leaves_its_place_again(sheet):
    sheet.drop(LORRY, cast.image_file())
    sheet.look_again()
    [box] = boxes(sheet)
    box.checked = False
    sheet.look_again()
    assert sheet.gap(LORRY) is not None
    sheet.send()
    assert not Picture.objects.exists()


@pytest.mark.parametrize(
    ("file", "why"),
    [
        (lambda: SimpleUploadedFile("mud.jpg", b"no picture"), "This file is no picture"),
        (lambda: SimpleUploadedFile("mud.jpg", b""), "The submitted file is empty."),
        (lambda: SimpleUploadedFile("mud.jpg", b"x" * (MAX_BYTES + 1)), "larger than 20 MB"),
    ],
)
def test_a_refused_picture_is_named_in_its_place_and_nothing_else_changes(sheet, file, why):
    before = held_uploads()
    sheet.fill(BRIDGE, url="https://example.org/bridge")
    sheet.guess(BRIDGE).checked = True
    sheet.drop(LORRY, file())
    assert sheet.send().status_code == 200
    assert why in sheet.gap(LORRY).text_content()
    assert sheet.article(BRIDGE).xpath('.//input[@type="url"]')[0].value == "https://example.org/bridge"
    assert not Issue.objects.exists()
    assert held_uploads() == before


def test_a_picture_is_kept_while_something_else_is_wrong(sheet):
    sheet.drop(LORRY, cast.image_file())
    sheet.fill(BRIDGE, url="no address")
    sheet.send()
    assert len(boxes(sheet)) == 1
    sheet.fill(BRIDGE, url="")
    sheet.send()
    assert Picture.objects.exists()


def test_a_picture_waits_hidden_while_its_place_is_away(sheet):
    sheet.drop(LORRY, cast.image_file())
    sheet.fill(FOGHORN, action="leave out")
    sheet.look_again()
    assert "data:image" not in sheet.page.text
    sheet.form.xpath(f'.//p[contains(., "{FOGHORN}")]//select[contains(@name, "-action")]')[0].value = "keep"
    sheet.look_again()
    assert "data:image" in sheet.page.text


def test_two_windows_on_one_preview_do_not_disturb_each_other(desk, sheet):
    other = Sheet(desk, desk.get(sheet.address))
    sheet.drop(LORRY, cast.image_file(size=(640, 480)))
    sheet.look_again()
    other.drop(LORRY, cast.image_file(size=(320, 320)))
    other.look_again()
    sheet.send()
    assert Picture.objects.get().width == 640


def test_nobody_gets_at_other_files_through_the_name_of_one(sheet):
    sheet.look_again()
    sheet.client.post(sheet.address, {"kept": ["../../secret ?27", "document ?27", "x", f"{'0' * 64} ?27"]})
    assert not Picture.objects.exists()
    assert Issue.objects.get().articles.count()


def test_a_named_picture_that_is_missing_is_dropped_too(desk, low_tide):
    sheet = preview_of(
        desk, low_tide, "# A\n\n## B\n\n### 1. C\n\n![Ripples](pictures/Mud.jpg)\n\n*Low. Photo: Ada Moor*\n"
    )
    sheet.drop("Ripples", cast.image_file("other.png"))
    sheet.send()
    picture = Picture.objects.get()
    assert (picture.alt, picture.caption, picture.credit) == ("Ripples", "Low.", "Photo: Ada Moor")


def test_a_video_is_found_by_its_address(desk, low_tide):
    sheet = preview_of(desk, low_tide, FILMED)
    [field] = sheet.gap("Here stood a video").xpath('.//input[@type="url"]')
    field.value = "https://www.youtube.com/watch?v=dQw4w9WgXcQ"
    sheet.look_again()
    assert "Here stood a video" not in sheet.page.text
    sheet.look_again()
    sheet.send()
    assert "https://www.youtube.com/watch?v=dQw4w9WgXcQ" in Article.objects.get(title=FOGHORN).body


def test_what_a_dropped_picture_shows_is_said_beside_it(sheet):
    sheet.drop(LORRY, cast.image_file())
    sheet.look_again()
    [field] = sheet.form.xpath('.//input[starts-with(@name, "alt-")]')
    assert LORRY in field.value
    field.value = "A rusty horn under a tarpaulin"
    sheet.look_again()
    sheet.send()
    assert Picture.objects.get().alt == "A rusty horn under a tarpaulin"


def test_what_a_picture_shows_is_kept_while_its_article_is_left_out(sheet):
    sheet.drop(LORRY, cast.image_file())
    sheet.look_again()
    [words] = sheet.form.xpath('.//*[starts-with(@name, "alt-")]')
    sheet.form.fields[words.name] = "A lorry in the rain"
    sheet.fill(FOGHORN, action="leave out")
    sheet.look_again()
    assert sheet.form.fields[words.name] == "A lorry in the rain"
