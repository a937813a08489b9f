"""Where one starts: sign-in, 待办, departments, help, health."""

from django.contrib.auth import views as auth
from django.urls import path

from federation_tasks.home import views

app_name = "home"
urlpatterns = [
    path("", views.worklist, name="worklist"),
    path("login/", views.SignIn.as_view(), name="login"),
    path("logout/", auth.LogoutView.as_view(), name="logout"),
    path("password/", views.ChangePassword.as_view(), name="password"),
    path("departments/<slug:code>/", views.department, name="department"),
    path("help/", views.guide, name="help"),
]
