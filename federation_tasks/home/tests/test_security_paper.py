"""Every control in docs/security.md names what shows it, and what it names is there."""

import ast
import re
from functools import lru_cache
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
PAPER = (ROOT / "docs/security.md").read_text()
CONTROL = re.compile(r"^\| (\d+) \| (.+?) \| (.+) \|$", re.MULTILINE)
# In a row, in this order: a folder in brackets, which holds for the rest of the row, and names in backticks.
NAMED = re.compile(r"\[([\w/]+)\]|`([^`]+)`")
TEST = re.compile(r"(test_\w+\.py)?((?:::\w+)+)?")


def controls():
    """Return the rows of the table: the number, the control, by what it is shown."""
    return [(int(number), control, shown) for number, control, shown in CONTROL.findall(PAPER)]


def references(shown):
    """Return (folder, file, test) for each test that a row names; "::test" alone stands in the file named before it."""
    folder = file = ""
    for where, name in NAMED.findall(shown):
        folder = where or folder
        match = TEST.fullmatch(name) if name else None
        if match and (match[1] or match[2]):
            file = match[1] or file
            yield folder, file, (match[2] or "").removeprefix("::")


def files(folder, name):
    """Return the files of this name: in the folder that is given, or wherever there are tests."""
    if folder:
        return [path for path in (ROOT / "federation_tasks" / folder / name, ROOT / folder / name) if path.is_file()]
    return [path for room in ("departments", "federation_tasks") for path in (ROOT / room).rglob(f"tests/{name}")]


@lru_cache
def named_in(path):
    """Return the names of the tests of a file: "test", "Class" and "Class::test"."""
    found = set()
    for node in ast.parse(path.read_text()).body:
        if isinstance(node, ast.ClassDef):
            found |= {node.name, *(f"{node.name}::{inner.name}" for inner in node.body if isinstance(inner, ast.FunctionDef))}
        elif isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            found.add(node.name)
    return found


def test_fifty_controls_stand_in_their_order():
    assert [number for number, _, _ in controls()] == list(range(1, 51))


@pytest.mark.parametrize(("number", "control", "shown"), controls(), ids=[f"{number} {control}" for number, control, _ in controls()])
def test_what_a_control_names_is_there(number, control, shown):
    assert not re.search(r"(^|\W)@\w", shown), "a place that is still to be filled"
    wrong = []
    for folder, file, test in references(shown):
        found = files(folder, file)
        if len(found) != 1:
            wrong.append(f"{file}: {len(found)} files of this name in {folder or 'all folders'}")
        elif test and test not in named_in(found[0]):
            wrong.append(f"{file} has no {test}")
    wrong += [f"{name} is not there" for name in re.findall(r"`((?:bench|deploy)/[\w./-]+)`", shown) if not (ROOT / name).is_file()]
    assert not wrong


def test_no_place_of_the_paper_is_still_to_be_filled():
    assert re.findall(r"(?:^|[\s|`])@\w+", PAPER) == []


def test_a_name_that_leads_nowhere_would_be_found():
    assert list(references("[home/tests] `test_a.py::test_b`, `::TestC::test_d`; `make check`; `bench/probe.py`; [files/tests] `test_e.py`")) == [
        ("home/tests", "test_a.py", "test_b"),
        ("home/tests", "test_a.py", "TestC::test_d"),
        ("files/tests", "test_e.py", ""),
    ]
    assert files("home/tests", Path(__file__).name) == [Path(__file__)]
    assert files("", Path(__file__).name) == [Path(__file__)]
    assert test_a_name_that_leads_nowhere_would_be_found.__name__ in named_in(Path(__file__))
    assert "test_b" not in named_in(Path(__file__))
