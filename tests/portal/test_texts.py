"""German is complete, and no translation loses a placeholder."""

from pathlib import Path

import pytest
from django.conf import settings

from portal import texts

ROOT = Path(settings.BASE_DIR)


@pytest.mark.parametrize("app", texts.APPS)
@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_placeholders_agree_in_every_language(app: str, language: str):
    catalogue = texts.read(texts.catalogue_path(ROOT, app, language), language)
    assert texts.state(catalogue, app, language).wrong == []


def test_the_portal_is_complete_in_german():
    assert texts.check(ROOT, "portal", "de").missing == []


def test_collecting_finds_code_templates_plurals_and_contexts(tmp_path: Path):
    (tmp_path / "complaints").mkdir()
    (tmp_path / "complaints" / "views.py").write_text(
        'from django.utils.translation import gettext as _, ngettext\n_("From code")\nngettext("one", "many", 2)\n'
    )
    pages = tmp_path / "templates" / "mails" / "complaints"
    pages.mkdir(parents=True)
    (pages / "received.txt").write_text(
        "{% load i18n %}{% translate \"It's here\" %}{{ x|default:_('none') }}"
        "{% blocktranslate trimmed with a=b %}\n Hello\n {{ a }}\n{% endblocktranslate %}"
        "{% blocktranslate count n=n %}{{ n }} day{% plural %}{{ n }} days{% endblocktranslate %}"
        '{% translate "May" context "month" %}'
    )
    found = texts.collect(tmp_path, "complaints")
    for key in (
        "From code",
        ("one", "many"),
        "It's here",
        "none",
        "Hello %(a)s",
        ("%(n)s day", "%(n)s days"),
    ):
        assert found.get(key) is not None, key
    assert found.get("May", "month") is not None


def test_updating_keeps_translations_and_writes_the_same_file_twice(tmp_path: Path):
    (tmp_path / "knowledge").mkdir()
    (tmp_path / "knowledge" / "views.py").write_text('_("Fees")\n_("Hours")\n')
    (tmp_path / "templates").mkdir()
    path = texts.catalogue_path(tmp_path, "knowledge", "de")
    texts.update(tmp_path, "knowledge", "de")
    path.write_text(path.read_text().replace('msgid "Fees"\nmsgstr ""', 'msgid "Fees"\nmsgstr "Gebühren"'))
    assert texts.update(tmp_path, "knowledge", "de").missing == ["Hours"]
    first = path.read_text()
    texts.update(tmp_path, "knowledge", "de")
    assert path.read_text() == first
    assert "Gebühren" in first


def test_a_lost_placeholder_is_named(tmp_path: Path):
    path = tmp_path / "django.po"
    path.write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\nmsgid "Until %(day)s"\nmsgstr "Bis bald"\n'
    )
    assert texts.state(texts.read(path, "de"), "portal", "de").wrong == ["Until %(day)s → Bis bald"]


def test_the_only_form_of_a_language_without_plurals_names_the_number(tmp_path: Path):
    """Hungarian said "Egy ember" (one person) of five."""
    path = tmp_path / "django.po"
    head = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n"Plural-Forms: nplurals=1; plural=0;\\n"\n\n'
    path.write_text(head + 'msgid "One day"\nmsgid_plural "%(n)s days"\nmsgstr[0] "Egy nap"\n')
    assert texts.state(texts.read(path, "hu"), "portal", "hu").wrong == ["One day → Egy nap"]
    path.write_text(head + 'msgid "One day"\nmsgid_plural "%(n)s days"\nmsgstr[0] "%(n)s nap"\n')
    assert texts.state(texts.read(path, "hu"), "portal", "hu").wrong == []


def test_catalogues_are_compiled_only_when_they_changed(tmp_path: Path):
    (tmp_path / "knowledge").mkdir()
    (tmp_path / "knowledge" / "views.py").write_text('_("Fees")\n')
    (tmp_path / "templates").mkdir()
    texts.update(tmp_path, "knowledge", "de")
    assert texts.compile_stale(tmp_path) == 1
    assert texts.compile_stale(tmp_path) == 0


def test_the_catalogue_of_a_sub_room_is_compiled_too(tmp_path: Path):
    path = texts.catalogue_path(tmp_path, "knowledge/assistant", "de")
    path.parent.mkdir(parents=True)
    path.write_text(
        'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n\nmsgid "Ask"\nmsgstr "Fragen"\n'
    )
    assert texts.compile_stale(tmp_path) == 1
    assert path.with_suffix(".mo").exists()
