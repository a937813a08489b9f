"""A leader sends the address of what he looks at: it shows the same later on, and to whoever opens it what that one may see."""

import html as entities
import re
from urllib.parse import parse_qs, unquote, urlsplit

import time_machine
from django.conf import settings

from departments.testing import TODAY


def page(cast, part="principal", query=""):
    return cast.client(part).get(f"/dashboard/{query}").content.decode()


def link(html):
    return entities.unescape(re.search(r'id="tk-link"[^>]* value="([^"]+)"', html)[1])


def test_the_address_is_whole_and_names_half_year_and_day(plan, cast, today):
    assert link(page(cast)) == f"{settings.SITE_URL}/dashboard/?period=2026H2&on=2026-10-21"
    found = parse_qs(urlsplit(link(page(cast, query="?on=2026-10-20&page=2&period="))).query)
    assert found == {"on": ["2026-10-20"], "page": ["2"], "period": ["2026H2"]}


def test_it_shows_the_same_the_day_after(plan, cast, today):
    plan.task(cast.kfb, due=TODAY)
    sent = link(page(cast)).removeprefix(settings.SITE_URL)
    with time_machine.travel("2026-10-22T10:00:00+08:00"):
        later = cast.client("principal").get(sent).content.decode()
        assert "逾期 1" in page(cast)
    assert "这是2026年10月21日（周三）的情况" in later
    assert "没有逾期任务" in later


def test_the_receiver_sees_what_his_own_rights_allow(plan, cast, today):
    plan.task(cast.kfb)
    plan.task(cast.jjb)
    sent = link(page(cast)).removeprefix(settings.SITE_URL)
    read = {part: cast.client(part).get(sent) for part in ("deputy", "other_deputy", "head", "auditor", "stranger")}
    assert [answer.status_code for answer in read.values()] == [200, 200, 200, 404, 404]
    assert "教就部，" not in read["deputy"].content.decode()
    assert "康复部，" not in read["other_deputy"].content.decode()


def test_whoever_is_not_signed_in_signs_in_first_and_then_sees_it(plan, cast, client):
    answer = client.get("/dashboard/?period=2026H2&on=2026-10-21")
    assert answer.status_code == 302
    assert unquote(answer["Location"]).endswith("?next=/dashboard/?period=2026H2&on=2026-10-21")


def test_a_letter_has_a_subject_and_the_address(plan, cast, today):
    letter = entities.unescape(re.search(r'href="(mailto:[^"]+)"', page(cast, "deputy"))[1])
    said = parse_qs(letter.removeprefix("mailto:?"))
    assert said["subject"] == ["亮灯总览：您负责的 2 个单位2026年下半年，2026年10月21日（周三）"]
    assert f"{settings.SITE_URL}/dashboard/?period=2026H2&on=2026-10-21" in said["body"][0]


def test_what_is_asked_for_never_becomes_markup(plan, cast, today):
    assert '"><script' not in page(cast, query='?x="><script>alert(1)</script>')
