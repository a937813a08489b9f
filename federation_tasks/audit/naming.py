"""What the pages call things: kinds of object and fields by their Chinese names, departments by what the organisation says of their codes.

The audit knows nobody: whoever knows the departments hands them in (`departments_by`).
"""

from collections.abc import Callable, Iterable
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db import connection, models

from federation_tasks.audit.models import Action, Result
from federation_tasks.audit.trail import A_COMMAND, A_REQUEST, kind_of
from federation_tasks.audit.watch import WATCHED

OF_NO_MODEL = {A_REQUEST: "请求", A_COMMAND: "后台命令"}
FIGURES = {
    "address": "地址",
    "archive": "归档文件",
    "before": "早于",
    "by": "由谁",
    "bytes": "字节数",
    "failures": "失败次数",
    "filter": "筛选条件",
    "last_hash": "最后一条的校验值",
    "last_number": "最后一条的顺序号",
    "owner": "所属",
    "remarks": "逐项意见",
    "result": "结果",
    "rows": "条数",
    "sessions": "会话数",
    "sha256": "文件校验值",
    "signed_in": "已登录",
    "state": "状态",
    "status": "应答状态码",
    "until": "到期",
    "why": "原因",
}
VALUES = {True: "是", False: "否"}
# One look into the index for each kind that stands in the log, whatever the number of rows.
KINDS = """
WITH RECURSIVE known(kind) AS (
    SELECT min(kind) FROM audit_entry
    UNION ALL
    SELECT (SELECT min(kind) FROM audit_entry WHERE audit_entry.kind > known.kind) FROM known WHERE known.kind IS NOT NULL
)
SELECT kind FROM known WHERE kind IS NOT NULL
"""

Departments = Callable[[], Iterable[tuple[str, str]]]
_departments: list[Departments] = []


def departments_by(ask: Departments) -> None:
    """Let the names of departments be asked for in this way: (code, name) of each, those that are closed too."""
    _departments[:] = [ask]


def departments() -> list[tuple[str, str]]:
    """Return code and name of each department."""
    return [pair for ask in _departments for pair in ask()]


def name_of_kind(kind: str) -> str:
    """Return in Chinese what kind of object this is; as it stands in the log where nothing knows it any more."""
    model = _model(kind)
    return OF_NO_MODEL.get(kind) or (str(model._meta.verbose_name) if model else kind)


def kinds() -> list[tuple[str, str]]:
    """Return each kind that is watched or stands in the log, with its name, by name. Kinds of one name are told apart by their code."""
    with connection.cursor() as cursor:
        cursor.execute(KINDS)
        found = {kind_of(model) for model in WATCHED} | {row[0] for row in cursor.fetchall()}
    named = [(name_of_kind(kind), kind) for kind in found]
    names = [name for name, _ in named]
    return [(kind, name if names.count(name) == 1 else f"{name}（{kind}）") for name, kind in sorted(named)]


def name_of_field(kind: str, field: str) -> str:
    """Return in Chinese what a field or a figure is called; its own name where there is none."""
    model = _model(kind)
    try:
        words = str(getattr(model._meta.get_field(field), "verbose_name", "")) if model else ""
    except FieldDoesNotExist:
        words = ""
    return words or FIGURES.get(field) or _name_of_count(field)


def _name_of_count(figure: str) -> str:
    """Return in Chinese what a loading counted: "plan.task create" is 半年任务 新建."""
    kind, _, action = figure.partition(" ")
    return f"{name_of_kind(kind)} {Action(action).label}" if action in Action.values else figure


def in_words(field: str, value: Any) -> Any:
    """Return a value for the eye: 是 and 否, and our own word for a result; else the value."""
    if isinstance(value, bool):
        return VALUES[value]
    return Result(value).label if field == "result" and value in Result.values else value


def _model(kind: str) -> type[models.Model] | None:
    try:
        return apps.get_model(kind)
    except (LookupError, ValueError):
        return None
