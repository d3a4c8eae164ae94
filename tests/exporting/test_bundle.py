"""A bundle holds what was asked for and what it rests on, and is checked without the product."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable
from hashlib import sha256
from html import unescape
from pathlib import Path
from zipfile import ZipFile

import pytest

from engine.evidence import take_checkpoint
from engine.log import Log
from engine.notes import Note
from exporting.selecting import NotAPeriod, Period
from tests.console.khcn import Khcn, Ran
from tests.console.test_own_titles import NEW, OLD, STATE, STEP, STEP_TITLES, review, with_a_review
from tests.exporting.bundles import FORGER, KEY, checked, events, manifest
from tests.exporting.conftest import Lived
from tests.rules.correcting import correction
from tests.spec import Spec, adopt, builtin_contents
from tests.world import HP_SECTOR, command, document, life, sitting, step


def test_a_bundle_is_checked_where_the_product_is_not(bundled: Callable[..., Path], note: Note) -> None:
    cases = {
        "task T1": ["--task", "T1"],
        "period 2026-H1": ["--period", "2026-H1"],
        "task T2, period 2026": ["--task", "T2", "--period", "2026"],
        "the whole log - toàn bộ nhật ký": [],
    }
    for asked, arguments in cases.items():
        folder = bundled(*arguments)
        found = checked(folder, str(KEY.public))

        assert (found.returncode, found.stderr) == (0, ""), found.stdout
        assert f"{len(events(folder))} events proved" in found.stdout
        assert f"asked for - phạm vi: {asked}\n" in found.stdout
        assert (folder / "checkpoint.txt").read_text("utf-8") == str(note)
        assert (folder / "keys.txt").read_text("utf-8") == f"{KEY.public}\n"


def test_a_task_comes_with_what_it_rests_on_and_nothing_of_others(bundled: Callable[..., Path]) -> None:
    folder = bundled("--task", "T2")
    found = events(folder)
    told = manifest(folder)
    of_task = [each for each in found if each["position"] in told["events"]["asked"]]
    beside = [each for each in found if each["position"] in told["events"]["beside"]]

    assert [each["version"] for each in of_task if each["stream"] == "task:T2"] == [1, 2, 3, 4]
    assert {each["stream"] for each in of_task} == {"task:T2", "session:T2-appraise"}
    assert [each["kind"] for each in of_task if each["stream"] != "task:T2"] == ["session_held", "ballots_cast"]
    assert {each["stream"].split(":")[0] for each in beside} == {"person", "unit", "council", "plan"}
    assert {"person:lead", "person:sec", "person:m1", "unit:BV1", "council:HD-NGANH", "plan:HP36"} <= {
        each["stream"] for each in beside
    }
    assert not [each["stream"] for each in found if "T1" in each["stream"]]
    assert [(plan["plan"], plan["version"], plan["file"]) for plan in told["plans"]] == [
        ("HP36", 1, "plans/HP36-v1.json")
    ]
    assert sha256((folder / "plans/HP36-v1.json").read_bytes()).hexdigest() == told["plans"][0]["sha256"]


def test_a_period_is_told_by_decision_dates_with_what_puts_it_right_later(bundled: Callable[..., Path]) -> None:
    folder = bundled("--period", "2026-03")
    asked = manifest(folder)["events"]["asked"]
    found = [each for each in events(folder) if each["position"] in asked]
    later = [each for each in found if not each["on"].startswith("2026-03")]

    assert {"task_appraised", "task_approved", "task_funded"} <= {each["kind"] for each in found}
    assert [(each["kind"], each["stream"]) for each in later] == [("step_rescinded", "task:T2")]
    registered = [each["stream"] for each in events(folder) if each["kind"] == "task_registered"]

    assert registered == ["task:T1", "task:T2"]
    february = bundled("--period", "2026-02")
    corrected = [each for each in events(february) if each["kind"] == "entry_corrected"]

    assert [each["position"] in manifest(february)["events"]["asked"] for each in corrected] == [True]


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2025", "2025-01-01", "2025-12-31"),
        ("2025-H1", "2025-01-01", "2025-06-30"),
        ("2025-H2", "2025-07-01", "2025-12-31"),
        ("2026-Q1", "2026-01-01", "2026-03-31"),
        ("2026-Q4", "2026-10-01", "2026-12-31"),
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("2025-12", "2025-12-01", "2025-12-31"),
    ],
)
def test_a_period_has_its_first_and_last_day(text: str, first: str, last: str) -> None:
    period = Period.read(text)

    assert (period.first.isoformat(), period.last.isoformat()) == (first, last)


@pytest.mark.parametrize("text", ["", "25", "2025-13", "2025-00", "2025-H3", "2025-Q5", "2025-H", "0000", "2025-01-01"])
def test_what_is_no_period_is_told(khcn: Khcn, text: str) -> None:
    with pytest.raises(NotAPeriod):
        Period.read(text)
    assert khcn("audit", "bundle", khcn.folder / "x.zip", "--period", text).code == 2


def test_the_same_question_gives_the_same_bytes(khcn: Khcn, note: Note) -> None:
    first, second = khcn.folder / "1.zip", khcn.folder / "2.zip"
    for file in (first, second):
        assert khcn("audit", "bundle", file, "--task", "T1").code == 0

    assert first.read_bytes() == second.read_bytes()
    with ZipFile(first) as zipped:
        assert {info.date_time for info in zipped.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert "keys.txt" not in zipped.namelist()


def test_a_bundle_is_never_written_over(khcn: Khcn, note: Note) -> None:
    """Whoever was given its SHA-256 must find it again."""
    file = khcn.folder / "1.zip"
    file.write_bytes(b"evidence")
    ran = khcn("audit", "bundle", file, "--task", "T1")

    assert (ran.code, file.read_bytes()) == (2, b"evidence")
    assert "1.zip is there already: name a new file." in ran.err


def with_document(lived: Lived, content: bytes) -> Path:
    """Record an event with a document whose file is kept beside the store."""
    digest = sha256(content).hexdigest()
    kept = Path(lived.url.removeprefix("sqlite:///") + ".files") / digest[:2] / digest
    kept.parent.mkdir(parents=True)
    kept.write_bytes(content)
    spec = Spec(lived.url)
    paper = document("90/QĐ-SYT", "2026-11-04") | {"sha256": digest}
    spec.given(command("rename_unit", "admin", "2026-11-04", unit="BV2", name="Tên Khác", document=paper))
    with Log.open(lived.url) as log:
        take_checkpoint(log, KEY)
    return kept


def test_documents_that_are_kept_are_in_it(khcn: Khcn, lived: Lived, bundled: Callable[..., Path]) -> None:
    kept = with_document(lived, b"scan")
    folder = bundled("--period", "2026-11")

    assert [path.name for path in folder.glob("documents/*")] == [kept.name]
    assert f'href="documents/{kept.name}"' in (folder / "index.html").read_text("utf-8")
    assert checked(folder, str(KEY.public)).returncode == 0
    kept.write_bytes(b"another scan")
    ran = khcn("audit", "bundle", khcn.folder / "x.zip", "--period", "2026-11")

    assert (ran.code, kept.name in ran.err, (khcn.folder / "x.zip").exists()) == (6, True, False)
    kept.unlink()
    ran = khcn("audit", "bundle", khcn.folder / "x.zip", "--period", "2026-11")

    assert (ran.code, kept.name in ran.err) == (0, True)


def test_no_checkpoint_no_bundle(khcn: Khcn, lived: Lived) -> None:
    out = khcn.folder / "x.zip"

    def asked(*arguments: str | Path) -> Ran:
        out.unlink(missing_ok=True)
        return khcn("audit", "bundle", out, *arguments)

    none = asked("--task", "T1")

    assert (none.code, "khcn audit checkpoint" in none.err) == (5, True)
    with Log.open(lived.url) as log:
        old = take_checkpoint(log, KEY)
    assert asked("--task", "T1").code == 0
    assert asked("--task", "T9").code == 5
    assert asked("--period", "2019").code == 5
    file = khcn.file("old.txt", str(old))
    spec = Spec(lived.url)
    spec.given(command("rename_unit", "admin", "2026-11-05", unit="BV2", name="Tên Mới"))

    assert asked("--period", "2026-11", "--checkpoint", file).code == 5
    assert asked("--task", "T1", "--checkpoint", file, "--public", str(KEY.public)).code == 0
    assert asked("--task", "T1", "--public", str(FORGER.public)).code == 6


def test_nothing_is_bundled_of_a_store_that_was_changed(khcn: Khcn, lived: Lived, note: Note) -> None:
    connection = sqlite3.connect(lived.url.removeprefix("sqlite:///"))
    for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        connection.execute(f"DROP TRIGGER {name}")
    place = "stream = 'task:T1' AND version = 3"
    (body,) = connection.execute(f"SELECT body FROM events WHERE {place}").fetchone()
    connection.execute(f"UPDATE events SET body = ? WHERE {place}", (body.replace(b'"lead"', b'"sec" ', 1),))
    connection.commit()
    connection.close()
    ran = khcn("audit", "bundle", khcn.folder / "x.zip", "--task", "T1")

    assert (ran.code, (khcn.folder / "x.zip").exists()) == (6, False)


def test_the_page_tells_people_what_happened(bundled: Callable[..., Path]) -> None:
    folder = bundled("--task", "T1", "--lang", "vi")
    page = (folder / "index.html").read_text("utf-8")
    text = unescape(re.sub(r"<[^>]+>", "\n", page))
    links = set(re.findall(r'href="([^"#]+)"', page))
    anchors = set(re.findall(r'href="#([^"]+)"', page))

    assert '<html lang="vi">' in page
    assert "@media print" in page
    assert not re.search(r"<script|<link|<img|<iframe|src=|url\(|@import", page)
    assert links
    assert [link for link in links if not (folder / link).is_file()] == []
    assert anchors <= set(re.findall(r'id="([^"]+)"', page))
    for words in ("Phê duyệt", "10/03/2026", "100.000.000 đồng", "lãnh đạo", "HP36 v1", "Diễn biến", "house.role"):
        assert words in text
    english = (bundled("--task", "T2") / "index.html").read_text("utf-8")

    assert '<html lang="en">' in english
    assert "What happened" in english
    assert "<ba>" not in english  # of the title of T2
    assert "&lt;ba&gt;" in english


def rows_of(page: str) -> dict[str, str]:
    """The text of each event's row on the page, by the link to its proof."""
    found = re.findall(r'<tr id="p\d+">.*?<a href="[^"]*">([^<]+)</a>(.*?)</tr>', page, re.S)
    return {place: unescape(re.sub(r"<[^>]+>", "\n", told)) for place, told in found}


def test_on_the_page_a_unit_has_the_name_of_the_day(khcn: Khcn, log: Log, bundled: Callable[..., Path]) -> None:
    """The day of the decision, whenever it was recorded; also where the name it was registered under was put right."""
    plan = {"unit": "BV1", "plan": "HP36", "year": 2026}
    days = {"2026-11-05": "Bệnh viện Mới", "2026-11-03": "Bệnh viện Mới", "2026-11-02": "Bệnh viện Cũ"}
    papers = [command("submit_unit_plan", "off1", day, **plan, document=document("9/KH", day)) for day in days]
    put_right = correction("unit:BV1", 1, "name", "Bệnh viện Cũ", "admin", "2026-11-06")
    assert khcn.record(*papers, put_right).outcomes == ["recorded"] * 4
    take_checkpoint(log, KEY)
    rows = rows_of((bundled("--lang", "vi") / "index.html").read_text("utf-8"))
    told = [rows[f"unit_year:BV1:HP36:2026/{version}"] for version in (1, 2, 3)]

    assert [re.findall(r"\S.* \(BV1\)", each) for each in told] == [[f"đơn vị: {name} (BV1)"] for name in days.values()]
    assert "Bệnh viện Cũ (BV1)" in rows["task:T1/1"]


def test_on_the_page_words_are_words_and_numbers_are_written_as_its_language_has_them(
    khcn: Khcn, log: Log, bundled: Callable[..., Path]
) -> None:
    """An average that no decimal can say has the exact one behind it."""
    scores = dict(zip(("m1", "m2", "m3", "m4", "m5", "m6", "m7"), (80.5, 80, 80, 80, 80, 80, 80), strict=True))
    *before, ballots, appraised = life(HP_SECTOR, "T9", "appraised")
    khcn.record(*before, ballots | {"ballots": [{"person": who, "score": n} for who, n in scores.items()]}, appraised)
    take_checkpoint(log, KEY)
    page = (bundled("--task", "T9", "--lang", "vi") / "index.html").read_text("utf-8")
    rows = rows_of(page)

    assert "điểm: 80,5" in rows["session:T9-appraise/2"]
    assert "điểm trung bình: 80,07 (1121/14)" in rows["task:T9/2"]
    assert "loại: hội đồng KHCN ngành y tế" in rows["council:HD-NGANH/1"]
    assert "vai trò: chủ tịch" in rows["council:HD-NGANH/1"]
    assert "loại: bệnh viện" in rows["unit:BV1/1"]
    assert "vai trò: cán bộ đơn vị" in rows["person:off1/1"]


def test_on_the_page_a_step_of_the_plans_own_is_told_as_the_plan_has_it(
    khcn: Khcn, log: Log, lived: Lived, bundled: Callable[..., Path]
) -> None:
    """Its fields under their titles, a day as a day; one without a title by its name."""
    spec = Spec(lived.url)
    [content] = [content for plan, content, _ in builtin_contents() if plan == "HP36"]
    fields = [
        {"name": "valid_till", "type": "date", "title": {"vi": "hiệu lực đến hết", "en": "valid to the end of"}},
        {"name": "seen", "type": "boolean", "title": None},
        {"name": "code", "type": "text", "title": None},
    ]
    visit = {"title": {"vi": "Thăm điểm", "en": "Visit"}, "roles": ["secretary"], "moves": {"registered": "stay"}}
    content["workflows"]["sector"]["steps"]["visit_site"] = visit | {"fields": fields}
    adopt(spec, "HP36", **content)
    spec.given(
        step(HP_SECTOR, "register_task", task="T9", on="2026-11-10", start="2026-12-01", investigator="tm1"),
        command("visit_site", "sec", "2026-11-12", task="T9", valid_till="2027-04-29", seen=True, code="2027-04-30"),
    )
    spec.close()
    take_checkpoint(log, KEY)
    told = {
        lang: rows_of((bundled("--task", "T9", "--lang", lang) / "index.html").read_text("utf-8"))["task:T9/2"]
        for lang in ("vi", "en")
    }

    assert [line in told["vi"] for line in ("hiệu lực đến hết: 29/04/2027", "seen: có", "code: 2027-04-30")] == [
        True
    ] * 3
    assert "valid to the end of: 2027-04-29" in told["en"]


def test_on_the_page_states_and_steps_of_the_plans_own_have_its_titles(
    khcn: Khcn, log: Log, lived: Lived, bundled: Callable[..., Path]
) -> None:
    """Each event by the plan version under which it was decided, whatever a later one calls the same."""
    spec = Spec(lived.url)
    adopt(spec, workflows=with_a_review(OLD))
    spec.given(*life(HP_SECTOR, task="T9", until="appraised", investigator="tm1"), review("T9"))
    adopt(spec, workflows=with_a_review(NEW))
    spec.close()
    take_checkpoint(log, KEY)
    for lang in ("vi", "en"):
        told = rows_of((bundled("--lang", lang) / "index.html").read_text("utf-8"))["task:T9/3"]

        assert [title in told for title in (STEP_TITLES[lang], OLD.within(lang), NEW.within(lang))] == [
            True,
            True,
            False,
        ]
        assert [each in told for each in (STATE, STEP)] == [False, False]


def test_on_the_page_days_are_days_and_ids_are_ids(khcn: Khcn, log: Log, bundled: Callable[..., Path]) -> None:
    """Whatever an id looks like; and what a correction puts right is told as its field is."""
    held = sitting("appraise", "2026-11-10", task="T2", session="2026-11-10")
    held["minutes"] = document("PC25-03-01", "2026-11-10", "2025-01-02")
    assert khcn.record(held, correction("task:T2", 1, "end", "2027-04-29")).outcomes == ["recorded"] * 2
    take_checkpoint(log, KEY)
    page = (bundled("--period", "2026-11", "--lang", "vi") / "index.html").read_text("utf-8")
    text = re.sub(r"<[^>]+>", "", page)

    assert "phiên họp: 2026-11-10" in text
    assert "PC25-03-01, 10/11/2026, 2025-01-02" in text
    assert "29/04/2027" in text
