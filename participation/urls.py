"""Public addresses of tips, polls and voices. They are a contract: tests spell them out as literals."""

from django.urls import URLPattern, path

from newsletter import converters  # noqa: F401 - the patterns below name them
from participation.views import polls, tips, voices

app_name = "participation"

urlpatterns: list[URLPattern] = [
    path("polls/<uslug:poll>/", polls.poll, name="poll"),
    path("tips/", tips.tips, name="tips"),
    path("voices/<str:token>/", voices.voice, name="voice"),
]
