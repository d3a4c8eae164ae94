"""A narrow screen wraps sentences and breaks no amount, date or id; nothing on record steers a terminal."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path

import pytest

from console.drawing import Column, draw
from console.speech import visible
from tests import stores
from tests.console.khcn import Khcn
from tests.world import HP_SECTOR, story

ROOT = Path(__file__).parents[2]
HOSTILE = "Đánh giá \x1b[2J\x1b[31m hiệu quả\x9b1A\u202e\n  trạng thái: đã thanh quyết toán"
STEERS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
READ = {
    "tasks": ("registry", "tasks"),
    "list": ("task", "list"),
    "funding": ("registry", "funding"),
    "councils": ("registry", "councils"),
    "decisions": ("registry", "decisions"),
    "trace": ("registry", "tasks", "--trace", "T1"),
    "obligations": ("registry", "obligations"),
    "publications": ("registry", "publications"),
    "due": ("due", "--on", "2026-12-31"),
    "history": ("audit", "history", "task:T1"),
    "show": ("task", "show", "T1"),
    "quarter": ("report", "quarter", "--plan", "HP36", "--period", "2026-Q1"),
    "results": ("report", "results", "--plan", "HP36", "--period", "2026"),
}
WIDTHS = (20, 40, 60, 80, 100, 120, 200)


@pytest.fixture(scope="module")
def closed(tmp_path_factory: pytest.TempPathFactory, prepared_sqlite: Path) -> Khcn:
    """A store in which a task with a hostile title went its whole way."""
    folder = tmp_path_factory.mktemp("screens")
    khcn = Khcn(stores.fresh_sqlite(folder, prepared_sqlite), folder)
    assert khcn.record(*story(HP_SECTOR, title=HOSTILE)).code == 0
    return khcn


def atoms(text: str) -> set[str]:
    """The amounts, dates and ids in a text."""
    words = {word.strip(",;()") for word in text.split()}
    return {word for word in words if any(letter.isdigit() for letter in word) and "://" not in word}


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("read", READ)
def test_no_width_of_a_screen_breaks_an_amount_a_date_or_an_id(closed: Khcn, read: str, lang: str) -> None:
    piped = closed(*READ[read], "--lang", lang).out
    shown = {width: closed(*READ[read], "--lang", lang, screen=width).out for width in WIDTHS}

    assert atoms(piped) != set()
    assert {width: atoms(piped) - atoms(out) for width, out in shown.items()} == {width: set() for width in WIDTHS}


def test_a_table_that_fits_is_a_table_and_one_that_does_not_is_a_block_a_row(closed: Khcn) -> None:
    wide, narrow = (closed("registry", "funding", "--lang", "vi", screen=width).out for width in (140, 80))

    assert ["L-department", "HP36", "2026", "Sở", "Y", "tế"] in [line.split()[:6] for line in wide.splitlines()]
    assert "dòng ngân sách: L-department\nkế hoạch:       HP36\nnăm:            2026\n" in narrow
    assert "số tiền:        500.000.000\n" in narrow


def test_a_title_is_wrapped_between_words(capsys: pytest.CaptureFixture[str]) -> None:
    title = "Đánh giá kết quả điều trị tăng huyết áp ở người cao tuổi tại cộng đồng " * 3
    draw([Column("nhiệm vụ"), Column("tên"), Column("số tiền", right=True)], [["NV-2026-0001", title, "1.234.567.890"]])
    _, _, first, *more = capsys.readouterr().out.splitlines()
    words = first.removeprefix("NV-2026-0001").replace("1.234.567.890", "").split()

    assert len(more) > 0
    assert title.split() == [*words, *(word for line in more for word in line.split())]


@pytest.mark.parametrize("screen", [None, 20, 80, 200])
@pytest.mark.parametrize("read", READ)
def test_nothing_on_record_steers_a_terminal(closed: Khcn, read: str, screen: int | None) -> None:
    out = closed(*READ[read], "--lang", "vi", screen=screen).out
    own = re.sub("\x1b\\[[01]?m", "", out)  # headings stand out

    assert STEERS.findall(own) == []


def test_what_would_steer_is_told_by_its_number_and_a_new_line_of_a_value_is_none(closed: Khcn) -> None:
    first, second, *_ = closed("task", "show", "T1", "--lang", "vi").out.splitlines()

    assert first == r"T1  Đánh giá \x1b[2J\x1b[31m hiệu quả\x9b1A\u202e   trạng thái: đã thanh quyết toán"
    assert second == "  trạng thái: đã thanh quyết toán, kết thúc"


def test_what_is_on_record_is_not_changed(closed: Khcn) -> None:
    """JSON and CSV have every character that was recorded."""
    shown = json.loads(closed("task", "show", "T1", "--json").out)
    [row] = csv.DictReader(io.StringIO(closed("task", "list", "--format", "csv").out.removeprefix("\ufeff")))

    assert [shown["title"], row["title"]] == [HOSTILE, HOSTILE]


@pytest.mark.parametrize("arguments", [("task", "show", "T1", "--json"), ("task", "list", "--format", "csv")])
@pytest.mark.parametrize("form", ["registry", "read"])
def test_json_and_csv_steer_no_screen_either(closed: Khcn, arguments: tuple[str, ...], form: str) -> None:
    read = (
        ("registry", "tasks", *arguments[-1:]) if arguments[-1] == "--json" else ("registry", "tasks", *arguments[2:])
    )
    out = closed(*(arguments if form == "read" else read), screen=80).out

    assert STEERS.findall(out) == []


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize(
    "arguments",
    [
        ("task", "show", "\x1b[2J"),
        ("audit", "history", "task:\x1b[2J"),
        ("registry", "\x1b[2J"),
        ("task", "why", "\x9b"),
    ],
)
def test_what_is_echoed_of_a_wrong_request_steers_nothing(closed: Khcn, arguments: tuple[str, ...], lang: str) -> None:
    ran = closed(*arguments, "--lang", lang)

    assert ran.code in (2, 5)
    assert STEERS.findall(ran.err) == []


def test_refusals_and_notes_steer_nothing(closed: Khcn) -> None:
    command = {"command": "approve_task", "actor": "ld\x1b[2J", "on": "2026-03-01", "task": "T\x1b[31m", "amount": 5}
    ran = closed("record", closed.lines([command], "hostile.jsonl"), "--lang", "vi")

    assert ran.code in (2, 3, 5)
    assert STEERS.findall(ran.out + ran.err) == []


def test_every_text_for_people_goes_through_one_place() -> None:
    """Only what hands bytes or JSON on may echo by itself; words for people go through `console.speech`."""
    echoed = {
        (file.name, match)
        for file in (ROOT / "console").glob("*.py")
        for match in re.findall(r"(?:click\.echo|\bprint)\(\s*(\w+)", file.read_text())
        if file.name != "speech.py"
    }

    assert echoed == {
        ("drawing.py", "_table"),
        ("due.py", "written"),
        ("files.py", "data"),
        ("plans.py", "json_line"),
        ("record.py", "json_line"),
        ("verbs.py", "json_line"),
    }


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("Đánh giá", "Đánh giá"),
        ("a\tb\nc", "a\tb\nc"),
        ("\x1b]0;x\x07", r"\x1b]0;x\x07"),
        ("\x7f\x85\x9b", r"\x7f\x85\x9b"),
        ("\u202eabc\u2069", r"\u202eabc\u2069"),
        ("a\rb", r"a\x0db"),
    ],
)
def test_a_control_character_is_shown_as_its_number(text: str, seen: str) -> None:
    assert visible(text) == seen


def test_blocks_are_parted_and_each_begins_with_its_row(closed: Khcn) -> None:
    rows = json.loads(closed("registry", "funding", "--json").out)
    blocks = closed("registry", "funding", "--lang", "en", screen=40).out.strip().split("\n\n")

    assert len(rows) > 1
    assert [block.splitlines()[0] for block in blocks] == [f"line:             {row['line']}" for row in rows]


def test_a_screen_that_says_it_has_no_width_has_a_table(closed: Khcn) -> None:
    assert "500.000.000" in closed("registry", "funding", "--lang", "vi", screen=0).out
