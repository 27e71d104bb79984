"""The addresses of this room."""

from django.urls import path

from konsil.entrance import account, locking, views

app_name = "entrance"
urlpatterns = [path("address/", views.address, name="address")]
outside = [
    path("me/", account.page, name="account"),
    path("me/end/", account.end, name="end"),
    path("me/lock/", locking.page, name="lock"),
    path("me/lock/now/", locking.now, name="lock_now"),
    path("me/here/", locking.here, name="here"),
    path("second-factors/", views.reset_factor, name="reset_factor"),
    path("emergency-access/", views.emergency, name="emergency"),
    path("emergency-access/end/", views.give_back, name="give_back"),
]
