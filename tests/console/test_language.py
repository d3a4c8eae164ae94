"""The language changes what is said, and no key, id or outcome; --lang beats KHCN_LANG, that the locale."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.console.khcn import Khcn, Ran
from tests.world import HP_SECTOR, Command, changed, person, step

ROOT = Path(__file__).parents[2]
COMMANDS: list[Command] = [
    changed(person("p8", "2026-03-01"), unheard=1),
    changed(person("p7", "2026-03-01"), unit="BV9"),
    step(HP_SECTOR, "approve_task"),
    person("p9", "2026-03-01"),
]
SAID = ("message", "cure", "title", "note")


def unsaid(value: Any) -> Any:
    """The value without its sentences."""
    if isinstance(value, dict):
        return {name: None if name in SAID else unsaid(each) for name, each in value.items()}
    return [unsaid(each) for each in value] if isinstance(value, list) else value


def sentences(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [each for name in SAID if (each := value.get(name))] + [t for v in value.values() for t in sentences(v)]
    return [text for each in value for text in sentences(each)] if isinstance(value, list) else []


def tried(khcn: Khcn, *options: str) -> Ran:
    return khcn("record", khcn.lines(COMMANDS), "--dry-run", "--json", *options)


def test_the_language_changes_sentences_and_nothing_else(khcn: Khcn) -> None:
    english, vietnamese = tried(khcn, "--lang", "en"), tried(khcn, "--lang", "vi")
    pairs = list(zip(sentences(english.results), sentences(vietnamese.results), strict=True))

    assert unsaid(english.results) == unsaid(vietnamese.results)
    assert [one != other for one, other in pairs] == [True] * 4
    assert english.err != vietnamese.err


NOT_THERE: dict[tuple[str, ...], str] = {
    ("task", "show", "T9"): "Chưa ghi nhận nhiệm vụ T9",
    ("audit", "history", "task:T9"): "Chưa ghi nhận đối tượng task:T9",
    ("audit", "history", "T9"): "T9 chưa chỉ rõ đối tượng: cần ghi loại và mã, ví dụ task:T1.",
}


@pytest.mark.parametrize("arguments", NOT_THERE, ids=" ".join)
def test_what_is_not_on_record_is_told_in_the_persons_words(khcn: Khcn, arguments: tuple[str, ...]) -> None:
    ran = khcn(*arguments, "--lang", "vi")

    assert (ran.code, ran.err.startswith(NOT_THERE[arguments])) == (5, True)


def test_tables_show_payers_and_documents_in_the_persons_words(khcn: Khcn) -> None:
    vi, en = (khcn("registry", "funding", "--lang", lang).out for lang in ("vi", "en"))
    paper = khcn("audit", "history", "line:L-department", "--lang", "vi").out

    assert "Sở Y tế" in vi
    assert "the Department" in en
    assert ", 05/02/2026, " in paper


@pytest.mark.parametrize("arguments", [("task", "why", "T1", "--json"), ("task", "show", "T1", "--json")], ids=" ".join)
def test_what_is_read_as_json_has_the_same_keys_in_both_languages(khcn: Khcn, arguments: tuple[str, ...]) -> None:
    english, vietnamese = (json.loads(khcn(*arguments, "--lang", lang).out) for lang in ("en", "vi"))

    assert unsaid(english) == unsaid(vietnamese)


def test_what_is_read_as_a_table_is_in_the_language_asked_for(khcn: Khcn) -> None:
    tables = {khcn("task", "show", "T1", "--lang", lang).out for lang in ("en", "vi")}

    assert len(tables) == 2


@pytest.mark.parametrize(
    ("environment", "options", "lang"),
    [
        ({}, (), "en"),
        ({"KHCN_LANG": "vi"}, (), "vi"),
        ({"KHCN_LANG": "en", "LC_ALL": "vi_VN.UTF-8"}, (), "en"),
        ({"LC_ALL": "vi_VN.UTF-8"}, (), "vi"),
        ({"KHCN_LANG": "vi"}, ("--lang", "en"), "en"),
        ({"KHCN_LANG": "en"}, ("--lang=vi",), "vi"),
    ],
)
def test_the_option_comes_before_the_variable_and_that_before_the_locale(
    khcn: Khcn, monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], options: tuple[str, ...], lang: str
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)

    assert tried(khcn, "--lang", lang).results == tried(khcn, *options).results


def test_an_error_of_usage_is_in_the_language_asked_for(khcn: Khcn) -> None:
    english, vietnamese = (khcn("record", "no.jsonl", "--lang", lang).err for lang in ("en", "vi"))

    assert (english, vietnamese != english) == ("no.jsonl: There is no such file\n", True)


@pytest.mark.parametrize("arguments", [("--help",), ("record", "--help"), ("task", "approve", "--help")], ids=" ".join)
def test_help_is_in_the_language_asked_for(arguments: tuple[str, ...]) -> None:
    """In processes of their own, since a process that speaks one language keeps the help it has read."""
    told = {
        subprocess.run([sys.executable, "-m", "cli", *arguments, "--lang", lang], cwd=ROOT, capture_output=True).stdout
        for lang in ("en", "vi")
    }

    assert len(told - {b""}) == 2


WRONG: dict[tuple[str, ...], str] = {
    ("registry",): "Thiếu đối số '{tasks|",
    ("registry", "nonsense"): "'nonsense' không nằm trong các giá trị: 'tasks', 'funding',",
    ("task", "show"): "Lỗi: Thiếu đối số 'TASK'.",
    ("task", "show", "T1", "T2"): "Lỗi: Thừa đối số (T2)",
    ("task", "list", "--limit", "x"): "Giá trị của '--limit' không hợp lệ: 'x' không phải là số nguyên hợp lệ.",
    ("task", "list", "--limit", "0"): "Giá trị của '--limit' không hợp lệ: 0 nằm ngoài khoảng x>=1.",
    ("task", "list", "--statu", "x"): "Không có tùy chọn '--statu'. Có phải là '--state'?",
    ("record", "nofile.jsonl"): "nofile.jsonl: Không có tệp này",
    ("report", "half-year"): "Lỗi: Thiếu tùy chọn '--plan'.",
    ("report", "half-year", "--plan"): "Lỗi: Tùy chọn '--plan' cần có giá trị.",
    ("due", "--json=1"): "Lỗi: Tùy chọn '--json' không nhận giá trị.",
    ("audit", "scan", "nofile"): "Tệp 'nofile' không tồn tại.",
    ("audit", "scan", "--text", "nofile"): "Không đọc được nofile: không có tệp hoặc thư mục này",
    ("registry", "tasks", "--format", "csv", "-o", "/nowhere/x"): "không có tệp hoặc thư mục này",
    ("--nonsense",): "Lỗi: Không có tùy chọn '--nonsense'.",
    ("nonsense",): "Lỗi: Không có lệnh 'nonsense'.",
}
ENGLISH = re.compile(
    r"\b(Usage|Error|Try|for help|Missing|Invalid|not one of|Choose|requires|Got|Did you mean|No such)\b"
)


@pytest.mark.parametrize("arguments", WRONG, ids=" ".join)
def test_wrong_usage_is_told_in_vietnamese_alone(khcn: Khcn, arguments: tuple[str, ...]) -> None:
    """In a process of its own, as help is: options are named in the language in which they were first read."""
    program = [sys.executable, str(ROOT / "cli.py"), *arguments]
    spoken = {**os.environ, "KHCN_LANG": "vi", "KHCN_DATABASE_URL": khcn.url}
    ran = subprocess.run(program, env=spoken, capture_output=True, check=False)
    told = ran.stderr.decode()

    assert ran.returncode == 2
    assert WRONG[arguments] in told
    assert ENGLISH.findall(told) == []


SHOW_VALUES = """
import click, sys
from cli import program, spoken
from console.speech import set_language
set_language("vi")

def walk(command, ctx):
    print(ctx.command_path, command.options_metavar, getattr(command, "subcommand_metavar", ""))
    for param in command.params:
        if isinstance(param, click.Option) and not param.is_flag:
            print(param.opts[0], param.make_metavar(ctx))
    for name in command.list_commands(ctx) if isinstance(command, click.Group) else ():
        below = command.get_command(ctx, name)
        walk(below, click.Context(below, parent=ctx, info_name=name))

root = program()
walk(root, click.Context(root, info_name="khcn"))
"""
KEPT = {"URL", "N", "MAP.yaml", "OUT.xlsx"}  # what is called so in Vietnamese too, and names of files


def test_what_stands_for_values_is_vietnamese_in_every_command() -> None:
    ran = subprocess.run([sys.executable, "-c", SHOW_VALUES], cwd=ROOT, capture_output=True, check=True)
    lines = ran.stdout.decode().splitlines()
    values = {line.split(" ", 1)[1] for line in lines if line.startswith("-")}

    assert len(lines) > 300
    assert {line for line in lines if "OPTIONS" in line or "COMMAND" in line} == set()
    assert {value for value in values if value.isascii() and not value.startswith("[")} <= KEPT
    assert "NGÀY" in values


@pytest.mark.parametrize("words", [("task", "show", "T1"), ("task", "show", "T1", "--json"), ("task", "show", "T9")])
def test_what_is_piped_is_utf_8_whatever_the_locale(khcn: Khcn, words: tuple[str, ...]) -> None:
    ran = outside(khcn, *words, LC_ALL="C", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0")
    here = khcn(*words, "--lang", "vi")

    assert (ran.returncode, ran.stdout.decode(), ran.stderr.decode()) == (here.code, here.out, here.err)


@pytest.mark.parametrize("encoding", ["latin-1", "cp1258"])
def test_a_letter_that_an_encoding_lacks_stops_nothing(khcn: Khcn, encoding: str) -> None:
    ran = outside(khcn, "task", "show", "T1", PYTHONIOENCODING=encoding)

    assert (ran.returncode, ran.stderr) == (0, b"")
    assert r"\u1ec7" in ran.stdout.decode(encoding)


def outside(khcn: Khcn, *words: str, **settings: str) -> subprocess.CompletedProcess[bytes]:
    """`khcn` in a process of its own, with these in its environment."""
    program = [sys.executable, str(ROOT / "cli.py"), *words, "--db", khcn.url, "--lang", "vi"]
    return subprocess.run(program, env={**os.environ, **settings}, capture_output=True, check=False)
