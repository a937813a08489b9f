"""What the tests of the dashboard share."""

import pytest
import time_machine

from departments.testing import TODAY


@pytest.fixture
def today():
    """Let the site's clock stand at ten in the morning of the cast's day."""
    with time_machine.travel(f"{TODAY}T10:00:00+08:00", tick=False):
        yield TODAY
