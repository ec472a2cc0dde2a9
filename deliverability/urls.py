"""Where mail services tell what became of our mail, and bring what came for us."""

from django.urls import path

from deliverability import webhooks

app_name = "deliverability"

urlpatterns = [
    path("webhooks/<slug:service>/tracking/", webhooks.listen, {"kind": "tracking"}, name="webhook"),
    path("webhooks/<slug:service>/inbound/", webhooks.listen, {"kind": "inbound"}, name="inbound"),
]
