"""The addresses of this room."""

from django.urls import path

from konsil.entrance import locking

app_name = "entrance"
outside = [
    path("me/lock/", locking.page, name="lock"),
    path("me/lock/now/", locking.now, name="lock_now"),
    path("me/here/", locking.here, name="here"),
]
