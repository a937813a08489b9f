"""The addresses of this room: one file."""

from django.urls import path

from federation_tasks.files import views

app_name = "files"
urlpatterns = [
    path("<int:pk>/", views.download, name="download"),
    path("<int:pk>/withdraw/", views.take_back, name="withdraw"),
]
