"""The pages of answers by mail: of one, and of all that somebody wrote."""

from django.urls import path

from correspondence import views

app_name = "correspondence"

urlpatterns = [
    path("comments/by-mail/<str:token>/", views.letter, name="letter"),
    path("account/answers/", views.mine, name="mine"),
]
