"""The addresses of the opinion and the report, all under a case."""

from django.urls import path

from konsil.opinions.views import draft, report, signature

app_name = "opinions"
urlpatterns = [
    path("opinion/", draft.panel, name="panel"),
    path("opinion/state/", draft.state, name="state"),
    path("opinion/sections/<slug:key>/", draft.section, name="section"),
    path("opinion/answers/<int:number>/", draft.answer, name="answer"),
    path("opinion/key-images/", draft.key_images, name="key_images"),
    path("opinion/key-images/<uuid:image_id>.png", draft.key_image, name="key_image"),
    path("opinion/key-images/<uuid:image_id>/source/", draft.key_image_source, name="source"),
    path("opinion/signature/", signature.signature, name="signature"),
    path("opinion/addenda/", signature.addenda, name="addenda"),
    path("report/", report.report, name="report"),
    path("report/versions/<int:number>/", report.version, name="version"),
    path("report.pdf", report.pdf, name="pdf"),
    path("report/versions/<int:number>.pdf", report.version_pdf, name="version_pdf"),
]
