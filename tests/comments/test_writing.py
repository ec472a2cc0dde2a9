"""Readers write: at once when they are signed in, and lose nothing on the way."""

import pytest
from django.test import Client

from comments.models import Comment

pytestmark = pytest.mark.django_db

MUD = "/low-tide/march/mud/comments/"


@pytest.fixture
def reader(rita):
    client = Client()
    client.force_login(rita)
    return client


def test_signed_in_reader_posts_and_sees_the_comment(reader, discussion):
    response = reader.post(MUD, {"body": "Such mud!"})
    comment = Comment.objects.get()
    assert (response.status_code, response.url) == (303, f"/comments/{comment.pk}/")
    assert (comment.body, comment.state) == ("Such mud!", "approved")
