"""A time is read as people and this program's own tables write it; what is none is told as it was written."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta

import pytest

from console.times import moment
from engine.times import VIETNAM
from tests.console.khcn import Khcn

END = (23, 59, 59, 999_999)
READ = {
    "2026-11-22": datetime(2026, 11, 22, *END, tzinfo=VIETNAM),
    "22/11/2026": datetime(2026, 11, 22, *END, tzinfo=VIETNAM),
    "2/1/2026": datetime(2026, 1, 2, *END, tzinfo=VIETNAM),
    "22/11/2026 16:07": datetime(2026, 11, 22, 16, 7, tzinfo=VIETNAM),
    "22/11/2026 16:07:18": datetime(2026, 11, 22, 16, 7, 18, 999_999, tzinfo=VIETNAM),
    "2026-11-22 16:07:18": datetime(2026, 11, 22, 16, 7, 18, 999_999, tzinfo=VIETNAM),
    "22/11/2026 16:07:18.5": datetime(2026, 11, 22, 16, 7, 18, 500_000, tzinfo=VIETNAM),
    "2026-11-22T16:07:18": datetime(2026, 11, 22, 16, 7, 18, tzinfo=VIETNAM),
    "2026-11-22T16:07:18.25": datetime(2026, 11, 22, 16, 7, 18, 250_000, tzinfo=VIETNAM),
    "2026-11-22T09:07:18Z": datetime(2026, 11, 22, 9, 7, 18, tzinfo=UTC),
    " 22/11/2026 ": datetime(2026, 11, 22, *END, tzinfo=VIETNAM),
}
WRONG = (
    "soon",
    "31/02/2026",
    "2026-02-31",
    "22/11/26",
    "22/11/2026 25:00",
    "ngày mai đi",
    "9999-12-31T23:59:59-12:00",
    "1234567890",
    "",
    "٢/١/٢٠٢٦",
)


@pytest.mark.parametrize("text", READ)
def test_a_time_is_read_as_it_is_written(text: str) -> None:
    assert moment(text) == READ[text]


@pytest.mark.parametrize("text", WRONG)
def test_what_is_no_time_is_none(text: str) -> None:
    assert moment(text) is None


TOLD = {
    "en": "{} is not a time: write it as 2026-06-30T17:00, or 30/06/2026 17:00.",
    "vi": "{} không phải là thời điểm: hãy ghi theo dạng 2026-06-30T17:00 hoặc 30/06/2026 17:00.",
}


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("text", ["31/02/2026", "1234567890", "22/13/2026 10:00"])
@pytest.mark.parametrize(
    "arguments", [("task", "show", "T1", "--known-at"), ("audit", "diff", "T1", "--to", "2026-01-01", "--from")]
)
def test_a_wrong_time_is_told_as_it_was_written(khcn: Khcn, arguments: tuple[str, ...], text: str, lang: str) -> None:
    ran = khcn(*arguments, text, "--lang", lang)

    assert (ran.code, ran.out) == (2, "")
    assert TOLD[lang].format(text) in " ".join(ran.err.split())


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_a_time_as_a_table_prints_it_is_taken_and_knows_what_was_recorded_then(khcn: Khcn, lang: str) -> None:
    table = khcn("task", "show", "T1", "--lang", lang).out
    shape = r"\d\d/\d\d/\d{4} \d\d:\d\d:\d\d" if lang == "vi" else r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d"
    [printed] = re.findall(shape, table)
    then = khcn("task", "show", "T1", "--json", "--lang", lang, "--known-at", printed)
    before = moment(printed)
    assert before is not None
    earlier = khcn("task", "show", "T1", "--lang", lang, "--known-at", (before - timedelta(seconds=1)).isoformat())

    assert (then.code, json.loads(then.out)["state"]) == (0, "registered")
    assert earlier.code == 5


def test_a_day_is_known_to_its_end_in_either_form(khcn: Khcn) -> None:
    known = [khcn("registry", "tasks", "--json", "--known-at", day).out for day in ("20/11/2026", "2026-11-20")]
    unknown = [khcn("registry", "tasks", "--json", "--known-at", day).out for day in ("19/11/2026", "2026-11-19")]

    assert [[row["task"] for row in json.loads(out)] for out in known + unknown] == [["T1"], ["T1"], [], []]
