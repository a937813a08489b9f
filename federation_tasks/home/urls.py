"""Where one starts: sign-in, 待办, departments, help, health."""

from django.urls import path

from federation_tasks.home import health
from federation_tasks.home.views import department, guide, handover, second_factor, sessions, signing, typed, worklist

app_name = "home"
urlpatterns = [
    path("", worklist.worklist, name="worklist"),
    path("login/", signing.SignIn.as_view(), name="login"),
    path("login/code/", signing.code, name="login_code"),
    path("logout/", signing.SignOut.as_view(), name="logout"),
    path("password/", signing.ChangePassword.as_view(), name="password"),
    path("second-factor/", second_factor.second_factor, name="second_factor"),
    path("sessions/", sessions.sessions, name="sessions"),
    path("sessions/end/", sessions.end_sessions, name="sessions_end"),
    path("session/", sessions.clock, name="session"),
    path("session/stay/", sessions.stay, name="session_stay"),
    path("typed/", typed.typed, name="typed"),
    path("typed/<slug:form_id>/forget/", typed.forget, name="typed_forget"),
    path("departments/<slug:code>/", department.department, name="department"),
    path("departments/<slug:code>/timeline/", department.timeline, name="department_timeline"),
    path("handover/", handover.handover, name="handover"),
    path("handover/<int:pk>/", handover.handover_of, name="handover_of"),
    path("help/", guide.guide, name="guide"),
    path("health/", health.health, name="health"),
    path("health/live/", health.live, name="health_live"),
]
