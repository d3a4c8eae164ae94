"""YAML: a list of commands or one a document; values are what a secretary wrote, not what YAML 1.1 makes of them."""

from pathlib import Path

import pytest

from intake import Line
from tests.intake.files import commands, faults, read, refusal


def written(tmp_path: Path, text: str) -> Path:
    (tmp_path / "a.yaml").write_text(text, encoding="utf-8", newline="\n")
    return tmp_path / "a.yaml"


def lines(tmp_path: Path, text: str) -> list[Line]:
    return read(written(tmp_path, text))


def test_a_list_of_commands_is_read(tmp_path: Path) -> None:
    found = lines(tmp_path, "# two\n- command: a\n  on: 2026-03-12\n- command: b\n")

    assert commands(found) == [{"command": "a", "on": "2026-03-12"}, {"command": "b"}]
    assert [(line.number, line.place.rpartition("/")[2]) for line in found] == [
        (1, "a.yaml, item 1 (line 2)"),
        (2, "a.yaml, item 2 (line 4)"),
    ]


def test_documents_are_read_one_command_each(tmp_path: Path) -> None:
    found = lines(tmp_path, "\ufeff---\ncommand: a\n---\n---\ncommand: b\n---\n- command: c\n- command: d\n")

    assert [command and command["command"] for command in commands(found)] == ["a", "b", "c", "d"]


@pytest.mark.parametrize(
    ("written_as", "value"),
    [
        ("yes", "yes"),
        ("no", "no"),
        ("on", "on"),
        ("2026-03-12", "2026-03-12"),
        ("12:30", "12:30"),
        ("0123", "0123"),
        ("1_000", "1_000"),
        ("1e5", "1e5"),
        (".nan", ".nan"),
        ("0x1F", "0x1F"),
        ("-5", -5),
        ("110000000", 110_000_000),
        ("85.5", 85.5),
        ("true", True),
        ("False", False),
        ("", None),
        ("~", None),
        ("'5'", "5"),
        ("!!str 5", "5"),
        ('"e\\u0301"', "é"),
        ("|\n  two\n  lines", "two\nlines"),
        ("{a: [1, b]}", {"a": [1, "b"]}),
    ],
)
def test_a_value_is_what_was_written(tmp_path: Path, written_as: str, value: object) -> None:
    assert [{"x": value}] == commands(lines(tmp_path, f"x: {written_as}"))


def test_field_names_are_texts(tmp_path: Path) -> None:
    assert commands(lines(tmp_path, "on: 1\nyes: 2\n1: 3\ne: 4\n")) == [{"on": 1, "yes": 2, "1": 3, "e": 4}]


def test_a_whole_number_is_a_text_where_the_command_wants_one(tmp_path: Path) -> None:
    found = lines(tmp_path, "command: a\nperiod: 2025\nyear: 2025\ndocument: {number: 12}\n")

    assert commands(found) == [{"command": "a", "period": "2025", "year": 2025, "document": {"number": "12"}}]


def test_a_whole_number_in_a_list_of_texts_is_a_text_and_nothing_else_is(tmp_path: Path) -> None:
    found = lines(tmp_path, "command: a\nplans: [36, -5, true, 1.5, ~, 2026-03-12, {x: 1}]\nnumbers: [36, [5]]\n")

    assert commands(found) == [
        {
            "command": "a",
            "plans": ["36", "-5", True, 1.5, None, "2026-03-12", {"x": 1}],
            "numbers": [36, [5]],
        }
    ]


def test_an_anchor_may_be_repeated_a_little(tmp_path: Path) -> None:
    found = lines(tmp_path, "- x: &d {number: 1}\n  y: *d\n- &t {z: a}\n- *t\n- [*d]\n")

    assert [line.command for line in found[:3]] == [{"x": {"number": 1}, "y": {"number": 1}}, {"z": "a"}, {"z": "a"}]


def test_a_key_that_is_there_twice_is_an_error_of_its_command(tmp_path: Path) -> None:
    found = lines(tmp_path, "- {a: 1, a: 2}\n- {b: [{c: 1, c: 2}]}\n- {d: 1}\n")

    assert list(map(faults, found)) == [[("a", "The field is there twice")], [("c", "The field is there twice")], []]


def test_a_tag_is_an_error_of_its_command(tmp_path: Path) -> None:
    found = lines(tmp_path, "- x: !!python/object/apply:os.system [echo]\n- y: !!int '5'\n")

    assert [[(e.field, e.message.render("en")) for e in line.errors] for line in found] == [
        [("x", "The YAML tag tag:yaml.org,2002:python/object/apply:os.system is not taken: write the plain value")],
        [("y", "The YAML tag tag:yaml.org,2002:int is not taken: write the plain value")],
    ]


def test_an_item_that_is_no_object_is_an_error(tmp_path: Path) -> None:
    found = lines(tmp_path, "- command: a\n- text\n- [b]\n- null\n")

    assert [[], *[[("", "A command is an object: field names, each with its value")]] * 3] == list(map(faults, found))


def test_a_number_beyond_64_bits_is_an_error(tmp_path: Path) -> None:
    found = lines(tmp_path, f"- a: {'9' * 5000}\n- a: {'9' * 400}.5\n")

    assert list(map(faults, found)) == [[("a", "The number is too large")]] * 2


BOMB = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 9)
)


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        (BOMB, 5, "The YAML aliases repeat too much: write the values out"),
        (f"- &t {'x' * 100_000}\n" + "- *t\n" * 9, 8, "The YAML aliases repeat too much: write the values out"),
        ("- a\n- &x [*x]\n", 2, "The YAML alias *x repeats nothing, or itself"),
        ("- *x\n", 1, "The YAML alias *x repeats nothing, or itself"),
        ("[" * 100_000, 1, "Nested too deeply: at most 32 levels"),
        ("a: " + "{b: " * 100_000, 1, "Nested too deeply: at most 32 levels"),
        ("- ? [a]\n  : b\n", 1, "A field name is a plain word, not a list or an alias"),
        ("- a: &k b\n- *k : c\n", 2, "A field name is a plain word, not a list or an alias"),
        ("# nothing\n", None, "There is no command in it"),
        ("[]\n", None, "There is no command in it"),
        ("---\n---\n", None, "There is no command in it"),
    ],
    ids=range(11),
)
def test_a_file_that_is_a_trap_is_refused(tmp_path: Path, text: str, line: int | None, message: str) -> None:
    place = f"a.yaml, line {line}" if line else "a.yaml"

    assert (place, message) == refusal(written(tmp_path, text))


@pytest.mark.parametrize(
    "text", ["a: [1\nb: 2\n", "a: b: c\n", "\tx: 1\n", "a: 'open\n", "%YAML 9\n", 'a: "\\ud800"', "\x01"]
)
def test_broken_yaml_is_refused(tmp_path: Path, text: str) -> None:
    assert refusal(written(tmp_path, text))[1].startswith("Broken YAML: check indentation, colons and quotes (")
