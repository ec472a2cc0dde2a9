"""The page of one answer by mail."""

from django.urls import path

from correspondence import views

app_name = "correspondence"

urlpatterns = [path("comments/by-mail/<str:token>/", views.letter, name="letter")]
