"""The addresses of this room."""

from django.urls import path

from federation_tasks.reports.views import attaching, autosaving, comparing, exceptions, moving, outlining, overview, previewing, reading, writing

app_name = "reports"
urlpatterns = [
    path("", overview.reports, name="reports"),
    path("<str:period>/<slug:code>/", reading.report, name="report"),
    path("<str:period>/<slug:code>/edit/", writing.edit, name="edit"),
    path("<str:period>/<slug:code>/attachments/", attaching.attachments, name="attachments"),
    path("<str:period>/<slug:code>/autosave/", autosaving.autosave, name="autosave"),
    path("<str:period>/<slug:code>/preview/", previewing.preview, name="preview"),
    path("<str:period>/<slug:code>/outline/", outlining.outline, name="outline"),
    path("<str:period>/<slug:code>/versions/<int:number>/", reading.version, name="version"),
    path("<str:period>/<slug:code>/deadline/", exceptions.deadline, name="deadline"),
    path("<str:period>/<slug:code>/compare/", comparing.compare, name="compare"),
    path("<str:period>/<slug:code>/<slug:move>/", moving.move, name="move"),
]
