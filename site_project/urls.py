"""The addresses of the whole site; each app holds its own."""

from django.contrib import admin
from django.urls import include, path, re_path

from core.staticfiles import of_another_version
from site_project import door

urlpatterns = [
    path("admin/", admin.site.urls),
    path("up/", door.up),
    path("up/worker/", door.worker),
    path("ready/", door.ready),
    re_path(r"^static/(?P<name>.+)\.[0-9a-f]{12}\.(?P<kind>\w+)$", of_another_version),
    path("", include("accounts.urls")),
    path("", include("comments.urls")),
    path("", include("mailing.urls")),
    path("", include("participation.urls")),
    path("", include("deliverability.urls")),
    path("", include("correspondence.urls")),
    path("", include("newsletter.urls")),
]

handler404 = "newsletter.views.pages.not_found"
handler500 = "newsletter.views.pages.server_error"
