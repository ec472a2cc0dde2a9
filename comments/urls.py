"""Public addresses of the conversation. They are a contract: tests spell them out as literals."""

from collections.abc import Callable

from django.http import HttpResponse
from django.urls import URLPattern, path

from comments import feeds
from comments.views import following, reacting, reading, writing
from newsletter import converters  # noqa: F401 - the patterns below name them


def under_each_place(end: str, view: Callable[..., HttpResponse], name: str) -> list[URLPattern]:
    """One address under articles that stand alone, under issues, and under articles in issues."""
    return [
        path(f"articles/<uslug:article>/comments/{end}", view, name=f"stand-alone{name}"),
        path(f"<uslug:newsletter>/<uslug:issue>/comments/{end}", view, name=f"issue{name}"),
        path(f"<uslug:newsletter>/<uslug:issue>/<uslug:article>/comments/{end}", view, name=f"article{name}"),
    ]


app_name = "comments"

urlpatterns = [
    path("comments/<int:pk>/", reading.comment, name="comment"),
    path("comments/<int:pk>/history/", reading.history, name="history"),
    path("comments/<int:pk>/edit/", writing.edit, name="edit"),
    path("comments/<int:pk>/deletion/", writing.deletion, name="deletion"),
    path("comments/<int:pk>/appeal/", writing.appeal, name="appeal"),
    path("comments/<int:pk>/like/", reacting.like, name="like"),
    path("comments/<int:pk>/report/", reacting.report, name="report"),
    path("comments/mute/<str:token>/", following.mute, name="mute"),
    path("account/comments/", following.my_comments, name="my-comments"),
    path("account/following/", following.my_discussions, name="my-discussions"),
    path("account/notifications/", following.notifications, name="notifications"),
    path("feeds/comments/atom.xml", feeds.site, name="site-feed"),
    *under_each_place("atom.xml", feeds.discussion, "-feed"),
    *under_each_place("following/", following.follow, "-following"),
    *under_each_place("", writing.conversation, ""),
]
