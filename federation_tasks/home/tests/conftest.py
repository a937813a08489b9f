"""What the walks over all addresses share."""

from federation_tasks.home.tests.world import morning, things

__all__ = ["morning", "things"]
