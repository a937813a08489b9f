"""How long a session holds: 30 minutes after the last deliberate act, 12 hours in all, unless the settings say otherwise."""

import datetime as dt
from dataclasses import dataclass

from django.conf import settings
from django.db import models

WARNING = dt.timedelta(minutes=3)  # before the idle limit; WCAG 2.2.1 asks for 20 seconds, extendable ten times


class Why(models.TextChoices):
    """Why a session is over."""

    IDLE = "idle", "长时间没有操作"
    LIFE = "life", "到了最长时间"
    CROWDED = "crowded", "同时登录过多"
    PASSWORD = "password", "改了密码"
    DISABLED = "disabled", "账号停用"
    ELSEWHERE = "elsewhere", "本人在别处结束"
    OFFICE = "office", "安全管理员结束"
    FACTOR = "factor", "两步验证重置"
    LOST = "lost", "已经失效"


def sentence(why: Why) -> str:
    """Return what the person reads on the sign-in page."""
    return {
        Why.IDLE: f"您有 {minutes(settings.SESSION_IDLE)} 分钟没有操作，系统已经自动退出。请重新登录。",
        Why.LIFE: f"登录满 {hours(settings.SESSION_LIFE)} 小时就会自动退出。请重新登录。",
        Why.CROWDED: f"您在别处又登录了，同时登录的最多 {settings.SESSIONS_PER_PERSON} 处，这里登录得最早，已经退出。如果不是您本人登录的，请马上改密码。",
        Why.PASSWORD: "密码已经改过，这里的登录随之结束。请用新密码登录。",
        Why.DISABLED: "这个账号已经停用，这里的登录随之结束。有疑问请找系统管理员。",
        Why.ELSEWHERE: "您在别处结束了这里的登录。请重新登录。",
        Why.OFFICE: "安全管理员结束了这里的登录。请重新登录；有疑问请找安全管理员。",
        Why.FACTOR: "安全管理员重置了您的两步验证，这里的登录随之结束。请重新登录；不是您要求的，请马上找安全管理员。",
        Why.LOST: "这里的登录已经失效。请重新登录。",
    }[why]


def minutes(length: dt.timedelta) -> int:
    """Return a length in whole minutes."""
    return int(length.total_seconds() // 60)


def hours(length: dt.timedelta) -> int:
    """Return a length in whole hours."""
    return int(length.total_seconds() // 3600)


@dataclass(frozen=True)
class Ends:
    """When a session ends if nothing more is done in it, and when it ends whatever is done."""

    idle_at: dt.datetime
    life_at: dt.datetime

    @property
    def at(self) -> dt.datetime:
        """Return which of the two comes first."""
        return min(self.idle_at, self.life_at)

    @property
    def is_final(self) -> bool:
        """Say whether no act moves the end any more."""
        return self.life_at <= self.idle_at

    def left(self, now: dt.datetime) -> int:
        """Return the seconds that are left."""
        return max(0, int((self.at - now).total_seconds()))


def ends(started_at: dt.datetime, acted_at: dt.datetime) -> Ends:
    """Return when a session ends that began then and in which something was last done then."""
    return Ends(acted_at + settings.SESSION_IDLE, started_at + settings.SESSION_LIFE)


def lead() -> dt.timedelta:
    """Return how long before its end the page warns: never longer than half of the limit."""
    return min(WARNING, settings.SESSION_IDLE / 2)
