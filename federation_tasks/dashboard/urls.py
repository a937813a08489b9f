"""The addresses of this room."""

from django.urls import path

from federation_tasks.dashboard import views
from federation_tasks.dashboard.exports.views import export_table

app_name = "dashboard"
urlpatterns = [
    path("dashboard/", views.dashboard, name="dashboard"),
    path("dashboard/summary.json", views.summary_json, name="summary"),
    path("dashboard/export/<slug:table>/", export_table, name="export"),
    path("goals/<int:number>/", views.goal, name="goal"),
]
