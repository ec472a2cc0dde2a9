"""Requests of which it is known who makes them; said for the type checker."""

from django.http import HttpRequest

from accounts.models import User


class SignedInRequest(HttpRequest):
    """What a view gets that lets nobody in who has not signed in."""

    user: User
