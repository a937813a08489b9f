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

INSTRUCTIONS = [
    path("instructions/", views.instructions, name="instructions"),
    path("instructions/new/", views.instruct, name="instruct"),
    path("instructions/<int:pk>/", views.instruction, name="instruction"),
    path("instructions/duties/<int:pk>/<slug:name>/", views.duty_move, name="duty_move"),
]

URGES = [
    path("urges/", views.urges, name="urges"),
    path("urges/new/", views.new_urge, name="urge_new"),
    path("urges/sent/", views.sent_urges, name="urges_sent"),
    path("urges/<int:pk>/", views.urge, name="urge"),
    path("urges/<int:pk>/<slug:name>/", views.move_urge, name="move_urge"),
]

EXTENSIONS = [
    path("extensions/", views.extensions, name="extensions"),
    path("extensions/<int:pk>/<slug:name>/", views.extension_move, name="extension_move"),
]

urlpatterns = [*TASKS, *EXTENSIONS, *INSTRUCTIONS, *URGES]
