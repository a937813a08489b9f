"""Where things stood at a moment that is over, from the rows of their moves: for looking back (`?on=`)."""

import datetime as dt
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, OuterRef, QuerySet, Subquery

from federation_tasks.workflow.models import HistoryRow, Moving


def rows_as_of(kind: type[Moving], end: dt.datetime, **where: Any) -> QuerySet[HistoryRow]:
    """Return the last row that each thing of this kind had before a moment, where that row fits the conditions: `to_state` is where it stood."""
    rows = HistoryRow.objects.filter(content_type=ContentType.objects.get_for_model(kind), at__lt=end).order_by()
    # Moves of one thing wait for each other, so that the newer row has the higher number.
    later = HistoryRow.objects.filter(content_type=OuterRef("content_type"), object_id=OuterRef("object_id"), pk__gt=OuterRef("pk"), at__lt=end)
    return rows.filter(~Exists(later), **where)


def state_as_of(kind: type[Moving], end: dt.datetime, key: str = "pk") -> Subquery:
    """Return, for a query whose rows name a thing of this kind by `key`, the state in which it was; NULL for one that had not moved yet."""
    rows = HistoryRow.objects.filter(content_type=ContentType.objects.get_for_model(kind), object_id=OuterRef(key), at__lt=end)
    return Subquery(rows.order_by("-pk").values("to_state")[:1])
