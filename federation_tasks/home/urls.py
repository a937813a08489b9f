"""Where one starts: sign-in, 待办, departments, help, health."""

from django.contrib.auth import views as auth
from django.urls import path

from federation_tasks.home import health
from federation_tasks.home.views import department, guide, second_factor, signing, typed, worklist

app_name = "home"
urlpatterns = [
    path("", worklist.worklist, name="worklist"),
    path("login/", signing.SignIn.as_view(), name="login"),
    path("login/code/", signing.code, name="login_code"),
    path("logout/", auth.LogoutView.as_view(), name="logout"),
    path("password/", signing.ChangePassword.as_view(), name="password"),
    path("second-factor/", second_factor.second_factor, name="second_factor"),
    path("typed/", typed.typed, name="typed"),
    path("typed/<slug:form_id>/forget/", typed.forget, name="typed_forget"),
    path("departments/<slug:code>/", department.department, name="department"),
    path("help/", guide.guide, name="guide"),
    path("health/", health.health, name="health"),
    path("health/live/", health.live, name="health_live"),
]
