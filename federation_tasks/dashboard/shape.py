"""How the matrix is shown: `?sort=`, `?by=`, `?group=` and `?page=`. What is none of them does not exist."""

from dataclasses import dataclass

from django.http import Http404, QueryDict

from federation_tasks.dashboard.grouping import GROUPINGS

TROUBLE, ORDER = "", "order"


@dataclass(frozen=True)
class Shape:
    """Rows sorted by trouble or in their order; grouped by kind, leader or region; of one group; page by page."""

    sort: str = TROUBLE
    by: str = ""
    group: str = ""
    page: str = "1"

    @classmethod
    def asked(cls, query: QueryDict) -> "Shape":
        """Return what was asked for. Raises Http404 for a sorting or grouping that there is not."""
        found = cls(query.get("sort", TROUBLE), query.get("by", ""), query.get("group", ""), query.get("page", "1"))
        if found.sort not in (TROUBLE, ORDER, "trouble") or found.by not in ("", *GROUPINGS):
            raise Http404
        return found

    @property
    def by_order(self) -> bool:
        """Say whether rows stand in their order."""
        return self.sort == ORDER

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """Return what stays in every address, as (name, value)."""
        given = [("sort", ORDER if self.by_order else ""), ("by", self.by), ("group", self.group)]
        return [(name, value) for name, value in given if value]
