"""The sweep of each minute takes along the sessions that ended long ago."""

import time_machine
from django.utils import timezone

from departments.sessions.models import Session
from federation_tasks.digests.tasks import sweep


def test_old_sessions_go_and_others_stay(cast):
    with time_machine.travel("2026-10-21T09:00:00+08:00", tick=False) as clock:
        cast.client("head")
        clock.shift(24 * 3600)
        cast.client("clerk")
        sweep.apply()
        assert [row.user for row in Session.objects.live(timezone.now())] == [cast.clerk]
        assert Session.objects.count() == 1
