"""Form fields that offices type into: dates as text, people by name."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet

from departments.models import User, fold

MOST_NAMED = 5  # namesakes listed in a refusal


class PersonField(forms.CharField):
    """A person by user name or name. A list of thousands to choose from serves nobody; a typed name works without script."""

    def __init__(self, *, people: QuerySet[User] | None = None, **kwargs: Any) -> None:
        # What a ModelForm passes for a foreign key, and a text field has no use for.
        for unused in ("queryset", "to_field_name", "limit_choices_to", "blank"):
            kwargs.pop(unused, None)
        super().__init__(**kwargs)
        self.people = people

    def clean(self, value: Any) -> User | None:
        """Return the person meant; raise ValidationError with a sentence where nobody or several are."""
        typed = super().clean(value)
        return self._found(typed) if typed else None

    def _found(self, typed: str) -> User:
        people = User.objects.all() if self.people is None else self.people
        found = list(people.filter(Q(username=fold(typed)) | Q(name=typed))[: MOST_NAMED + 1])
        exact = [person for person in found if person.username == fold(typed)]
        if len(exact or found) == 1:
            return (exact or found)[0]
        if not found:
            raise ValidationError(f"没有找到“{typed}”。请填这个人的用户名或者姓名。")
        names = "、".join(f"{person.username}（{person.name}）" for person in found[:MOST_NAMED])
        raise ValidationError(f"叫“{typed}”的不止一个人，请改填用户名：{names}。")

    def prepare_value(self, value: Any) -> Any:
        """Show the user name of the person stored, or what was typed."""
        if isinstance(value, int):
            return User.objects.filter(pk=value).values_list("username", flat=True).first() or ""
        return value.username if isinstance(value, User) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Say whether another person is named than the one stored."""
        return fold(str(self.prepare_value(initial) or "")) != fold(str(data or ""))


class DateText(forms.DateInput):
    """A date as text. The browser's own picker speaks the browser's language and is worked by few screen readers."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"autocomplete": "off"} | (attrs or {}), format="%Y-%m-%d")


class MomentText(forms.DateTimeInput):
    """A date with a time as text."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"autocomplete": "off"} | (attrs or {}), format="%Y-%m-%d %H:%M")
