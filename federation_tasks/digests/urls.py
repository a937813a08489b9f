"""The addresses of this room."""

from django.urls import path

from federation_tasks.digests import views

app_name = "digests"
urlpatterns = [
    path("", views.letters, name="letters"),
    path("preview/", views.preview, name="preview"),
    path("<int:pk>/", views.letter, name="letter"),
]
