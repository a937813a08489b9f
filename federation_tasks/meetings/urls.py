"""The addresses of this room, by noun: half-years, and circulars about them."""

from django.urls import path

from federation_tasks.meetings.views import circulars, closing

app_name = "meetings"

PERIODS = [path("periods/<str:period>/close/", closing.close, name="close")]

CIRCULARS = [
    path("circulars/", circulars.circulars, name="circulars"),
    path("circulars/<str:period>/", circulars.circular, name="circular"),
    path("circulars/<str:period>/issue/", circulars.issue_circular, name="circular_issue"),
    path("circulars/<str:period>/export/", circulars.export_circular, name="circular_export"),
]

urlpatterns = [*PERIODS, *CIRCULARS]
