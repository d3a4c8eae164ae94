"""Every sentence a person reads comes from one catalogue, in both languages."""

import gettext
from datetime import date
from pathlib import Path

import pytest

from engine.catalogue import N_, Message, pick_language, render
from tools import messages


def test_marking_leaves_the_text_alone() -> None:
    assert N_("Anything") == "Anything"


def test_a_message_is_translated_and_filled_in() -> None:
    message = Message.of("{file}, line {line}", file="a.jsonl", line=3)

    assert message.render("en") == "a.jsonl, line 3"
    assert message.render("vi") == "a.jsonl, dòng 3"


def test_a_message_nobody_translated_stays_english() -> None:
    assert render("Nobody knows {task}", "vi", task="T1") == "Nobody knows T1"


@pytest.mark.parametrize(("lang", "shown"), [("vi", "1.234.567 on 05/03/2026"), ("en", "1,234,567 on 2026-03-05")])
def test_amounts_and_dates_follow_the_name_of_the_param(lang: str, shown: str) -> None:
    assert shown == render("{sum_vnd} on {day_on}", lang, sum_vnd=1234567, day_on="2026-03-05")


def test_a_date_may_be_given_as_one() -> None:
    assert render("{due_date} {x}", "vi", due_date=date(2026, 3, 5), x=date(2026, 3, 5)) == "05/03/2026 2026-03-05"


def test_other_numbers_are_not_grouped() -> None:
    assert render("{year} {count}", "vi", year=2026, count=12345) == "2026 12345"


def test_lists_are_joined_each_by_the_same_convention() -> None:
    assert render("{sums_vnd} | {names}", "vi", sums_vnd=[1000, 20000], names=("a", "b")) == "1.000, 20.000 | a, b"


def test_messages_inside_messages_are_rendered_in_the_same_language() -> None:
    inner = Message.of("{file}, row {row}", file="a.csv", row=2)
    by_json = ["{file}, row {row}", {"file": "a.csv", "row": 3}]

    assert render("({where})", "vi", where=inner) == "(a.csv, hàng 2)"
    assert render("({where})", "vi", where=[inner, by_json]) == "(a.csv, hàng 2, a.csv, hàng 3)"


def test_a_missing_param_stays_visible() -> None:
    assert render("{task} is late", "en") == "{task} is late"


def test_params_are_not_taken_for_placeholders() -> None:
    assert render("{title} is late", "en", title="{task} {0}", task="T1") == "{task} {0} is late"


def test_a_placeholder_reaches_no_attribute() -> None:
    assert render("{task.__class__}", "en", task="T1") == "{task.__class__}"


def test_double_braces_are_braces() -> None:
    assert render("{{...}}", "en") == "{...}"


def test_params_may_have_any_name() -> None:
    assert render("{message} {lang} {text}", "en", message="a", lang="b", text="c") == "a b c"


def test_the_empty_text_is_empty() -> None:
    assert render("", "vi") == ""


@pytest.mark.parametrize(
    ("flag", "env", "language"),
    [
        ("vi", {"KHCN_LANG": "en"}, "vi"),
        ("en", {"LANG": "vi_VN.UTF-8"}, "en"),
        (None, {"KHCN_LANG": "vi", "LC_ALL": "en_US.UTF-8"}, "vi"),
        (None, {"KHCN_LANG": "fr", "LANG": "vi_VN"}, "vi"),
        (None, {"LC_ALL": "vi_VN.UTF-8", "LANG": "en_US.UTF-8"}, "vi"),
        (None, {"LC_ALL": "C.UTF-8", "LANG": "vi_VN.UTF-8"}, "en"),
        (None, {"LC_ALL": "", "LC_MESSAGES": "vi", "LANG": "en_US.UTF-8"}, "vi"),
        (None, {"LANG": "fr_FR.UTF-8"}, "en"),
        (None, {}, "en"),
    ],
)
def test_the_language_is_picked_from_flag_then_variable_then_locale(
    flag: str | None, env: dict[str, str], language: str
) -> None:
    assert language == pick_language(flag, env)


def test_the_extractor_joins_adjacent_literals_and_sees_both_marks() -> None:
    source = 'a = N_(\n    "one "\n    "two"\n)\nb = _("three")\nc = other("four")\n'

    assert sorted(messages.messages_in(source, "engine/x.py")) == ["one two", "three"]


def test_the_extractor_takes_sentences_from_decorators_of_rules_only() -> None:
    source = '@rule("house.dates", "The end is after the start.")\ndef dates(): ...\n'

    assert list(messages.messages_in(source, "workflows/rules/x.py")) == ["The end is after the start."]
    assert list(messages.messages_in(source, "cli.py")) == []


@pytest.mark.parametrize("call", ['N_(f"{x}")', "N_(x)", 'N_("a", "b")', 'N_("a" + "b")', 'N_("")'])
def test_the_extractor_refuses_what_can_never_be_looked_up(call: str) -> None:
    with pytest.raises(messages.Unreadable):
        list(messages.messages_in(f"y = {call}", "engine/x.py"))


@pytest.mark.parametrize("call", ['NP_("a")', 'NP_("a", b)', 'NP_("a", "")', 'NP_("a", many="b")'])
def test_a_text_looked_up_by_a_count_is_marked_with_both_its_forms(call: str) -> None:
    with pytest.raises(messages.Unreadable):
        list(messages.messages_in(f"y = {call}", "engine/x.py"))


def test_one_translation_serves_one_and_several(project: Path) -> None:
    (project / "engine/x.py").write_text('NP_("{n} task", "{n} tasks")\n')
    _write_po(project, 'msgid "{n} task"\nmsgstr "{n} nhiệm vụ"\n')
    messages.compile_catalogue(project / "khcn.po", project)
    with (project / "khcn.mo").open("rb") as file:
        found = gettext.GNUTranslations(file)

    assert _faults(project) == []
    assert [found.ngettext("{n} task", "{n} tasks", count) for count in (1, 2)] == ["{n} nhiệm vụ"] * 2


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with one message, translated and compiled."""
    (tmp_path / "engine").mkdir()
    (tmp_path / "engine/x.py").write_text('N_("Wait for {task}")\n')
    _write_po(tmp_path, 'msgid "Wait for {task}"\nmsgstr "Chờ {task}"\n')
    messages.compile_catalogue(tmp_path / "khcn.po", tmp_path)
    return tmp_path


def _write_po(root: Path, entries: str) -> None:
    (root / "khcn.po").write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n' + entries, encoding="utf-8"
    )


def _faults(root: Path) -> list[str]:
    return messages.check(root / "khcn.po", root)


def test_check_is_silent_when_all_agree(project: Path) -> None:
    assert _faults(project) == []


@pytest.mark.parametrize(
    ("entries", "fault"),
    [
        ("", "not in the .po, run extract: 'Wait for {task}'"),
        ('msgid "Wait for {task}"\nmsgstr ""\n', "not translated: 'Wait for {task}'"),
        ('msgid "Wait for {task}"\nmsgstr "Chờ {tasks}"\n', "placeholders differ: 'Wait for {task}' / 'Chờ {tasks}'"),
        ('#, fuzzy\nmsgid "Wait for {task}"\nmsgstr "Chờ {task}"\n', "not translated: 'Wait for {task}'"),
        (
            'msgid "Wait for {task}"\nmsgstr "Chờ {task}"\n\nmsgid "Old"\nmsgstr "Cũ"\n',
            "no longer used, run extract --prune: 'Old'",
        ),
        (
            'msgid "Wait for {task}"\nmsgstr "Chờ {task}"\n\n#~ msgid "Old"\n#~ msgstr "Cũ"\n',
            "obsolete, run extract --prune: 'Old'",
        ),
    ],
)
def test_check_names_each_fault(project: Path, entries: str, fault: str) -> None:
    _write_po(project, entries)
    messages.compile_catalogue(project / "khcn.po", project)

    assert [fault] == _faults(project)


def test_check_sees_a_stale_compile(project: Path) -> None:
    _write_po(project, 'msgid "Wait for {task}"\nmsgstr "Đợi {task}"\n')

    assert _faults(project) == ["khcn.mo is not a fresh compile of khcn.po, run compile"]


def test_extract_keeps_translations_and_sets_aside_what_is_no_longer_used(project: Path) -> None:
    (project / "engine/x.py").write_text('N_("Done")\n')
    messages.extract(project / "khcn.po", project)
    (project / "engine/x.py").write_text('N_("Wait for {task}")\n')
    messages.extract(project / "khcn.po", project)
    messages.compile_catalogue(project / "khcn.po", project)

    assert _faults(project) == []


def test_extract_forgets_what_is_no_longer_used_when_told(project: Path) -> None:
    (project / "engine/x.py").write_text('N_("Done")\n')
    messages.extract(project / "khcn.po", project, prune=True)

    assert "Wait" not in (project / "khcn.po").read_text("utf-8")


def test_a_file_that_is_not_python_stops_the_extraction(project: Path) -> None:
    (project / "engine/x.py").write_text("def (\n")

    with pytest.raises(messages.Unreadable):
        messages.extract(project / "khcn.po", project)


def test_extract_and_compile_twice_give_the_same_bytes(project: Path) -> None:
    po = project / "khcn.po"
    messages.extract(po, project)
    once = po.read_bytes(), messages.compiled(po, project)
    messages.extract(po, project)

    assert once == (po.read_bytes(), messages.compiled(po, project))


def test_the_catalogue_of_the_product_is_complete() -> None:
    assert messages.check() == []
