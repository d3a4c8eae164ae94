"""The reader of YAML files: what it takes for what, and what it refuses because it would hide something."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from workflows.problems import Findings
from workflows.yamlfile import read_yaml


def read(tmp_path: Path, text: str | bytes) -> tuple[Any, list[tuple[int, str, str]]]:
    path = tmp_path / "plan.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    findings = Findings()
    node = read_yaml(path, findings)
    told = [(found.line, found.message.render("en"), found.cure.render("en")) for found in findings.found]
    assert {found.file for found in findings.found} <= {str(path)}
    return (None if node is None else node.plain()), told


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("12", 12),
        ("-3", -3),
        ("2025-03-31", date(2025, 3, 31)),
        ("2025-03", "2025-03"),
        ("03-31", "03-31"),
        ("2025-02-31", "2025-02-31"),
        ("true", True),
        ("null", None),
        ("yes", "yes"),
        ("on", "on"),
        ("012", "012"),
        ("12:30:45", "12:30:45"),
        ("3/4", "3/4"),
        ("'12'", "12"),
        ('"2025-03-31"', "2025-03-31"),
    ],
)
def test_a_plain_word_is_a_number_a_date_true_false_null_or_text(tmp_path: Path, written: str, value: object) -> None:
    assert read(tmp_path, f"a: {written}\n") == ({"a": value}, [])


def test_text_is_read_in_composed_form(tmp_path: Path) -> None:
    assert read(tmp_path, "a: de\u0302\n") == ({"a": "d\u00ea"}, [])


def test_the_same_key_twice_is_refused(tmp_path: Path) -> None:
    _, told = read(tmp_path, "a: 1\nb:\n  c: 1\n  d: 2\n  c: 3\n")

    assert told == [
        (5, "'c' stands twice here; the first is in line 3.", "Remove one of the two or name it otherwise."),
    ]


HIDDEN = "Anchors and aliases are not taken in a plan."


def test_anchors_and_aliases_are_refused(tmp_path: Path) -> None:
    _, told = read(tmp_path, "a: &x 1\nb: *x\n")

    assert told == [
        (1, HIDDEN, "Write the value out where it is needed."),
        (2, HIDDEN, "Write the value out where it is needed."),
    ]


def test_a_bomb_of_aliases_is_refused_without_being_built(tmp_path: Path) -> None:
    rows = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    rows += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
    value, told = read(tmp_path, "\n".join(rows))

    assert value["a11"] == [None] * 9
    assert {message for _, message, _ in told} == {HIDDEN}


def test_tags_are_refused(tmp_path: Path) -> None:
    _, told = read(tmp_path, "a: !!python/name:os.system x\n")

    assert told == [
        (
            1,
            "Tags such as 'tag:yaml.org,2002:python/name:os.system' are not taken in a plan.",
            "Write the value without the tag.",
        )
    ]


@pytest.mark.parametrize("depth", [50, 900, 100_000])
def test_deep_nesting_is_refused(tmp_path: Path, depth: int) -> None:
    value, told = read(tmp_path, "a: " + "[" * depth)

    assert (value, len(told), told[0][0]) == (None, 1, 1)


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        (b"a: \xff\n", 1, "The file is not text in UTF-8."),
        ("a: 1\n---\nb: 2\n", 1, "The file holds more than one document."),
        ("a: 1\nb: [1\nc: 2\n", 3, "This is not YAML: did not find expected ',' or ']'."),
        ("? [a]\n: 1\n", 1, "A key must be a word."),
        ("x" * 2_000_001, 1, "The file is too large for a plan."),
    ],
    ids=["not UTF-8", "two documents", "bad syntax", "key that is a list", "too large"],
)
def test_what_cannot_be_read_is_told_with_its_line(tmp_path: Path, text: str | bytes, line: int, message: str) -> None:
    _, told = read(tmp_path, text)

    assert [(found[0], found[1]) for found in told] == [(line, message)]


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    findings = Findings()

    assert read_yaml(tmp_path / "none.yaml", findings) is None
    assert [found.message.render("en") for found in findings.found] == ["The file cannot be read."]
