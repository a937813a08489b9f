"""The addresses of this room: the log, one entry, and the export."""

from django.urls import path

from federation_tasks.audit import views

app_name = "audit"
urlpatterns = [
    path("", views.log, name="log"),
    path("<int:pk>/", views.entry, name="entry"),
    path("export/", views.export_log, name="export"),
]
