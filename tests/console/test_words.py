"""Tables and workbooks speak the person's language to the last cell; JSON and CSV keep the codes of the contract."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from console.replaying import field
from console.speech import HEADINGS, WORDS, heading, set_language, shown
from console.words import FIELDS, LEVELS, VALUES
from engine.envelope import KINDS
from engine.words import EVENTS, PAYERS, ROLES
from exporting.wording import VALUES as OF_PAGES
from projections.registries import REGISTRIES
from tests import stores
from tests.console.khcn import Khcn
from tests.unityears import initiative
from tests.world import DEPARTMENT_COUNCIL, VP_PROVINCIAL, command, document, story

WORDED = {*WORDS, *PAYERS, *ROLES, *OF_PAGES, *(code for words in VALUES.values() for code in words)}
# Of one word in English too, and so no sign that a code was left where a word belongs.
BOTH = {"pass", "fail", "public", "other"}


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory, prepared_sqlite: Path) -> Khcn:
    """A store in which every registry has a row: two plans, an initiative that was recognised and commended."""
    folder = tmp_path_factory.mktemp("words")
    khcn = Khcn(stores.fresh_sqlite(folder, prepared_sqlite), folder)
    paper = document("90/QĐ-SYT", "2026-11-10")
    assert khcn.record(*story(VP_PROVINCIAL)).code == 0
    assert khcn.record(initiative(plan="VP57")).code == 0
    assert khcn.record(command("recognise_initiative", "sec", "2026-11-10", initiative="S1", document=paper)).code == 0
    praise = {"initiative": "S1", "persons": ["pi1"], "form": "Giấy khen", "document": paper}
    assert khcn.record(command("commend", "sec", "2026-11-11", **praise)).code == 0
    return khcn


@pytest.fixture(autouse=True)
def english_afterwards() -> Iterator[None]:
    yield
    set_language("en")


def tokens(text: str) -> Iterator[str]:
    """The words of a text; ids such as L-unit, task:T1 or unit_year:BV1 are no words."""
    yield from re.split(r"[\s,;()→]+", text)


def codes_in(texts: Iterable[Any]) -> set[str]:
    return {token.rstrip(".:") for text in texts for token in tokens(str(text))} & (WORDED - BOTH)


def sheet(khcn: Khcn, name: str, *options: str) -> list[list[Any]]:
    file = khcn.folder / f"{name}.xlsx"
    assert khcn("registry", name, "--format", "xlsx", "-o", file, *options).code == 0
    return CalamineWorkbook.from_path(str(file)).get_sheet_by_index(0).to_python()


@pytest.mark.parametrize("name", REGISTRIES)
def test_a_workbook_of_a_registry_has_no_code_that_has_a_word(full: Khcn, name: str) -> None:
    columns = list(json.loads(full("registry", name, "--json").out)[0])
    head, *rows = sheet(full, name, "--lang", "vi")

    assert rows != []
    assert codes_in(cell for row in rows for cell in row) == set()
    assert [cell for row in rows for cell in row if str(cell).startswith(("[", "{"))] == []
    assert [one for one, other in zip(columns, head, strict=True) if one == other] == []


@pytest.mark.parametrize("name", REGISTRIES)
def test_a_table_of_a_registry_has_no_code_that_has_a_word(full: Khcn, name: str) -> None:
    out = full("registry", name, "--lang", "vi").out

    assert codes_in([out]) == set()


@pytest.mark.parametrize("name", REGISTRIES)
def test_json_and_csv_of_a_registry_keep_the_codes(full: Khcn, name: str) -> None:
    read = {
        (form, lang): full("registry", name, "--format", form, "--lang", lang).out
        for form in ("json", "csv")
        for lang in ("vi", "en")
    }

    assert read["json", "vi"] == read["json", "en"]
    assert read["csv", "vi"] == read["csv", "en"]


CELLS = {
    ("tasks", "vi"): {"level": "cấp tỉnh", "state": "đã công nhận kết quả", "grade": "xuất sắc", "late": "không"},
    ("tasks", "en"): {"level": "provincial level", "late": "no"},
    ("units", "vi"): {"kind": "bệnh viện", "ownership": "công lập", "subordinate": "có", "plans": "VP57"},
    ("units", "en"): {"kind": "hospital", "ownership": "public", "subordinate": "yes"},
}


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_cells_have_the_words_of_the_language(full: Khcn, lang: str) -> None:
    columns = list(json.loads(full("registry", "units", "--json").out)[0])
    _, first, *_ = sheet(full, "units", "--lang", lang)
    told = dict(zip(columns, first, strict=True))

    assert {name: told[name] for name in CELLS["units", lang]} == CELLS["units", lang]


def test_lists_are_lines_that_people_read(full: Khcn) -> None:
    councils = list(json.loads(full("registry", "councils", "--json").out)[0])
    [row] = [row for row in sheet(full, "councils", "--lang", "vi")[1:] if row[0] == DEPARTMENT_COUNCIL]
    told = dict(zip(councils, row, strict=True))
    names = list(json.loads(full("registry", "units", "--json").out)[0])
    unit = dict(zip(names, sheet(full, "units", "--lang", "vi")[1], strict=True))

    assert told["members"].splitlines()[:2] == ["m1, chủ tịch (từ 05/03/2025)", "m2, phó chủ tịch (từ 05/03/2025)"]
    assert told["kind"] == "hội đồng KHCN ngành y tế"
    assert re.fullmatch(
        r"\S+, \d\d/\d\d/2025, có mặt 7/7: xác định, lựa chọn T1, 7 phiếu - đã xác định, lựa chọn",
        told["sessions"].splitlines()[0],
    )
    assert unit["names"] == "Bệnh viện Thử Nghiệm BV1 (từ 05/03/2025)"


@pytest.mark.parametrize(
    ("lang", "counted", "listed"), [("vi", "số phiên họp", "các phiên họp"), ("en", "sessions", "sessions held")]
)
def test_a_column_says_whether_it_counts_or_lists(full: Khcn, lang: str, counted: str, listed: str) -> None:
    head, *_ = full("registry", "councils", "--lang", lang).out.splitlines()
    at = list(json.loads(full("registry", "councils", "--json").out)[0]).index("sessions")

    assert counted in re.split(r"\s{2,}", head.strip())
    assert sheet(full, "councils", "--lang", lang)[0][at] == listed
    assert field("sessions") == listed


READ = {
    "list": ("task", "list"),
    "plans": ("plan", "list"),
    "plan": ("plan", "show", "VP57"),
    "clauses": ("plan", "clauses", "VP57"),
    "workflow": ("plan", "workflow", "VP57/provincial"),
    "replay": ("audit", "replay", "T1"),
    "diff": ("audit", "diff", "T1", "--from", "2025-01-01", "--to", "2026-12-31", "--decided"),
    "registry diff": ("audit", "diff", "registry", "tasks", "--from", "2025-04-01", "--to", "2026-12-31", "--decided"),
    "trace": ("registry", "tasks", "--trace", "T1"),
    "trace of a unit": ("registry", "units", "--trace", "BV1"),
    "trace of a council": ("registry", "councils", "--trace", DEPARTMENT_COUNCIL),
    "history": ("audit", "history", "task:T1"),
    "findings": ("audit", "history", "task:T1", "--findings"),
    "impact": ("plan", "impact", "VP57"),
}
FIELD_NAMES = {name for name in {*HEADINGS, *FIELDS} if "_" in name} | set(EVENTS)
ENGLISH = {*LEVELS, "True", "False", "None", "lost", "allows", "refuses", "moves", "back", "stay", "old", "new"}


@pytest.mark.parametrize("read", READ)
def test_what_is_read_as_a_table_names_no_field_event_or_level_by_its_code(full: Khcn, read: str) -> None:
    out = full(*READ[read], "--lang", "vi").out
    said = {token.strip(":") for line in out.splitlines() for token in tokens(line)}

    assert said & (FIELD_NAMES | ENGLISH) == set()
    assert re.findall(r"\{'|': ", out) == []


def test_two_plans_are_compared_in_words_under_places_that_are_their_files(full: Khcn) -> None:
    out = full("plan", "diff", "VP57", "HP36", "--lang", "vi").out
    said = {token.strip(":") for line in out.splitlines() for token in tokens(line)}

    assert said & {"True", "False", "None", "back", "stay", "place", "old", "new"} == set()
    assert re.findall(r"\{'|': ", out) == []
    assert re.search(r"^issued_on\s+03/03/2025\s+04/02/2026\s*$", out, re.MULTILINE)
    assert re.search(r"^workflows.grassroots.steps.commend.moves.accepted\s+-\s+giữ nguyên trạng thái\s*$", out, re.M)


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_every_kind_of_event_and_column_has_a_word(lang: str) -> None:
    set_language(lang)
    columns = {name for each in REGISTRIES.values() for name in (*each.columns, *each.fields)}

    assert {kind for kind in KINDS if shown("kind", kind) == kind} == set()
    assert {name for name in columns if name not in HEADINGS and name not in FIELDS} == set()
    assert lang == "en" or {name for name in columns if heading(name) == name} == set()


@pytest.mark.parametrize(
    ("name", "vi", "en"),
    [
        ("suspended_on", "ngày tạm dừng", "suspended on"),
        ("accepted_on", "ngày nghiệm thu", "accepted on"),
        ("money.approved", "đã phê duyệt", "approved"),
        ("own_state_on", "own_state_on", "own_state_on"),
    ],
)
def test_the_day_of_a_state_is_headed_by_its_word(name: str, vi: str, en: str) -> None:
    said = []
    for lang in ("vi", "en"):
        set_language(lang)
        said.append(field(name))

    assert said == [vi, en]


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_a_workflow_is_shown_with_the_plans_own_states_and_its_chart_as_json(full: Khcn, lang: str) -> None:
    told = full("plan", "workflow", "VP57/provincial", "--lang", lang).out
    chart = full("plan", "workflow", "VP57/provincial", "--mermaid", "--lang", lang).out
    answer = json.loads(full("plan", "workflow", "VP57/provincial", "--mermaid", "--json", "--lang", lang).out)

    assert {"vi": "đã phê duyệt → đã cấp kinh phí", "en": "approved → funded"}[lang] in " ".join(told.split())
    assert answer == {"plan": "VP57", "level": "provincial", "mermaid": chart.removesuffix("\n")}


NO_STORE = {
    "nowhere": (
        "không dùng được kho đã nêu: URL không có dạng sqlite:///TỆP hoặc postgresql://MÁY-CHỦ/CSDL",
        "its URL",
    ),
    "mysql://h/d": ("kho dữ liệu chỉ có thể là SQLite hoặc PostgreSQL", "only SQLite and PostgreSQL hold a store"),
    "sqlite://": ("kho dữ liệu phải là một tệp: sqlite:///TỆP", "a store is a file: sqlite:///FILE"),
}


@pytest.mark.parametrize("url", NO_STORE)
def test_why_a_store_cannot_be_used_is_told_in_the_persons_language(bare: Khcn, url: str) -> None:
    vi, en = (bare("task", "list", "--lang", lang, db=url) for lang in ("vi", "en"))

    assert (vi.code, en.code) == (7, 7)
    assert [NO_STORE[url][0] in vi.err, NO_STORE[url][1] in en.err] == [True, True]
    assert re.findall(r"\b(the|its|only|store|given)\b", vi.err) == []


def test_a_folder_in_place_of_a_store_is_told_in_vietnamese(bare: Khcn) -> None:
    (bare.folder / "folder.db").mkdir()
    ran = bare("task", "list", "--lang", "vi", db=f"sqlite:///{bare.folder}/folder.db")

    assert ran.code == 7
    assert re.findall(r"\b(the store|unable|cannot)\b", ran.err) == []


def test_only_what_holds_a_day_is_shown_as_one() -> None:
    """Whatever an id or a text looks like."""
    set_language("vi")

    assert (shown("on", "2026-03-01"), shown("until", "2026-03-01")) == ("01/03/2026", "01/03/2026")
    assert [shown(name, "2026-03-01") for name in ("session", "person", "reason", "task")] == ["2026-03-01"] * 4
    assert shown("on", "HP26-03-01") == "HP26-03-01"
