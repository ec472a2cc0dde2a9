"""Background work on pictures, and the moments that ask for it. Work is asked for inside the transaction that stores,
replaces or deletes a picture, and the queue lives in the same database: either both are kept or neither. Each task can
be repeated and killed at any point."""

from typing import Any

from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver
from django.tasks import task

from core.changes import content_changed
from newsletter import imaging
from newsletter.models import Picture, Redirect
from newsletter.rendering import render_texts_with


@receiver(post_save, sender=Picture)
def ask_for_sizes(instance: Picture, **kwargs: Any) -> None:
    """Until the sizes are there, texts offer the picture's own file alone. A file it had before goes, and mails that
    show it are led to the new one."""
    if not instance.is_processed:
        render_texts_with(instance)
        make_sizes.enqueue(instance.pk)
    if instance.replaced_file:
        for mailed in (instance.replaced_file, imaging.mail_size(instance.replaced_file).name):
            Redirect.objects.leave(default_storage.url(mailed), instance.file.url)
        remove_files.enqueue(instance.replaced_file)
        instance.replaced_file = ""


@receiver(post_delete, sender=Picture)
def ask_for_removal(instance: Picture, **kwargs: Any) -> None:
    remove_files.enqueue(instance.file.name)


@task(queue_name="pictures")
def make_sizes(picture_id: int) -> None:
    """Make every size of a picture; then let pages and the texts that show it offer them. Nothing is left of it when
    the picture has been deleted or got another file meanwhile."""
    picture = Picture.objects.filter(pk=picture_id, is_processed=False).first()
    if picture is None:
        return
    unchanged = Picture.objects.filter(pk=picture_id, file=picture.file.name)
    try:
        imaging.make_renditions(picture.file)
    except FileNotFoundError:
        if unchanged.exists():
            raise
    with transaction.atomic():
        if unchanged.update(is_processed=True):
            offer_sizes.enqueue(picture_id)
        else:
            imaging.delete_stored(picture.file.name)


@task(queue_name="pictures")
def offer_sizes(picture_id: int) -> None:
    """Let pages and texts show them. Each text is stored for itself: hundreds may show one picture."""
    for picture in Picture.objects.filter(pk=picture_id):
        imaging.make_card(picture.file, picture.card, picture.focus_x, picture.focus_y)
        render_texts_with(picture)
    content_changed()


@task(queue_name="pictures")
def remove_files(name: str) -> None:
    """Delete a stored picture with all its sizes."""
    imaging.delete_stored(name)
