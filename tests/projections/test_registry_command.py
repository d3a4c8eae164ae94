"""`khcn registry` and `khcn task list`: formats, options, exit codes."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest

from console import registry
from projections.registries import REGISTRIES
from tests.console.khcn import Khcn, Ran
from tests.projections.shelves import listed
from tests.spec import Spec
from tests.unityears import initiative
from tests.world import HP_SECTOR, VP_GRASSROOTS, changed, life, new_unit, office, story, world

ROOT = Path(__file__).parents[2]
TITLE = "=1+1, Đánh giá\nđiều trị"


@pytest.fixture
def khcn(spec: Spec, tmp_path: Path) -> Khcn:
    return Khcn(spec.url, tmp_path)


def tasks(ran: Ran) -> list[str]:
    assert (ran.code, ran.err) == (0, "")
    return [row["task"] for row in json.loads(ran.out)]


def test_help_waits_for_no_store_and_no_rule() -> None:
    program = "import sys, console.registry; print({'sqlalchemy', 'pydantic', 'engine.desk'} & set(sys.modules))"
    ran = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)

    assert ran.stdout == "set()\n"


def test_the_choices_are_the_registries_there_are() -> None:
    assert list(registry.NAMES) == list(REGISTRIES)


@pytest.mark.parametrize("name", REGISTRIES)
def test_a_registry_as_json_is_the_registry_and_nothing_else(spec: Spec, khcn: Khcn, name: str) -> None:
    spec.given(*story(VP_GRASSROOTS))
    ran = khcn("registry", name, "--format", "json")

    assert (ran.code, ran.err) == (0, "")
    assert json.loads(ran.out) == listed(spec.log, name)
    assert khcn("registry", name, "--json").out == ran.out


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("name", REGISTRIES)
def test_a_registry_is_shown_as_a_table(spec: Spec, khcn: Khcn, name: str, lang: str) -> None:
    spec.given(*story(VP_GRASSROOTS), initiative(plan="VP57"))
    ran = khcn("registry", name, "--lang", lang)
    first = {"tasks": "T1", "funding": "L-department", "councils": "HD-BV1", "publications": "T1", "initiatives": "S1"}
    first["decisions"] = {"vi": "05/03/2025", "en": "2025-03-05"}[lang]
    first["obligations"] = {"vi": "30/03/2025", "en": "2025-03-30"}[lang]

    assert (ran.code, ran.err) == (0, "")
    assert ran.out.splitlines()[2].split()[0] == first.get(name, "BV1")


def test_csv_opens_in_a_spreadsheet_as_it_is_meant(spec: Spec, khcn: Khcn) -> None:
    spec.given(*world("HP36"), *life(HP_SECTOR, until="registered", title=TITLE))
    ran = khcn("registry", "tasks", "--format", "csv")
    [row] = csv.DictReader(io.StringIO(ran.out.removeprefix("\ufeff")))

    assert ran.out.startswith("\ufefftask,plan,level,")
    assert (row["title"], row["approved"], row["grade"], row["late"]) == ("'" + TITLE, "0", "", "false")


def test_csv_has_what_is_nested_as_json(spec: Spec, khcn: Khcn) -> None:
    spec.given(*world("HP36"))
    ran = khcn("registry", "councils", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(ran.out.removeprefix("\ufeff"))))

    assert [json.loads(row["members"]) for row in rows] == [row["members"] for row in listed(spec.log, "councils")]


@pytest.mark.parametrize("name", REGISTRIES)
def test_a_store_without_facts_is_no_error(khcn: Khcn, name: str) -> None:
    found = {form: khcn("registry", name, "--format", form) for form in ("json", "csv", "table")}

    assert {form: (ran.code, ran.err) for form, ran in found.items()} == dict.fromkeys(found, (0, ""))
    assert json.loads(found["json"].out) == []


def test_a_registry_as_it_stood(spec: Spec, khcn: Khcn) -> None:
    spec.given(*story(HP_SECTOR))

    def state(*options: str) -> list[str]:
        return [row["state"] for row in json.loads(khcn("registry", "tasks", "--json", *options).out)]

    assert state("--as-of", "2026-04-01") == ["in_progress"]
    assert state("--as-of", "01/04/2026") == ["in_progress"]
    assert state("--known-at", "2026-11-19") == []
    assert state("--known-at", "2026-11-20T10:00:01") == ["closed"]
    assert state("--as-of", "2026-04-01", "--known-at", "2026-11-20") == ["in_progress"]


def test_who_waited_on_a_day_waited_up_to_that_day(spec: Spec, khcn: Khcn) -> None:
    spec.given(*story(VP_GRASSROOTS))
    ran = khcn("registry", "publications", "--json", "--as-of", "2026-04-20")

    assert [row["days_waiting"] for row in json.loads(ran.out)] == [10]


@pytest.mark.parametrize(
    "arguments",
    [
        ("registry",),
        ("registry", "duties"),
        ("registry", "tasks", "--as-of", "soon"),
        ("registry", "tasks", "--format", "xml"),
        ("task", "list", "--year", "x"),
        ("task", "list", "--limit", "0"),
    ],
    ids=" ".join,
)
def test_what_cannot_be_asked_is_wrong_usage(khcn: Khcn, arguments: tuple[str, ...]) -> None:
    ran = khcn(*arguments)

    assert (ran.code, ran.out) == (2, "")


def test_without_a_store_the_registry_says_so(khcn: Khcn, tmp_path: Path) -> None:
    assert khcn("registry", "tasks", db=f"sqlite:///{tmp_path}/none.db").code == 7
    assert not (tmp_path / "none.db").exists()


def test_tasks_are_listed_by_what_they_are(spec: Spec, khcn: Khcn) -> None:
    spec.given(*world("HP36"), *life(HP_SECTOR, "T1"))
    spec.given(*life(HP_SECTOR, "T2", until="registered", investigator="tm1", team=[], title="Dịch tễ"))
    expected = {
        (): ["T1", "T2"],
        ("--state", "closed"): ["T1"],
        ("--state", "unheard"): [],
        ("--unit", "BV1"): ["T1", "T2"],
        ("--unit", "BV2"): [],
        ("--plan", "HP36", "--level", "sector", "--year", "2026"): ["T1", "T2"],
        ("--plan", "VP57"): [],
        ("--limit", "1"): ["T1"],
        ("--search", "danh gia"): ["T1"],
        ("--search", unicodedata.normalize("NFD", "dịch")): ["T2"],
        ("--search", "tm1", "--state", "registered"): ["T2"],
    }

    assert {options: tasks(khcn("task", "list", "--json", *options)) for options in expected} == expected


def test_an_id_typed_in_another_form_is_the_same(spec: Spec, khcn: Khcn) -> None:
    unit, on = "Đống-Đa", "2026-02-05"
    spec.given(*world("HP36"), *new_unit(unit, on, ["HP36"]), office(unit, on, f"off-{unit}"))
    [registration] = life(HP_SECTOR, until="registered", lead_unit=unit, investigator=f"pi-{unit}", team=[])
    spec.given(changed(registration, actor=f"off-{unit}"))

    assert tasks(khcn("task", "list", "--json", "--unit", unicodedata.normalize("NFD", unit))) == ["T1"]
