"""What a plan leaves open, and what it does not ask for, stands on the screen as it stands in JSON and on the page."""

from __future__ import annotations

import json

import pytest

from tests.console.khcn import Khcn
from tests.plans.plans import plan

NOTE = {
    "vi": "Kế hoạch này không yêu cầu công bố kết quả trên Cổng/Trang thông tin điện tử của đơn vị.",
    "en": "This plan does not require publication on the unit's portal.",
}
OURS = {"vi": "Cách hiểu được áp dụng: ", "en": "Our reading: "}
# A clause that the plan's own words make doubtful, so it is shown as such.
DOUBTFUL = {
    "vi": "Chỉ tiêu lấy theo số ghi trong văn bản là 4; cả sáu đơn vị được nêu tên đều được tính.",
    "en": "The stated number, 4, is the target; all six named units count towards it.",
}


def told(khcn: Khcn, *words: str) -> str:
    """What stands on the screen, without its columns."""
    return " ".join(khcn(*words).out.split())


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_every_reading_of_a_clause_is_shown_as_ours(bare: Khcn, lang: str) -> None:
    out = bare("plan", "clauses", "VP57", "--lang", lang).out
    read = [clause for clause in plan("VP57").clauses if clause.reading]

    assert len(read) > 1
    assert out.count(OURS[lang]) == len(read)


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_what_a_plan_does_not_require_is_said_where_its_steps_are_listed(bare: Khcn, lang: str) -> None:
    assert NOTE[lang] in told(bare, "plan", "workflow", "HP36/sector", "--lang", lang)
    assert NOTE[lang] not in told(bare, "plan", "workflow", "VP57/provincial", "--lang", lang)


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_and_where_somebody_asks_what_is_next(khcn: Khcn, lang: str) -> None:
    asked = json.loads(khcn("task", "why", "T1", "publish_task", "--json", "--lang", lang).out)

    assert NOTE[lang] in told(khcn, "task", "why", "T1", "publish_task", "--lang", lang)
    assert NOTE[lang] not in told(khcn, "task", "why", "T1", "close_task", "--lang", lang)
    assert [step["note"] for step in asked["steps"]] == [NOTE[lang]]


def test_json_keeps_the_reading_of_the_contract(bare: Khcn) -> None:
    rows = {row["id"]: row for row in json.loads(bare("plan", "clauses", "VP57", "--json").out)}

    assert rows["VP57-II.2030.4"]["reading"].startswith(DOUBTFUL["en"])
    assert rows["VP57-II.2030.4"]["reading_vi"].startswith(DOUBTFUL["vi"])
    assert rows["VP57-II.2045.1"]["reading"] is None
