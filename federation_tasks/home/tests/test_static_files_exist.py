"""Every static file that a template names is there: with hashed names, one that is not breaks the page."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders

TEMPLATES = sorted(Path(settings.BASE_DIR, "templates").rglob("*.html"))
NAMED = sorted({name for path in TEMPLATES for name in re.findall(r"""\{%\s*static\s+['"]([^'"]+)['"]""", path.read_text(encoding="utf-8"))})


def test_templates_name_some():
    assert "css/app.css" in NAMED


@pytest.mark.parametrize("name", NAMED)
def test_a_named_file_is_there(name):
    assert finders.find(name), f"no static file {name}"
