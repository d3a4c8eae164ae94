"""Every field of every command, given wrongly through `khcn record`: invalid, with that field, and nothing written."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable
from typing import Any

import pytest

from engine.commands import COMMANDS
from engine.parse import read
from engine.schema import Json, json_schema
from tests.console.khcn import Khcn
from tests.console.samples import NAMES, fields_of, sample
from tests.world import Command, changed, without

LONG = 10_000
# As many values of another type as there are ways to write one.
WRONG: dict[str, list[Any]] = {
    "string": [5, True, ["x"], {"x": 1}],
    "date": [5, True, "2026-02-30", "2026-13-01", "01/03/2026", "2026-3-1", "20260301", "hôm nay", ""],
    "integer": ["5", "5.000", 5.5, True, [5], {"x": 1}],
    "boolean": ["true", "yes", 1, 0, []],
    "array": ["x", 5, {"x": 1}, [[]], [5]],
    "object": ["x", 5, [], ["x"]],
}
BAD_IDS = ("a:b", "a b", "x" * 65, "", "a\tb", "a\n", "a;b", "a\u200bb", "🏥")
GOOD_IDS = ("x" * 64, "Đề-tài/1.2_3", "NV-2026/01", "ĐỀ.TÀI", "0")


def refused(khcn: Khcn, variants: Iterable[tuple[str, Command]]) -> tuple[list[str], list[str]]:
    """The fields that must be named, and those that are, for each variant that must be invalid."""
    fields, commands = zip(*variants, strict=True)
    with khcn.unchanged():
        ran = khcn.record(*commands)

    assert ran.code == 2
    return [f"invalid {field}" for field in fields], [
        " ".join([outcome, *named]) for outcome, named in zip(ran.outcomes, ran.fields, strict=True)
    ]


def kind(node: Json) -> str:
    return "date" if node.get("format") == "date" else str(node.get("type"))


def with_field(suits: Callable[[str, Json], bool]) -> list[str]:
    """The commands that have such a field."""
    return [name for name in NAMES if any(suits(field, node) for field, node in fields_of(name))]


def is_free_text(field: str, node: Json) -> bool:
    return node.get("maxLength") == LONG and field != "portal"


def has_bounds(_: str, node: Json) -> bool:
    return "minimum" in node or "maximum" in node


def is_list(_: str, node: Json) -> bool:
    return kind(node) == "array"


def needs_some(_: str, node: Json) -> bool:
    return "minItems" in node


def is_id(node: Json) -> bool:
    return kind(node) == "string" and not {"maxLength", "enum", "const"} & node.keys()


@pytest.mark.parametrize("name", NAMES)
def test_the_sample_is_well_formed(name: str) -> None:
    assert isinstance(read(sample(name)), COMMANDS[name])


@pytest.mark.parametrize("name", NAMES)
def test_a_required_field_that_is_missing_is_named(khcn: Khcn, name: str) -> None:
    required = json_schema(name)["required"]
    expected, found = refused(khcn, [(field, without(sample(name), field)) for field in required])

    assert expected == found


@pytest.mark.parametrize("name", NAMES)
def test_a_required_field_that_is_null_is_named(khcn: Khcn, name: str) -> None:
    required = [field for field in json_schema(name)["required"] if name != "correct" or field != "value"]
    expected, found = refused(khcn, [(field, changed(sample(name), **{field: None})) for field in required])

    assert expected == found


@pytest.mark.parametrize("name", NAMES)
def test_a_value_of_another_type_is_named(khcn: Khcn, name: str) -> None:
    wrong = [
        (field, changed(sample(name), **{field: value}))
        for field, node in fields_of(name)
        for value in WRONG.get(kind(node), ())
        if field != "command"
    ]
    expected, found = refused(khcn, wrong)

    assert expected == found


@pytest.mark.parametrize("name", with_field(is_list))
def test_of_a_list_of_one_bad_value_only_that_value_is_named(khcn: Khcn, name: str) -> None:
    lists = [field for field, node in fields_of(name) if is_list(field, node)]
    with khcn.unchanged():
        ran = khcn.record(*(changed(sample(name), **{field: [[]]}) for field in lists))

    assert [[f"{field}.0"] for field in lists] == [[each["field"] for each in one["errors"]] for one in ran.results]


@pytest.mark.parametrize("name", with_field(needs_some))
def test_a_list_that_needs_a_value_and_has_none_is_named(khcn: Khcn, name: str) -> None:
    lists = [field for field, node in fields_of(name) if needs_some(field, node)]
    expected, found = refused(khcn, [(field, changed(sample(name), **{field: []})) for field in lists])

    assert expected == found


@pytest.mark.parametrize("name", NAMES)
def test_a_field_that_does_not_exist_is_named(khcn: Khcn, name: str) -> None:
    unheard = ("unheard", "Task", "ổ", "on ", "in_")
    expected, found = refused(khcn, [(field, changed(sample(name), **{field: 1})) for field in unheard])

    assert expected == found


@pytest.mark.parametrize("name", with_field(is_free_text))
def test_a_text_may_have_ten_thousand_characters_and_no_more(khcn: Khcn, name: str) -> None:
    texts = [field for field, node in fields_of(name) if is_free_text(field, node)]
    expected, found = refused(khcn, [(field, changed(sample(name), **{field: "ộ" * (LONG + 1)})) for field in texts])
    longest = changed(sample(name), **dict.fromkeys(texts, "ộ" * LONG))

    assert expected == found
    assert "invalid" not in khcn.record(longest).outcomes


@pytest.mark.parametrize("name", NAMES)
def test_an_id_is_of_64_letters_digits_and_four_signs(khcn: Khcn, name: str) -> None:
    ids = [field for field, node in fields_of(name) if is_id(node)]
    bad = [(field, changed(sample(name), **{field: value})) for field in ids for value in BAD_IDS]
    expected, found = refused(khcn, bad)
    good = [changed(sample(name), command_id=value, actor=value) for value in GOOD_IDS]

    assert expected == found
    assert "invalid" not in khcn.record(*good).outcomes


@pytest.mark.parametrize("name", with_field(has_bounds))
def test_a_number_beyond_its_bounds_is_named(khcn: Khcn, name: str) -> None:
    beyond = [
        (field, changed(sample(name), **{field: node[bound] + step}))
        for field, node in fields_of(name)
        for bound, step in (("minimum", -1), ("maximum", 1))
        if bound in node
    ]
    expected, found = refused(khcn, beyond)

    assert expected == found


def named_by(name: str) -> list[str]:
    """The fields of the sample that name something."""
    given = {field for field, value in sample(name).items() if value != {}}
    fields = {path.split(".")[0].rstrip("_") for path, _ in COMMANDS[name].REFS} & given
    return ["task"] if name == "waive_rule" else sorted(fields)


@pytest.mark.parametrize("name", [name for name in NAMES if named_by(name)])
def test_what_a_command_names_must_be_on_record(founded: Khcn, name: str) -> None:
    with founded.unchanged():
        ran = founded.record(changed(sample(name), actor="admin"))

    assert (["not_found"], [named_by(name)], 5) == (ran.outcomes, ran.fields, ran.code)


def test_every_unknown_thing_of_a_task_is_named_once(khcn: Khcn) -> None:
    given = changed(sample("register_task"), task="T9", team=["y", "z"])
    ran = khcn.record(given)

    assert ran.fields == [["investigator", "lead_unit", "plan", "team"]]
    assert len(ran.results[0]["errors"]) == 4


def test_decomposed_text_is_the_same_id_and_is_kept_composed(founded: Khcn) -> None:
    composed, title = "Đề-tài-ổ", "Nguyễn Thị Ổn"
    decomposed = [unicodedata.normalize("NFD", text) for text in (composed, title)]
    on = {"command": "add_person", "actor": "admin", "on": "2026-03-01"}
    ran = founded.record(
        {**on, "person": decomposed[0], "name": decomposed[1]}, {**on, "person": composed, "name": title}
    )
    told = founded("audit", "history", f"person:{composed}", "--json").out

    assert ran.outcomes == ["recorded", "refused"]
    assert f"person:{composed}" == ran.results[0]["stream"]
    assert title in told


@pytest.mark.parametrize(
    ("field", "value", "named"),
    [
        ("document", {"number": "1", "date": "2026-02-30", "issuer": "x"}, "document.date"),
        ("document", {"number": 1}, "document.number"),
        ("document", {"number": "1", "page": 3}, "document.page"),
        ("estimate", [{"content": "a", "amount": 5}, {"content": "b", "amount": "5"}], "estimate.1.amount"),
        ("estimate", [{"content": "a", "amount": -5}], "estimate.0.amount"),
        ("estimate", [{"content": "a", "amount": True}], "estimate.0.amount"),
        ("estimate", [{"content": "  ", "amount": 5}], "estimate.0.content"),
        ("estimate", [{"content": "a"}], "estimate.0.amount"),
        ("estimate", [{"content": "a", "amount": 5, "vat": 1}], "estimate.0.vat"),
        ("suppliers", ["a", 5], "suppliers.1"),
    ],
)
def test_an_error_within_a_field_is_named_by_its_path(khcn: Khcn, field: str, value: Any, named: str) -> None:
    with khcn.unchanged():
        ran = khcn.record(changed(sample("approve_task"), **{field: value}))

    assert [[named]] == [[error["field"] for error in result["errors"]] for result in ran.results]
    assert ran.code == 2


@pytest.mark.parametrize(
    ("given", "named"),
    [
        (changed(sample("appraise_task"), document={"number": "1"}), ["document", "session"]),
        (without(sample("appraise_task"), "session"), ["document", "session"]),
        (changed(sample("appraise_task"), result="passed"), ["result"]),
        (changed(without(sample("accept_task"), "session"), document={"number": "1"}), ["grade"]),
        (changed(sample("cast_ballots"), initiative="I"), ["initiative", "task"]),
        (without(sample("cast_ballots"), "task"), ["initiative", "task"]),
        (changed(sample("cast_ballots"), ballots=[{"person": "x", "vote": "yes"}]), ["ballots"]),
        (changed(sample("cast_ballots"), ballots=[{"person": "x", "score": 100.01}]), ["ballots"]),
        (changed(sample("cast_ballots"), ballots=[{"person": "x", "score": 80.555}]), ["ballots"]),
        (changed(sample("cast_ballots"), ballots=[{"person": "x"}]), ["ballots"]),
        (changed(sample("open_budget_line"), payer="unit"), ["unit"]),
        (without(sample("change_council_member"), "out"), ["in", "out"]),
        (without(sample("assign_research_office"), "office"), ["leader", "office", "officer"]),
        (changed(sample("register_unit"), portal="http://x.example.vn"), ["portal"]),
        (changed(sample("register_unit"), portal="https://"), ["portal"]),
        (changed(sample("disburse"), voucher="  "), ["voucher"]),
        (changed(sample("report_progress"), percent=101), ["percent"]),
    ],
)
def test_fields_that_do_not_go_together_are_named(khcn: Khcn, given: Command, named: list[str]) -> None:
    with khcn.unchanged():
        ran = khcn.record(given)

    assert (["invalid"], [named], 2) == (ran.outcomes, ran.fields, ran.code)


@pytest.mark.parametrize("name", ["approve", "approve_tsk", "", "adopt_plan", "APPROVE_TASK", "x" * 200_000])
@pytest.mark.parametrize("task", [{}, {"task": "T1"}])
def test_a_command_that_does_not_exist_is_told(khcn: Khcn, name: str, task: Command) -> None:
    with khcn.unchanged():
        ran = khcn.record({"command": name, "actor": "admin", "on": "2026-03-01", **task})

    assert (ran.outcomes, ran.fields, ran.code) == (["invalid"], [["command"]], 2)


LONG_ONES: dict[str, Command] = {
    "a name": {"command": "x" * 200_000},
    "a step's name": {"command": "x" * 200_000, "task": "T1"},
    "an id": {"command": "add_person", "person": "p9", "name": "Chín", "command_id": "x" * 200_000},
    "a field": {"command": "add_person", "person": "p9", "name": "Chín", "x" * 200_000: 1},
    "a stream": {"command": "rescind", "stream": "x" * 10_000, "version": 1, "reason": "Lý do"},
    "a rule": {"command": "waive_rule", "task": "T1", "rule": "x" * 10_000, "step": "y" * 10_000, "reason": "Lý do"},
}


@pytest.mark.parametrize("what", LONG_ONES)
@pytest.mark.parametrize("form", [(), ("--json",)], ids=["text", "json"])
def test_what_is_long_is_not_echoed_whole(khcn: Khcn, what: str, form: tuple[str, ...]) -> None:
    ran = khcn("record", khcn.lines([{"actor": "lead", "on": "2026-03-01", **LONG_ONES[what]}]), *form)

    assert ran.code in (2, 5)
    assert len(ran.out + ran.err) < 2000


@pytest.mark.parametrize(
    "words",
    [("x" * 100_000,), ("task", "show", "x" * 100_000), ("due", "--on", "x" * 100_000), ("record", "x" * 100_000)],
)
def test_a_long_word_on_the_command_line_is_not_echoed_whole(khcn: Khcn, words: tuple[str, ...]) -> None:
    ran = khcn(*words)

    assert ran.code in (2, 5)
    assert len(ran.out + ran.err) < 3000


@pytest.mark.parametrize("day", ["0026-02-20", "0001-01-01", "1899-12-31"])
def test_a_date_of_no_year_of_ours_is_named(founded: Khcn, day: str) -> None:
    with founded.unchanged():
        ran = founded.record(changed(sample("approve_task"), on=day), changed(sample("register_task"), end=day))

    assert (ran.code, ran.fields) == (2, [["on"], ["end"]])
