"""The addresses of this room, by noun: tasks, extensions, instructions, urges, and what is done to each."""

from django.urls import path

from federation_tasks.supervision import views

app_name = "supervision"

TASKS = [
    path("tasks/", views.tasks, name="tasks"),
    path("tasks/<int:pk>/", views.task, name="task"),
    path("tasks/<int:pk>/updates/", views.update, name="update"),
    path("tasks/<int:pk>/extension/", views.extension, name="extension"),
    path("tasks/<int:pk>/extension/<slug:name>/", views.extension_new, name="extension_new"),
    path("tasks/<int:pk>/<slug:name>/", views.move, name="move"),
]

EXTENSIONS = [
    path("extensions/", views.extensions, name="extensions"),
    path("extensions/<int:pk>/<slug:name>/", views.extension_move, name="extension_move"),
]

urlpatterns = [*TASKS, *EXTENSIONS]
