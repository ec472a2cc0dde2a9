"""Public addresses of tips and polls. They are a contract: tests spell them out as literals."""

from django.urls import URLPattern

app_name = "participation"

urlpatterns: list[URLPattern] = []
