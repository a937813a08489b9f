"""The addresses of this room: the list of tasks, one task, and what is done to it."""

from django.urls import path

from federation_tasks.supervision import views

app_name = "supervision"
urlpatterns = [
    path("", views.tasks, name="tasks"),
    path("<int:pk>/", views.task, name="task"),
    path("<int:pk>/updates/", views.update, name="update"),
    path("<int:pk>/<slug:name>/", views.move, name="move"),
]
