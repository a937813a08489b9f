"""The organisation: who works where, who is in charge of whom, and from when to when (domain.md, Words)."""

import datetime as dt
import unicodedata
from typing import Any, ClassVar, Never

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.models import PermissionsMixin
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from simple_history.models import HistoricalRecords

from departments.dated import Dated, holding_on
from federation_tasks.audit.bulk import WatchedQuerySet


def id_of(typed: str) -> int:
    """Return the id that stands in an address; 0, which no row has, for what is none."""
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else 0


def fold(username: str) -> str:
    """Return a user name in its one form: width and case folded, so that "Zhang" and "zhang" are one person."""
    return unicodedata.normalize("NFKC", username).strip().casefold()


class UserManager(BaseUserManager.from_queryset(WatchedQuerySet)):  # type: ignore[misc]
    """Find and make accounts by their folded user name."""

    def get_by_natural_key(self, username: str | None) -> "User":
        """Return the account that someone means who types this name, in whatever case or width."""
        return self.get(username=fold(username or ""))

    def create_user(self, username: str, password: str | None = None, **fields: Any) -> "User":
        """Make an account; without a password nobody can sign in with it."""
        user = self.model(username=fold(username), **fields)
        user.set_password(password)
        user.full_clean(exclude=["password"])
        user.save(using=self._db)
        return user

    def create_superuser(self, *_args: object, **_kwargs: object) -> Never:
        """Refuse: no account is above the rules (domain.md, Who may do what)."""
        raise ValidationError("本系统没有超级用户。请用 manage.py create_administrators 建立三员。")


class User(AbstractBaseUser, PermissionsMixin):
    """An account. What a person may do follows from dated rows and groups, never from flags here."""

    username = models.CharField(
        "用户名",
        max_length=64,
        unique=True,
        validators=[RegexValidator(r"^[\w.@+-]+$", "用户名只能用字母、数字、汉字和 . @ + - _。")],
        error_messages={"unique": "这个用户名已经有人用了（不分大小写和全角半角）。"},
    )
    name = models.CharField("姓名", max_length=64)
    email = models.EmailField("电子邮箱", blank=True, help_text="用来收逾期通报；没有邮箱的领导收不到信。")
    is_active = models.BooleanField("启用", default=True, help_text="停用后不能登录；账号不删除。")
    is_demo = models.BooleanField("演示账号", default=False, editable=False)
    must_change_password = models.BooleanField("下次登录要改口令", default=False, editable=False)
    one_time_until = models.DateTimeField("一次性口令有效至", null=True, editable=False)
    password_set_on = models.DateField("口令设置日", null=True, editable=False)
    date_joined = models.DateTimeField("建立时间", auto_now_add=True)

    objects: ClassVar[UserManager] = UserManager()  # type: ignore[assignment]
    history = HistoricalRecords(excluded_fields=["password", "last_login", "one_time_until", "password_set_on"], m2m_fields=["groups"], verbose_name="账号历史")

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name = verbose_name_plural = "账号"
        ordering = ["username"]
        constraints = [models.CheckConstraint(condition=Q(is_superuser=False), name="departments_user_no_superuser")]

    def __str__(self) -> str:
        return self.name or self.username

    def clean(self) -> None:
        """Fold the user name and the address before their uniqueness is checked."""
        self.username = fold(self.username)
        self.email = UserManager.normalize_email(self.email)

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write the account in a transaction: Django writes a password that is hashed anew at a sign-in outside of one."""
        with transaction.atomic(savepoint=False):
            super().save(*args, **kwargs)

    # The hash that a new password has replaced, until it is remembered (signing/remembering.py).
    replaced = ""

    def set_password(self, raw_password: str | None) -> None:
        """Set a password of the owner's own choosing: a one-time one has then been changed, and is not worth remembering."""
        self.replaced = "" if self.must_change_password else self.replaced or self.password
        super().set_password(raw_password)
        self.must_change_password = False
        self.one_time_until = None
        self.password_set_on = timezone.localdate()

    def check_password(self, raw_password: str | None) -> bool:
        """Say whether this is the password. One that is hashed in an older way is hashed anew, and stays the same password."""

        def hash_anew(same: str) -> None:
            self.password = make_password(same)
            self.save(update_fields=["password"])

        return check_password(raw_password, self.password, hash_anew)

    def get_full_name(self) -> str:
        """Return the person's name, for Django's own pages."""
        return self.name

    def get_short_name(self) -> str:
        """Return the person's name, for Django's own pages."""
        return self.name


class RoleHolder(User):
    """The same account as the security administrator sees it: the roles that it holds, and nothing to sign in with."""

    class Meta:
        proxy = True
        verbose_name = verbose_name_plural = "角色"


class DepartmentQuerySet(WatchedQuerySet["Department"]):
    """Ask departments about a day."""

    def open_on(self, day: dt.date) -> "DepartmentQuerySet":
        """Return the departments that exist on this day."""
        return self.filter(holding_on(day, "opened_on", "closed_on"))


class Department(models.Model):
    """A department, party committee, affiliated unit or county federation: who does the work. Closed by date, never deleted."""

    class Kind(models.TextChoices):
        DIVISION = "division", "机关部室"
        PARTY_COMMITTEE = "party_committee", "机关党委"
        AFFILIATED = "affiliated", "直属单位"
        COUNTY = "county", "县级残联"

    kind = models.CharField("类别", max_length=16, choices=Kind, default=Kind.DIVISION)
    code = models.SlugField("代码", max_length=32, unique=True, help_text="用在网址里，定了就不要改；只用字母、数字和连字符。")
    name = models.CharField("名称", max_length=64, unique=True)
    order = models.PositiveIntegerField("排序", default=0, help_text="机构序列；数小的在前。")
    region = models.CharField("地区", max_length=64, blank=True)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name="上级")
    opened_on = models.DateField("设立日", default=dt.date(2000, 1, 1))
    closed_on = models.DateField("撤销日", null=True, blank=True, help_text="从这一天起不再存在；单位只撤销，不删除。")

    objects = DepartmentQuerySet.as_manager()
    history = HistoricalRecords(verbose_name="单位历史")

    class Meta:
        verbose_name = verbose_name_plural = "部室和单位"
        ordering = ["order", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(closed_on__isnull=True) | Q(closed_on__gt=models.F("opened_on")),
                name="departments_department_closes_after_opening",
                violation_error_message="撤销日要晚于设立日。",
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Return the address of this department's page."""
        return reverse("home:department", args=[self.code])


class Leader(models.Model):
    """A member of the federation's leadership (会领导). A leader need not have an account."""

    class Rank(models.TextChoices):
        PRINCIPAL = "principal", "主要领导"
        DEPUTY = "deputy", "分管领导"

    name = models.CharField("姓名", max_length=64)
    party_post = models.CharField("党内职务", max_length=64, blank=True)
    federation_post = models.CharField("残联职务", max_length=64)
    rank = models.CharField("职级", max_length=16, choices=Rank)
    order = models.PositiveIntegerField("排序", default=0)
    user = models.OneToOneField(User, models.PROTECT, null=True, blank=True, related_name="leader", verbose_name="账号")
    in_office_from = models.DateField("任职起")
    in_office_to = models.DateField("任职止", null=True, blank=True, help_text="从这一天起不在任。")

    objects: ClassVar[Any] = WatchedQuerySet.as_manager()
    history = HistoricalRecords(verbose_name="领导历史")

    class Meta:
        verbose_name = verbose_name_plural = "会领导"
        ordering = ["order", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(in_office_to__isnull=True) | Q(in_office_to__gt=models.F("in_office_from")),
                name="departments_leader_leaves_after_start",
                violation_error_message="任职止要晚于任职起。",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def typed(cls, typed: str, day: dt.date) -> "models.QuerySet[Leader]":
        """Return the leader of the id that an address names, where in office on this day; none where it is no such id."""
        return cls.objects.filter(cls.in_office_on(day), pk=id_of(typed))  # type: ignore[no-any-return]

    @staticmethod
    def in_office_on(day: dt.date, prefix: str = "") -> Q:
        """Return the condition that a leader, reached by `prefix`, holds office on this day."""
        return holding_on(day, f"{prefix}in_office_from", f"{prefix}in_office_to")

    def in_office(self, day: dt.date) -> bool:
        """Say whether this leader holds office on this day."""
        return self.in_office_from <= day and (self.in_office_to is None or self.in_office_to > day)


class Portfolio(Dated):
    """A leader's charge of a department (分管) from a day to a day. At most one leader is in charge of a department on a day.

    The database keeps that rule too: an exclusion constraint on PostgreSQL, triggers on SQLite (migration 0002).
    """

    leader = models.ForeignKey(Leader, models.PROTECT, related_name="portfolios", verbose_name="会领导")
    department = models.ForeignKey(Department, models.PROTECT, related_name="portfolios", verbose_name="部室或单位")

    history = HistoricalRecords(verbose_name="分管历史")

    class Meta(Dated.Meta):
        verbose_name = verbose_name_plural = "分管"
        ordering = ["department__order", "-valid_from"]

    def __str__(self) -> str:
        return f"{self.leader} 分管 {self.department}"

    def clean(self) -> None:
        """Refuse a second leader for one of the same days."""
        if self.department_id:
            rows = Portfolio.objects.filter(department=self.department_id)
            self.refuse_overlap(rows, "这个单位在这段时间里已经有分管领导了。请先给原来的分管填上终止日，再新增一条。")


class Membership(Dated):
    """A person's place in a department from a day to a day. Several heads, and one person in several departments, are allowed."""

    class Role(models.TextChoices):
        HEAD = "head", "负责人"
        ACTING_HEAD = "acting_head", "代理负责人"
        CLERK = "clerk", "联络员"
        STAFF = "staff", "工作人员"

    user = models.ForeignKey(User, models.PROTECT, related_name="memberships", verbose_name="人员")
    department = models.ForeignKey(Department, models.PROTECT, related_name="memberships", verbose_name="部室或单位")
    role = models.CharField("身份", max_length=16, choices=Role)

    history = HistoricalRecords(verbose_name="任职历史")

    class Meta(Dated.Meta):
        verbose_name = verbose_name_plural = "部室人员"
        ordering = ["department__order", "role", "-valid_from"]

    def __str__(self) -> str:
        return f"{self.department}{self.get_role_display()} {self.user}"

    def clean(self) -> None:
        """Refuse the same place twice on one of the same days."""
        if self.user_id and self.department_id and self.role:
            rows = Membership.objects.filter(user=self.user_id, department=self.department_id, role=self.role)
            self.refuse_overlap(rows, "这个人在这段时间里已经是这个身份了，不必重复登记。")
