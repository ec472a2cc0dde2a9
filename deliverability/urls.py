"""Where mail services tell what became of our mail."""

from django.urls import path

from deliverability import webhooks

app_name = "deliverability"

urlpatterns = [path("webhooks/<slug:service>/tracking/", webhooks.listen, name="webhook")]
