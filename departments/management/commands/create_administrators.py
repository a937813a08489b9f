"""Make the first three administrators (三员), once."""

from typing import Any

from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from departments.access import GROUPS, Role
from departments.models import User
from departments.passwords import give_one_time_password

FIRST = {Role.SYSTEM: "sysadmin", Role.SECURITY: "secadmin", Role.AUDITOR: "auditor"}


class Command(BaseCommand):
    """Make the first system administrator, security administrator and auditor, and show their one-time passwords once."""

    help = "Make the first system administrator, security administrator and auditor, once, with one-time passwords."

    def handle(self, *args: Any, **options: Any) -> None:
        """Make the three accounts, or refuse with a sentence where there is an administrator already."""
        with transaction.atomic():
            list(Group.objects.select_for_update().order_by("pk"))
            refuse_second_time()
            made = {role: make(role, username) for role, username in FIRST.items()}
        self.stdout.write("三员账号已建立。一次性口令只显示这一次，请分别交给三个人；72 小时内有效，只能登录一次，登录后当场要改。")
        for role, (user, password) in made.items():
            self.stdout.write(f"{GROUPS[role]}\t{user.username}\t{password}")


def refuse_second_time() -> None:
    """Raise CommandError where somebody is one of the three already."""
    holder = User.objects.filter(groups__name__in=[role.value for role in FIRST]).order_by("pk").first()
    if holder is not None:
        raise CommandError(f"已经有管理员了（例如 {holder.username}），这个命令只用一次。以后的账号由系统管理员建立，角色由安全管理员授予。")


def make(role: Role, username: str) -> tuple[User, str]:
    """Make one administrator; return the account and its one-time password. Raise CommandError where the name is taken."""
    try:
        user = User.objects.create_user(username, name=GROUPS[role])
    except ValidationError as error:
        raise CommandError(f"建立{GROUPS[role]}账号 {username} 时出错：{'；'.join(error.messages)}") from error
    user.groups.add(Group.objects.get(name=role.value))
    return user, give_one_time_password(user)
