"""Where sessions are kept: Django's own store in the database, extended by whose they are. SESSION_ENGINE names this module.

The limits are kept here, where a session is read, so that no way into the site goes round them.
"""

import datetime as dt
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY as WHO
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.utils import timezone

from departments.sessions.limits import Ends, Why, ends
from departments.sessions.models import Session, hashed

STARTED, ADDRESS, BROWSER = "started", "address", "browser"


class SessionStore(DatabaseStore):
    """A session of a browser. After it was read, `why` says why it is over, and `whose` to which account it belonged."""

    acted_at: dt.datetime | None = None
    why: Why | None = None
    whose: int | None = None

    @classmethod
    def get_model_class(cls) -> type[Session]:
        """Return the rows."""
        return Session

    def begin(self, address: str, browser: str) -> None:
        """Note that somebody signed in, from where and with which browser; the absolute limit runs from now."""
        now = timezone.now()
        self.why, self.acted_at = None, now
        self.update({STARTED: now.timestamp(), ADDRESS: address, BROWSER: browser})
        self.set_expiry(None)

    def act(self, now: dt.datetime, *, at_most_every: dt.timedelta) -> None:
        """Note a deliberate act: the idle limit runs from now. Writes only where the last note is older than that."""
        if self.acted_at is not None and now - self.acted_at >= at_most_every:
            Session.objects.filter(pk=self.pk, why="").update(acted_at=now)
            self.acted_at = now

    @property
    def pk(self) -> str:
        """Return the name of the row: the hash of the key."""
        return hashed(self.session_key or "")

    @property
    def ends(self) -> Ends | None:
        """Return when this session ends; None where nobody is signed in."""
        return ends(_moment(self[STARTED]), self.acted_at) if self.acted_at and STARTED in self else None

    # --- What Django's store asks ---

    def _get_session_from_db(self) -> Session | None:
        row = Session.objects.filter(pk=self.pk).first()
        self.why = Why.LOST if row is None else row.over(timezone.now())
        self.whose = row.user_id if row else None
        if row is None or self.why:
            self._session_key = None
            return None
        self.acted_at = row.acted_at
        return row

    def exists(self, session_key: str) -> bool:
        """Say whether there is a row of this key."""
        return Session.objects.filter(pk=hashed(session_key)).exists()

    def delete(self, session_key: str | None = None) -> None:
        """Delete the row of this key, or of this session."""
        if key := session_key or self.session_key:
            Session.objects.filter(pk=hashed(key)).delete()

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        """Return the row that holds this data, and whose it is."""
        who = data.get(WHO)
        if who is not None:
            data.setdefault(STARTED, timezone.now().timestamp())
        return Session(
            session_key=hashed(self._get_or_create_session_key()),  # type: ignore[attr-defined]
            session_data=self.encode(data),
            expire_date=self.get_expiry_date(),
            user_id=int(who) if who is not None else None,
            started_at=_moment(data[STARTED]) if who is not None else None,
            address=data.get(ADDRESS, ""),
            browser=data.get(BROWSER, ""),
        )

    def get_expiry_date(self, **_: Any) -> dt.datetime:
        """Return when the absolute limit comes; without a sign-in, when what was kept lapses."""
        started = self.get(STARTED)
        return timezone.now() + settings.SESSION_REMAINS if started is None else _moment(started) + settings.SESSION_LIFE

    def get_expiry_age(self, **_: Any) -> int:
        """Return the seconds until then."""
        return max(0, int((self.get_expiry_date() - timezone.now()).total_seconds()))

    @classmethod
    def clear_expired(cls) -> None:
        """Delete the rows of sessions that ended long enough ago."""
        Session.objects.forgotten(timezone.now()).delete()


def _moment(seconds: float) -> dt.datetime:
    return dt.datetime.fromtimestamp(seconds, dt.UTC)
