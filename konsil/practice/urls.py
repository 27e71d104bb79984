"""The addresses of the hospital's own settings; none of them belongs to a case."""

from django.urls import path

from konsil.practice.views import front, imports, institution, licences, lines, mail, staff

app_name = "practice"

outside = [
    path("practice/", front.front, name="front"),
    path("practice/setup/", front.setup, name="setup"),
    path("practice/setup/<slug:key>/", front.setup_step, name="setup_step"),
    path("practice/institution/", institution.institution, name="institution"),
    path("practice/brand/", institution.brand, name="brand"),
    path("practice/hours/", institution.hours, name="hours"),
    path("practice/lines/", lines.lines, name="lines"),
    path("practice/lines/new/", lines.line_new, name="line_new"),
    path("practice/lines/<uuid:line_id>/", lines.line, name="line"),
    path("practice/lines/<uuid:line_id>/<slug:key>/", lines.line_part, name="line_part"),
    path("practice/staff/", staff.staff, name="staff"),
    path("practice/licences/", licences.licences, name="licences"),
    path("practice/licences/<str:place>/", licences.licence_place, name="licence_place"),
    path("practice/physicians/", licences.physicians_page, name="physicians"),
    path("practice/my-licences/", licences.my_licences, name="my_licences"),
    path("practice/mail/", mail.mail, name="mail"),
    path("practice/changes/", front.changes, name="changes"),
    path("practice/changes/<uuid:version_id>/", front.version, name="version"),
    path("practice/imports/", imports.imports, name="imports"),
    path("practice/imports/<uuid:import_id>/", imports.one, name="import"),
    path("brand/<slug:name>.css", institution.sheet, name="sheet"),
    path("brand/<slug:name>/mark.png", institution.mark, name="mark"),
]
