"""Who owns files, and who may read them: each room registers its own, and its rule goes through departments/access.py.

A model that nobody registered owns nothing, and what stands under it is read by nobody.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import models

from departments.access import Access


def never(_thing: Any, _access: Access) -> bool:
    """Allow it to nobody."""
    return False


@dataclass(frozen=True)
class Owner:
    """The rules of one kind of owner.

    `visible` returns the rows that a person may read; `may_add` says whether he may put a file to this one, `may_withdraw` whether
    he may take one back: no longer than the act that it proves is open. `page` returns the address where the files are shown.
    `may_remove` says whether he may have one gone without a trace on the page: only what nobody but its authors ever read.
    """

    visible: Callable[[Access], models.QuerySet[Any]]
    may_add: Callable[[Any, Access], bool]
    may_withdraw: Callable[[Any, Access], bool]
    page: Callable[[Any], str]
    may_remove: Callable[[Any, Access], bool] = never


OWNERS: dict[type[models.Model], Owner] = {}


def register(model: type[models.Model], owner: Owner) -> None:
    """Let a kind of thing own files. Called once, when the site starts, by the room that the model belongs to."""
    OWNERS[model] = owner


def rules_of(thing: models.Model) -> Owner:
    """Return the rules of a thing; raise TypeError where its kind cannot own files."""
    try:
        return OWNERS[type(thing)]
    except KeyError:
        raise TypeError(f"{type(thing).__name__} was not registered and cannot own files") from None
