"""The addresses of this room."""

from django.urls import path

from federation_tasks.dashboard import views

app_name = "dashboard"
urlpatterns = [
    path("dashboard/", views.dashboard, name="dashboard"),
    path("dashboard/summary.json", views.summary_json, name="summary"),
    path("goals/<int:number>/", views.goal, name="goal"),
]
