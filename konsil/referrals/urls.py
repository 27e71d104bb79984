"""The addresses of this room: the clinic's list, and the referral of one case."""

from django.urls import path

from konsil.referrals import people_views, views

app_name = "referrals"
urlpatterns = [
    path("referral/", views.referral, name="referral"),
    path("referral/link/", views.link, name="link"),
]
outside = [
    path("referrals/", views.worklist, name="worklist"),
    path("referrals/new/", views.new, name="new"),
    path("referrals/people/", people_views.people, name="people"),
]
