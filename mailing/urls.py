"""Public addresses of subscriptions. They are a contract, in the oldest mail too: tests spell them out as literals."""

from django.urls import path

from mailing.views import preferences, subscribing

app_name = "mailing"

urlpatterns = [
    path("subscribe/", subscribing.subscribe, name="subscribe"),
    path("subscription/<str:token>/confirm/", subscribing.confirm, name="confirm"),
    path("subscription/<str:token>/move/", preferences.confirm_move, name="move"),
    path("subscription/<str:token>/", preferences.preferences, name="preferences"),
    path("subscription/<str:token>/address/", preferences.address, name="address"),
    path("subscription/<str:token>/data/", preferences.data, name="data"),
    path("subscription/<str:token>/erasure/", preferences.erasure, name="erasure"),
    path("account/subscriptions/", preferences.account, name="account"),
    path("unsubscribe/<str:token>/", subscribing.unsubscribe, name="unsubscribe"),
]
