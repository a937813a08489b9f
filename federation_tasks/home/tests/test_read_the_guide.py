"""帮助: the user guide in the site."""

import re

import pytest


@pytest.fixture
def page(cast):
    return cast.client("stranger").get("/help/").content.decode()


def test_everyone_who_is_signed_in_reads_the_guide_and_nobody_else(client, page):
    assert "<h1" in page
    assert client.get("/help/").status_code == 302


def test_every_heading_has_an_id_and_the_contents_lead_to_it(page):
    ids = set(re.findall(r'<h2 id="([^"]+)"', page))
    assert len(ids) == page.count("<h2") - page.count("<h2>")
    links = set(re.findall(r'href="#([^"]+)"', page)) - {"main"}
    assert {name for name in links if not name.startswith("l-")} == ids
    assert {"clerk", "head", "staff", "deputy", "principal", "office", "plan", "system", "security", "audit", "lights", "keyboard", "trouble"} <= ids


def test_there_is_one_first_heading(page):
    assert page.count("<h1") == 1
