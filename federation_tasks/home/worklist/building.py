"""Put a person's page together from the parts of all his posts."""

import datetime as dt
from dataclasses import dataclass
from functools import cached_property

from departments.access import ADMINISTRATORS, Access, Role
from departments.models import User
from departments.signing.policy import days_left
from federation_tasks.home.takeovers import Notice, fresh_notices
from federation_tasks.home.worklist.administering import administering_part
from federation_tasks.home.worklist.leading import leading_part
from federation_tasks.home.worklist.own import own_part
from federation_tasks.home.worklist.pieces import Main, Part
from federation_tasks.home.worklist.supervising import supervising_part
from federation_tasks.home.worklist.urges import OwnUrges
from federation_tasks.plan.lights import Lamps
from federation_tasks.plan.models import Period


@dataclass
class Worklist:
    """What one person owes on one day."""

    access: Access
    now: dt.datetime

    @cached_property
    def lamps(self) -> Lamps:
        """Return the lights of the day."""
        return Lamps(self.access.on)

    @cached_property
    def parts(self) -> list[Part]:
        """Return what each post adds: one's own departments first, since they have deadlines."""
        access = self.access
        is_office, is_administrator = Role.OFFICE in access.groups, bool(access.groups & ADMINISTRATORS)
        period = Period.objects.holding(access.on) if access.leader or is_office or is_administrator else None
        found = [own_part(access, self.lamps, self.now)] if access.places else []
        if access.leader:
            found.append(leading_part(access, period))
        if is_office:
            found.append(supervising_part(access, period))
        if is_administrator:
            found.append(administering_part(access, period))
        return found

    @cached_property
    def taken_over(self) -> list[Notice]:
        """Return which departments this leader took over lately, each with the way to its handover page."""
        return fresh_notices(self.access)

    @cached_property
    def urges(self) -> OwnUrges:
        """Return what the office urges, which comes before everything else."""
        return OwnUrges(self.access)

    @property
    def password_days_left(self) -> int | None:
        """Return the days until the password must be changed, in its last week; else None."""
        return days_left(self.access.user, self.access.on) if isinstance(self.access.user, User) else None

    @property
    def main(self) -> Main | None:
        """Return the one thing to do first; a second post's stands in its sections."""
        return next((part.main for part in self.parts if part.main), None)

    @property
    def total(self) -> int:
        """Return how many things are owed."""
        return self.urges.total + sum(part.total for part in self.parts)
