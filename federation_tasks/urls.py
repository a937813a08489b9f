"""The site's map, by noun."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("", include("federation_tasks.home.urls")),
    path("", include("federation_tasks.dashboard.urls")),
    path("", include("federation_tasks.supervision.urls")),
    path("attachments/", include("federation_tasks.files.urls")),
    path("reports/", include("federation_tasks.reports.urls")),
    path("", include("federation_tasks.meetings.urls")),
    path("digests/", include("federation_tasks.digests.urls")),
    path("audit/", include("federation_tasks.audit.urls")),
    path("admin/", admin.site.urls),
]

handler400 = "federation_tasks.home.errors.bad_request"
handler403 = "federation_tasks.home.errors.forbidden"
handler404 = "federation_tasks.home.errors.not_found"
handler500 = "federation_tasks.home.errors.server_error"
