"""The addresses of this room: the clinic's list, and the referral of one case."""

from django.urls import path

from konsil.referrals import doctor_views, list_views, number_views, people_views, views

app_name = "referrals"
urlpatterns = [
    path("referral/", views.referral, name="referral"),
    path("referral/link/", views.link, name="link"),
    path("referral/physicians/", doctor_views.physicians, name="physicians"),
    path("clinic/", number_views.clinic, name="clinic"),
]
outside = [
    path("referrals/", views.worklist, name="worklist"),
    path("referrals/new/", views.new, name="new"),
    path("referrals/list/", list_views.many, name="many"),
    path("referrals/list/<uuid:batch_id>/", list_views.batch, name="batch"),
    path("referrals/doctors/", doctor_views.waiting, name="doctors"),
    path("refer/", doctor_views.refer, name="public"),
    path("doctor/<str:token>/", doctor_views.link, name="doctor"),
    path("referred/", number_views.referred, name="referred"),
    path("referrals/number/", number_views.by_number, name="by_number"),
    path("referrals/people/", people_views.people, name="people"),
]
