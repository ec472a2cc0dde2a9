"""The sizes of a picture: made in the background, offered once they are there, gone when nobody needs them."""

from io import BytesIO

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import override_settings
from django_tasks_db.models import DBTaskResult
from PIL import Image

from newsletter.imaging import delete_stored
from newsletter.models import Picture
from newsletter.rendering import render_texts
from newsletter.tasks import make_sizes, remove_files
from tests import cast

pytestmark = pytest.mark.django_db
QUEUED = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default", "pictures"]}}


def stored_sizes(picture):
    """The files beside a picture's own."""
    folder = picture.file.name.rpartition(".")[0]
    return sorted(default_storage.listdir(folder)[1]) if default_storage.exists(folder) else []


def fresh(picture):
    return Picture.objects.get(pk=picture.pk)


@pytest.fixture
def wide():
    return fresh(cast.picture("wide", file=cast.image_file(size=(900, 300))))


def test_sizes_are_made_in_avif_and_webp_up_to_the_pictures_own_width(wide):
    assert stored_sizes(wide) == ["400w.avif", "400w.webp", "800w.avif", "800w.webp"]
    assert wide.is_processed


def test_a_wide_picture_has_widths_from_400_to_2400():
    picture = fresh(cast.picture("widest", file=cast.image_file(size=(2400, 300))))
    widths = {int(name.partition("w.")[0]) for name in stored_sizes(picture) if name.endswith(("avif", "webp"))}
    assert widths == {400, 800, 1200, 1600, 2400}


@pytest.mark.parametrize("kind", ["avif", "webp"])
def test_a_size_is_what_its_name_says_and_carries_nothing_else(wide, kind):
    folder = wide.file.name.rpartition(".")[0]
    with default_storage.open(f"{folder}/400w.{kind}") as stored, Image.open(stored) as image:
        assert (image.format, image.size, image.mode) == (kind.upper(), (400, 133), "RGB")
        assert not image.getexif()
        assert not {"exif", "xmp", "icc_profile"} & set(image.info)


@pytest.mark.parametrize("kind", ["avif", "webp"])
def test_transparency_stays_in_every_size(kind):
    buffer = BytesIO()
    Image.new("RGBA", (500, 400), (255, 0, 0, 90)).save(buffer, "PNG")
    picture = fresh(cast.picture("glass", file=SimpleUploadedFile("glass.png", buffer.getvalue())))
    folder = picture.file.name.rpartition(".")[0]
    with default_storage.open(f"{folder}/400w.{kind}") as stored, Image.open(stored) as image:
        assert image.mode == "RGBA"


def test_the_figure_offers_the_sizes_best_format_first(wide):
    stem = wide.file.url.rpartition(".")[0]
    (first, srcset), (second, _) = wide.figure().sources
    assert (first, second) == ("image/avif", "image/webp")
    assert srcset == f"{stem}/400w.avif 400w, {stem}/800w.avif 800w"
    assert wide.figure().url == wide.file.url


@override_settings(TASKS=QUEUED)
def test_until_then_pages_show_the_picture_alone():
    picture = cast.picture()
    assert not fresh(picture).is_processed
    assert fresh(picture).figure().sources == ()
    assert stored_sizes(picture) == []


def test_texts_are_rendered_anew_once_the_sizes_are_there(low_tide):
    with override_settings(TASKS=QUEUED):
        picture = cast.picture("mud")
        article = cast.article(low_tide, body="![](picture:mud)")
        assert "400w.avif" not in article.body_html
    make_sizes.enqueue(picture.pk)
    article.refresh_from_db()
    assert "400w.avif" in article.body_html


def test_nothing_is_asked_for_when_storing_the_picture_fails():
    with override_settings(TASKS=QUEUED):
        with transaction.atomic():
            cast.picture()
            transaction.set_rollback(True)
        assert not DBTaskResult.objects.exists()


def test_files_stay_when_deleting_the_picture_fails(wide):
    with override_settings(TASKS=QUEUED):
        with transaction.atomic():
            wide.delete()
            transaction.set_rollback(True)
        assert not DBTaskResult.objects.exists()
    assert len(stored_sizes(wide)) == 4


def test_deleting_a_picture_deletes_its_files(wide):
    name = wide.file.name
    Picture.objects.all().delete()
    assert not default_storage.exists(name)
    assert stored_sizes(wide) == []


def test_sizes_that_earlier_settings_asked_for_go_too(wide):
    folder = wide.file.name.rpartition(".")[0]
    old = default_storage.save(f"{folder}/333w.avif", cast.image_file())
    wide.delete()
    assert not default_storage.exists(old)


def test_deleting_what_is_gone_already_fails_nothing(wide):
    delete_stored(wide.file.name)
    remove_files.enqueue(wide.file.name)
    assert not default_storage.exists(wide.file.name)


def test_a_new_file_takes_the_place_of_the_old_one_with_its_sizes(wide):
    old = wide.file.name
    with override_settings(TASKS=QUEUED):
        wide.file = cast.image_file(size=(500, 300))
        wide.save()
        assert not fresh(wide).is_processed
        assert fresh(wide).figure().sources == ()
        paths = sorted(DBTaskResult.objects.values_list("task_path", flat=True))
        assert paths == ["newsletter.tasks.make_sizes", "newsletter.tasks.remove_files"]
    remove_files.enqueue(old)
    make_sizes.enqueue(wide.pk)
    assert not default_storage.exists(old)
    assert not default_storage.exists(old.rpartition(".")[0] + "/400w.avif")
    assert stored_sizes(fresh(wide)) == ["400w.avif", "400w.webp"]
    assert fresh(wide).is_processed


@override_settings(TASKS=QUEUED)
def test_texts_never_show_a_replaced_file(low_tide):
    picture = cast.picture("mud")
    article = cast.article(low_tide, body="![](picture:mud)")
    old = picture.file.url
    picture.file = cast.image_file(size=(900, 300))
    picture.save()
    article.refresh_from_db()
    assert old not in article.body_html
    assert picture.file.url in article.body_html


@override_settings(TASKS=QUEUED)
def test_changing_a_caption_makes_no_work_for_the_worker(wide):
    wide.caption = "Another"
    wide.save()
    assert not DBTaskResult.objects.exists()


def test_work_that_was_killed_half_way_can_be_done_again():
    with override_settings(TASKS=QUEUED):
        picture = cast.picture(file=cast.image_file(size=(500, 300)))
    half_done = picture.file.name.rpartition(".")[0] + "/400w.avif"
    default_storage.save(half_done, cast.image_file())
    make_sizes.enqueue(picture.pk)
    assert stored_sizes(picture) == ["400w.avif", "400w.webp"]
    with default_storage.open(half_done) as stored, Image.open(stored) as image:
        assert image.format == "AVIF"


def test_doing_it_twice_changes_nothing(wide):
    before = stored_sizes(wide)
    make_sizes.enqueue(wide.pk)
    assert stored_sizes(wide) == before


def test_a_picture_that_was_deleted_meanwhile_fails_nothing(wide):
    primary_key = wide.pk
    wide.delete()
    assert make_sizes.enqueue(primary_key).status == "SUCCESSFUL"


def test_a_file_that_is_missing_is_a_failure_to_be_seen():
    with override_settings(TASKS=QUEUED):
        picture = cast.picture()
    default_storage.delete(picture.file.name)
    assert make_sizes.enqueue(picture.pk).status == "FAILED"
    assert not fresh(picture).is_processed


def test_texts_keep_their_date_when_sizes_arrive(low_tide):
    with override_settings(TASKS=QUEUED):
        picture = cast.picture("mud")
        article = cast.article(low_tide, body="![](picture:mud)")
    render_texts(article)
    before = type(article).objects.get(pk=article.pk).updated_at
    make_sizes.enqueue(picture.pk)
    assert type(article).objects.get(pk=article.pk).updated_at == before


def test_what_shared_links_show_is_cropped_around_the_focus():
    image = Image.new("RGBA", (2400, 700), (0, 0, 255, 255))
    image.paste((255, 0, 0, 255), (1900, 0, 2400, 700))
    buffer = BytesIO()
    image.save(buffer, "PNG")
    file = SimpleUploadedFile("flag.png", buffer.getvalue())
    picture = fresh(cast.picture("flag", file=file, focus_x=95, focus_y=50))
    with default_storage.open(picture.card) as stored, Image.open(stored) as card:
        assert (card.format, card.size) == ("JPEG", (1200, 630))
        red, _green, blue = card.getpixel((1000, 300))
        assert red > 200 > blue
    folder = picture.file.name.rpartition(".")[0]
    picture.delete()
    assert not default_storage.exists(folder)
