"""Writing letters: which function writes which kind."""

import datetime as dt
from collections.abc import Callable

from federation_tasks.digests import letters
from federation_tasks.digests.briefing import Briefing
from federation_tasks.digests.models import Letter
from federation_tasks.digests.overdue import compose
from federation_tasks.digests.urges import compose_urge, waiting


class Writer:
    """Writes the letters of one batch; what they share is read once."""

    def __init__(self) -> None:
        self.briefings: dict[dt.date, Briefing] = {}
        self.kinds: dict[str, Callable[[Letter], bool]] = {Letter.Kind.OVERDUE_DIGEST: self.overdue_digest, Letter.Kind.URGE: self.urge}

    def write(self, letter: Letter) -> bool:
        """Put words and facts on a letter; say whether it has anything to say."""
        return self.kinds[letter.kind](letter)

    def overdue_digest(self, letter: Letter) -> bool:
        """Write a leader's digest."""
        assert letter.leader is not None
        digest = compose(letter.leader, self.briefing(letter.day))
        letter.facts = digest.facts.stored()
        if not digest.has_something_to_say:
            return False
        letter.subject, letter.text, letter.html = letters.overdue_digest(digest)
        return True

    def urge(self, letter: Letter) -> bool:
        """Write what the office urges a department to do."""
        said = compose_urge(letter)
        if said is None:
            return False
        letter.subject, letter.text, letter.html = letters.urge(said)
        return True

    def still_holds(self, letter: Letter) -> bool:
        """Say whether a letter that was written down before is still to be sent: an urge whose every thing was withdrawn or done is not."""
        return letter.kind != Letter.Kind.URGE or bool(waiting(letter))

    def briefing(self, day: dt.date) -> Briefing:
        """Return what all digests of a day share."""
        return self.briefings.setdefault(day, Briefing(day))
