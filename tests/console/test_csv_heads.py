"""An empty list as CSV still names its columns: the same as when something is in it."""

from __future__ import annotations

import csv
import io

import pytest

from console.registry import NAMES
from tests.console.khcn import Khcn

REPORTS = (("quarter", "2026-Q1"), ("year", "2026"), ("results", "2026"), ("proposals", "2026"), ("stages", "2026"))


INITIATIVE = {
    "command": "register_initiative",
    "actor": "bvka.canbo",
    "on": "2026-03-02",
    "initiative": "SK1",
    "unit": "BVKA",
    "plan": "HP36",
    "year": 2026,
    "title": "Cải tiến quy trình",
    "authors": [{"person": "bvka.canbo", "share": 100}],
    "description": "Ngắn hơn",
}
RENAMED = {
    "command": "rename_unit",
    "actor": "admin",
    "on": "2026-03-02",
    "unit": "BVKA",
    "name": "Bệnh viện Kiến An mới",
    "document": {"number": "1/QĐ", "date": "2026-03-01", "issuer": "UBND", "file": "qd.txt"},
}


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Khcn:
    """A store in which every list has a row."""
    folder = tmp_path_factory.mktemp("played")
    made = Khcn(f"sqlite:///{folder}/demo.db", folder)
    made.file("qd.txt", "Quyết định")
    assert made("demo").code == 0
    assert made.record(INITIATIVE, RENAMED).outcomes == ["recorded", "recorded"]
    return made


def rows(khcn: Khcn, *asked: str) -> list[list[str]]:
    ran = khcn(*asked, "--format", "csv")
    assert ran.code in (0, 6)
    assert ran.out.startswith("\ufeff")
    return list(csv.reader(io.StringIO(ran.out.removeprefix("\ufeff"))))


@pytest.mark.parametrize("name", NAMES)
def test_an_empty_registry_has_the_head_of_a_full_one(name: str, founded: Khcn, full: Khcn) -> None:
    none, some = rows(founded, "registry", name), rows(full, "registry", name)

    assert (len(none), len(some) > 1) == (1, True)
    assert none[0] == some[0]


@pytest.mark.parametrize(
    "asked",
    [
        ("task", "list"),
        ("due",),
        ("doc", "list"),
        ("audit", "refusals"),
        ("audit", "diff", "registry", "tasks", "--from", "2026-01-01", "--to", "2030-01-01"),
    ],
)
def test_an_empty_list_has_the_head_of_a_full_one(asked: tuple[str, ...], founded: Khcn, full: Khcn) -> None:
    none, some = rows(founded, *asked), rows(full, *asked)

    assert (len(none), len(some) > 1) == (1, True)
    assert none[0] == some[0]


@pytest.mark.parametrize(
    ("asked", "head"),
    [
        (("doc", "verify"), ["sha256", "condition", "name", "stream", "version", "position"]),
        (("audit", "conformance"), ["position", "stream", "version", "command", "rules", "judgement", "documents"]),
        (("plan", "diff", "HP36", "HP36"), ["place", "old", "new"]),
        (("plan", "impact", "HP36"), ["task", "state", "version", "lost", "allows", "refuses"]),
    ],
)
def test_a_list_of_faults_without_one_has_a_head(asked: tuple[str, ...], head: list[str], founded: Khcn) -> None:
    assert rows(founded, *asked) == [head]


def test_a_task_that_did_not_change_has_a_head_too(full: Khcn) -> None:
    task = rows(full, "task", "list")[1][0]
    since = ("--from", "2026-01-01", "--to", "2026-01-01", "--decided")

    assert rows(full, "audit", "diff", task, *since) == [["field", "before", "after"]]


@pytest.mark.parametrize(("name", "period"), REPORTS)
def test_a_report_without_rows_names_the_columns_of_its_sections(name: str, period: str, founded: Khcn) -> None:
    head = rows(founded, "report", name, "--plan", "HP36", "--period", period)[0]

    assert head[0] == "section"
    assert len(head) > 3


def test_rows_that_say_more_than_others_stay_under_their_columns() -> None:
    from console.speech import as_csv

    told = as_csv([{"a": 1, "b": 2}, {"a": 3, "doubtful": True, "b": 4}])

    assert told == "\ufeffa,b,doubtful\r\n1,2,\r\n3,4,true\r\n"
