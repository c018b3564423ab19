"""The house rules hold, and the rules themselves can fail."""

import re
from importlib import import_module
from importlib.util import find_spec

import pytest

from tests.architecture import layers, limits


@pytest.mark.parametrize(
    "rule",
    [limits.modules, limits.functions, limits.templates, limits.names_of_registries],
    ids=lambda rule: rule.__name__,
)
def test_every_file_keeps_the_house_rules(rule):
    assert list(rule()) == []


@pytest.mark.parametrize(
    "markup",
    [
        '<p style="color: red">',
        "<style>p {}</style>",
        "<script>alert(1)</script>",
        '<a onclick="x()">',
        "{{ text|safe }}",
        '<script src="https://cdn.example/x.js"></script>',
        '<a href="javascript:void(0)">',
    ],
)
def test_control_banned_markup_is_found(tmp_path, markup):
    assert list(limits._matches(tmp_path, markup, limits._BANNED_MARKUP))


@pytest.mark.parametrize(
    "markup",
    ['<script src="{% static "js/house.js" %}" defer></script>', "<p>{{ text }}</p>", "save money = onward"],
)
def test_control_ordinary_markup_is_not(tmp_path, markup):
    assert not list(limits._matches(tmp_path, markup, limits._BANNED_MARKUP))


def test_control_a_value_that_is_called_safe_html_is_found_and_a_constant_is_not():
    assert limits._CALLED_SAFE.search("return SafeString(text)")
    assert not limits._CALLED_SAFE.search('NOTHING = SafeString("")')


def test_inside_a_service_imports_point_one_way():
    assert list(layers.upward_imports()) == []


def test_control_layers_are_told_apart():
    assert layers._layer("portal", "portal.models.city") == "models"
    assert layers._layer("portal", "portal.outbox") == "commands"
    assert layers._layer("portal", "portal.numbers") == "pure"
    assert layers._layer("portal", "portal.machine_urls") == "urls"


def test_the_code_that_drills_hand_to_a_shell_imports_what_is_there():
    """It stands in texts, where neither the linter nor the type checker looks, and drills run seldom."""
    wanted = re.compile(
        r"^from ((?:portal|appointments|complaints|knowledge)\b[\w.]*) import ([\w, ]+)$", re.M
    )
    for drill in sorted((limits.ROOT / "tests" / "faults").glob("*.py")):
        for room, names in wanted.findall(drill.read_text()):
            there = import_module(room)
            for name in names.split(", "):
                assert hasattr(there, name) or find_spec(f"{room}.{name}"), f"{drill.name}: {room}.{name}"
