"""What is said to the authors of a report about one field of it."""

from typing import NamedTuple

GROUPS = ("-outcome", "-milestones_done")  # fields of several boxes or buttons: the first one is where a link leads


class Finding(NamedTuple):
    """A sentence about one field of the form. `field` is the field's name; its element's id is `id_` and that name."""

    field: str
    sentence: str

    @property
    def target(self) -> str:
        """Return the id of the field's element."""
        return f"id_{self.field}_0" if self.field.endswith(GROUPS) else f"id_{self.field}"
