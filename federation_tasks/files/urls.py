"""The addresses of this room: one file."""

from django.urls import path

from federation_tasks.files import views

app_name = "files"
urlpatterns = [
    path("<int:pk>/", views.download, name="download"),
    path("<int:pk>/preview/", views.preview, name="preview"),
    path("<int:pk>/picture/", views.picture, name="picture"),
    path("<int:pk>/withdraw/", views.take_back, name="withdraw"),
    path("<int:pk>/remove/", views.take_away, name="remove"),
]
