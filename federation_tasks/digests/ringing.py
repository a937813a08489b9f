"""Ringing the bell when there is something to send at once."""

from typing import Any


def ring_for_urges(**_: Any) -> None:
    """Let the worker look at once; where nobody hears the bell, the sweep of the next minute finds the same."""
    from federation_tasks.digests.tasks import ring

    ring.delay()
