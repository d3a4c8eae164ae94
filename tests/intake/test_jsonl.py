"""JSON lines: a line is a command or an error of its own; the lines after it are read."""

import json
from pathlib import Path

import pytest

import intake
from intake import Line
from tests.intake.files import commands, faults, read, refusal


def lines(tmp_path: Path, *texts: str) -> list[Line]:
    (tmp_path / "a.jsonl").write_text("\n".join(texts), encoding="utf-8", newline="\n")
    return read(tmp_path / "a.jsonl")


def test_each_line_is_a_command_and_blank_lines_are_not_counted(tmp_path: Path) -> None:
    found = lines(tmp_path, "", '{"command": "a"}', "   ", '{"command": "b"}\r')

    assert commands(found) == [{"command": "a"}, {"command": "b"}]
    assert [(x.number, x.place.rpartition("/")[2]) for x in found] == [(1, "a.jsonl, line 2"), (2, "a.jsonl, line 4")]


def test_values_keep_their_types(tmp_path: Path) -> None:
    command = {"command": "a", "n": 1, "x": 1.5, "flag": True, "none": None, "list": [{"a": "b"}], "on": "2026-03-12"}

    assert [command] == commands(lines(tmp_path, json.dumps(command)))


def test_text_and_keys_are_composed(tmp_path: Path) -> None:
    command = '{"title": "Nghie\u0302n cu\u031b\u0301u", "e\u0301": ["e\\u0302\\u0301"]}'

    assert commands(lines(tmp_path, command)) == [{"title": "Nghiên cứu", "é": ["ế"]}]


def test_a_text_of_200_kb_is_read(tmp_path: Path) -> None:
    assert commands(lines(tmp_path, json.dumps({"summary": "ế" * 200_000}))) == [{"summary": "ế" * 200_000}]


DEEP = "Nested too deeply: at most 32 levels"
NO_CHARACTER = "The text holds a character that is no character (a damaged copy?): type it again"


@pytest.mark.parametrize(
    ("text", "command", "errors"),
    [
        ("{bad", None, [("", "Broken JSON at character 2: Expecting property name enclosed in double quotes")]),
        ('{"a": 1} x', None, [("", "Broken JSON at character 10: Extra data")]),
        ('["a"]', None, [("", "A command is an object: field names, each with its value")]),
        ("null", None, [("", "A command is an object: field names, each with its value")]),
        ('{"a": 1, "b": 2, "a": 3}', {"a": 3, "b": 2}, [("a", "The field is there twice")]),
        ('{"é": 1, "e\u0301": 2}', {"é": 2}, [("é", "The field is there twice")]),
        ('{"a": [{"b": 1, "b": 1}]}', {"a": [{"b": 1}]}, [("b", "The field is there twice")]),
        ('{"a": NaN}', None, [("", "NaN is not a number")]),
        ('{"a": -Infinity}', None, [("", "-Infinity is not a number")]),
        ('{"a": 1e999}', {}, [("a", "The number is too large")]),
        ('{"a": ' + "9" * 5000 + ', "b": 1}', {"b": 1}, [("a", "The number is too large")]),
        ('{"a": [{"c": 9223372036854775808}]}', {}, [("a", "The number is too large")]),
        ('{"a": ' + "[" * 40 + "]" * 40 + ', "b": 1}', {"b": 1}, [("a", DEEP)]),
        ('{"a": ' + "[" * 100_000, None, [("", DEEP)]),
        ('{"a":' * 100_000, None, [("", DEEP)]),
        ('{"a": "x\\ud800", "b": 1}', {"b": 1}, [("a", NO_CHARACTER)]),
        ('{"a\\udfff": "x", "b": 1}', {"b": 1}, [("a\ufffd", NO_CHARACTER)]),
        ('{"a": "x\\u0000"}', {}, [("a", NO_CHARACTER)]),
        ('{"a": "x\ty"}', None, [("", "Broken JSON at character 9: Invalid control character at")]),
    ],
    ids=range(19),
)
def test_a_line_that_is_wrong_has_errors_and_the_next_is_read(
    tmp_path: Path, text: str, command: object, errors: list[tuple[str, str]]
) -> None:
    found = lines(tmp_path, text, '{"command": "next"}')

    assert [(command, errors), ({"command": "next"}, [])] == [(line.command, faults(line)) for line in found]


def test_a_pair_of_surrogates_is_a_character(tmp_path: Path) -> None:
    assert commands(lines(tmp_path, '{"a": "\\ud83d\\ude00"}')) == [{"a": "😀"}]


def test_a_line_that_is_too_long_is_an_error_and_the_next_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("intake.jsonl.MAX_LINE", 1 << 20)
    found = lines(tmp_path, '{"a": "' + "x" * (3 << 20) + '"}', '{"command": "next"}')

    assert [faults(line) for line in found] == [[("", "The line is longer than 1 MB")], []]


def test_a_file_of_blank_lines_has_no_command(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text("\n\n")

    assert refusal(tmp_path / "a.jsonl") == ("a.jsonl", "There is no command in it")


def test_lines_are_read_as_they_come(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(b'{"command": "a"}\n' * 100_000)
    file = intake.read(str(path))

    assert next(file).command == {"command": "a"}
    assert sum(1 for _ in file) == 99_999
