"""三员分立: which roles never meet in one person (domain.md, Who may do what), said in sentences."""

from collections.abc import Iterable

from departments.access import GROUPS, NEVER_TOGETHER, Role
from departments.models import Leader, Membership, User

NOBODY_FOR_HIMSELF = "不能给自己授权：请由另一位管理员办理。"
AUDITOR_HOLDS_NOTHING = "这个人是审计员，审计员不能再有别的身份（三员分立）。请先收回审计员角色，或者换一个人。"


def roles_of(user: User) -> frozenset[Role]:
    """Return the roles that a person's groups give."""
    names = set(user.groups.values_list("name", flat=True))
    return frozenset(role for role in GROUPS if role.value in names)


def is_auditor(user: User) -> bool:
    """Say whether a person is an auditor, and therefore holds nothing else."""
    return Role.AUDITOR in roles_of(user)


def has_place(user: User) -> bool:
    """Say whether a person has, or will have, or once had a place in a department or among the leaders."""
    return Membership.objects.filter(user=user.pk).exists() or Leader.objects.filter(user=user.pk).exists()


def refusal_together(roles: Iterable[Role]) -> str:
    """Return the sentence for roles that never meet in one person; empty where these may."""
    held = frozenset(roles)
    for pair in NEVER_TOGETHER:
        if pair <= held:
            first, second = (f"“{GROUPS[role]}”" for role in GROUPS if role in pair)
            return f"{first}和{second}不能由同一个人担任（三员分立）。请去掉其中一个。"
    return ""


def refusal_for(user: User, roles: Iterable[Role]) -> str:
    """Return the sentence for roles that this person must not hold; empty where he may."""
    held = frozenset(roles)
    if Role.AUDITOR in held and has_place(user):
        return "这个人在部室或领导中有任职，不能担任审计员（三员分立）。审计员请用单独的账号。"
    return refusal_together(held)
