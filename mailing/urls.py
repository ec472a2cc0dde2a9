"""Public addresses of subscriptions. They are a contract, in the oldest mail too: tests spell them out as literals."""

from django.urls import path

from mailing.views import leaving, subscribing

app_name = "mailing"

urlpatterns = [
    path("subscribe/", subscribing.subscribe, name="subscribe"),
    path("subscription/<str:token>/confirm/", subscribing.confirm, name="confirm"),
    path("unsubscribe/<str:token>/", leaving.unsubscribe, name="unsubscribe"),
]
