"""Write first, identify later."""

import re

import pytest
from django.test import Client

from accounts.models import User
from comments.models import Comment

pytestmark = pytest.mark.django_db

MUD = "/low-tide/march/mud/comments/"


def fields(page):
    """What a browser would send with the page's form: every input and text area with its value."""
    return page.context["form"].data


def test_journey(discussion, mailoutbox):
    client = Client(enforce_csrf_checks=True)
    page = client.post(MUD, {"body": "Such mud!\n\nReally."})
    assert page.status_code == 200
    assert "Almost there" in page.text
    assert "<p>Such mud!</p>" in page.text
    token = re.search(r'csrfmiddlewaretoken" value="([^"]+)', page.text)[1]
    who = {"email": "nora@example.org", "name": "Nora", "headline": "Reads tides"}
    page = client.post(MUD, {"body": "Such mud!\n\nReally.", "csrfmiddlewaretoken": token, **who})
    assert "Enter the code" in page.text
    code = re.search(r"\b[A-Z]{4}-[A-Z]{4}\b", mailoutbox[-1].subject)[0]
    response = client.post(MUD, {"body": "Such mud!\n\nReally.", "csrfmiddlewaretoken": token, "code": code, **who})
    comment = Comment.objects.get()
    assert (response.status_code, response.url) == (303, f"/comments/{comment.pk}/")
    assert (comment.name, comment.headline, comment.body) == ("Nora", "Reads tides", "Such mud!\n\nReally.")
    assert User.objects.get().is_confirmed
