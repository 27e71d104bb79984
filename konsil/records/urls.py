"""The addresses of this room: those of a case, and the provider's link outside of it."""

from django.urls import path

from konsil.records.views import documents, provider, releases, tab

app_name = "records"
urlpatterns = [
    path("records/", tab.tab, name="tab"),
    path("records/checklist/<str:line>/", tab.mark, name="mark"),
    path("records/holders/", tab.add_holder, name="holders"),
    path("records/requests/<uuid:request_id>/", tab.act, name="act"),
    path("documents/<uuid:exhibit_id>/", documents.page, name="document"),
    path("documents/<uuid:exhibit_id>/preview", documents.preview, name="preview"),
    path("documents/<uuid:exhibit_id>/thumb", documents.thumb, name="thumb"),
    path("documents/<uuid:exhibit_id>/original", documents.original, name="original"),
    path("releases/<uuid:release_id>/", releases.page, name="release"),
    path("releases/<uuid:release_id>/text/", releases.text, name="text"),
    path("releases/<uuid:release_id>/stop/", releases.stop, name="stop"),
    path("releases/<uuid:release_id>/form.pdf", releases.form_pdf, name="form"),
    path("releases/<uuid:release_id>/private-notes/", releases.private_notes, name="private"),
    path("sending/<uuid:request_id>/", provider.sending, name="sending"),
    path("sending/<uuid:request_id>/answer/", provider.answer, name="answer"),
    path("sending/<uuid:request_id>/form.pdf", provider.form_pdf, name="sending_form"),
    path("sending/<uuid:request_id>/receipt/", provider.receipt, name="receipt"),
]
outside = [path("records/<str:token>/", provider.link, name="link")]
