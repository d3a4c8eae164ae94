"""Units over time: names and portals by date, and since when a merged unit is not in force."""

from typing import Any

import pytest

from tests.projections.shelves import listed
from tests.rules.actors import all_refused, answers
from tests.rules.merging import DAY, NEW, OF_BV3, merger
from tests.spec import Spec
from tests.world import (
    HP_SECTOR,
    UNIT_MEMBERS,
    Command,
    command,
    council,
    eve,
    line,
    new_unit,
    office,
    officer_of,
    person,
    seats,
    step,
    without,
    world,
)


def renamed(on: str, actor: str = "admin", **fields: Any) -> Command:
    return command("rename_unit", actor, on, **{"unit": "BV1", "name": "Bệnh viện Mới", **fields})


def moved(on: str, actor: str = "off1", **fields: Any) -> Command:
    return command("set_portal", actor, on, **{"unit": "BV1", "portal": NEW, **fields})


@pytest.mark.rule("house.in_force", "refuses")
def test_a_merged_unit_registers_nothing_from_the_day_of_the_merger(spec: Spec) -> None:
    spec.given(*world("HP36"), merger("2026-02-20"))
    spec.when(step(HP_SECTOR, "register_task"))

    spec.then_refused("house.in_force")


@pytest.mark.rule("house.in_force", "passes")
def test_a_merged_unit_registers_on_the_day_before_the_merger(spec: Spec) -> None:
    spec.given(*world("HP36"), merger("2026-02-21"))
    spec.when(step(HP_SECTOR, "register_task"))

    spec.then_recorded()


@pytest.mark.rule("house.in_force", "refuses")
@pytest.mark.parametrize(
    "wanted",
    [
        renamed("2026-05-04"),
        moved("2026-05-04", "admin"),
        office("BV1", "2026-05-04", "admin"),
        merger("2026-05-04", into="BV3"),
        merger("2026-05-04", "BV3", into="BV1"),
        line("L-X", "unit", "HP36", on="2026-05-04"),
        council("HD-X", "2026-05-04", "science", "HP36", seats(UNIT_MEMBERS), unit="BV1"),
    ],
    ids=lambda wanted: f"{wanted['command']}-{wanted.get('into', '')}",
)
def test_a_merged_unit_is_not_in_force(spec: Spec, wanted: Command) -> None:
    spec.given(*world("HP36"), *OF_BV3, merger("2026-05-04"))
    spec.when(wanted)

    spec.then_refused("house.in_force")


@pytest.mark.rule("house.in_force", "passes")
@pytest.mark.parametrize("wanted", [renamed("2026-05-03"), moved("2026-05-03"), office("BV1", "2026-05-03", "off1")])
def test_the_day_before_the_merger_it_is(spec: Spec, wanted: Command) -> None:
    spec.given(*world("HP36"), merger("2026-05-04"))
    spec.when(wanted)

    spec.then_recorded()


@pytest.mark.rule("house.in_force", "refuses")
@pytest.mark.parametrize("on", ["2026-05-03", "2026-05-04", "2026-05-05"])
def test_units_are_not_merged_in_a_circle(spec: Spec, on: str) -> None:
    spec.given(*world("HP36"), merger("2026-05-04"))
    spec.when(merger(on, "BV2", into="BV1"))

    spec.then_refused("house.in_force")


@pytest.mark.rule("house.in_force", "refuses")
@pytest.mark.parametrize("into", ["BV1", "BV3"])
def test_no_circle_is_made_beside_a_chain(spec: Spec, into: str) -> None:
    spec.given(*world("HP36"), *OF_BV3, merger("2026-05-10"), merger("2026-06-01", "BV2", into="BV3"))
    spec.when(merger("2026-05-05", {"BV1": "BV2", "BV3": "BV3"}[into], into="BV1"))

    spec.then_refused("house.in_force")


@pytest.mark.rule("house.in_force", "refuses")
@pytest.mark.parametrize(("units", "into"), [("BV1", "BV3"), ("BV3", "BV1")])
def test_a_unit_is_not_merged_before_it_is_in_force(spec: Spec, units: str, into: str) -> None:
    spec.given(*world("HP36"), *new_unit("BV3", "2026-05-04", ["HP36"]))
    spec.when(merger("2026-05-03", units, into=into))

    spec.then_refused("house.in_force")


@pytest.mark.rule("house.in_force", "passes")
@pytest.mark.parametrize(("units", "into"), [("BV1", "BV3"), ("BV3", "BV1")])
def test_a_unit_may_be_merged_on_the_first_day_it_is_in_force(spec: Spec, units: str, into: str) -> None:
    spec.given(*world("HP36"), *new_unit("BV3", "2026-05-04", ["HP36"]))
    spec.when(merger("2026-05-04", units, into=into))

    spec.then_recorded()


def test_a_unit_has_its_name_from_day_to_day(spec: Spec) -> None:
    spec.given(*world("HP36"), renamed("2026-05-04"), moved("2026-06-01"), merger("2026-07-01"))
    [found] = [row for row in listed(spec.log, "units") if row["unit"] == "BV1"]
    old, new = {"from": DAY, "until": "2026-05-03"}, {"from": "2026-05-04", "until": "2026-06-30"}

    assert (found["names"], found["merged_into"], found["portal"]) == (
        [{"name": "Bệnh viện Thử Nghiệm BV1", **old}, {"name": "Bệnh viện Mới", **new}],
        "BV2",
        NEW,
    )


@pytest.mark.rule("house.publication", "passes")
@pytest.mark.parametrize(("on", "page"), [("2026-10-04", "https://bv1.example.vn/x"), ("2026-10-05", f"{NEW}/x")])
def test_a_result_is_published_on_the_portal_of_the_day(spec: Spec, on: str, page: str) -> None:
    spec.given(*eve(HP_SECTOR, "publish_task"), moved("2026-10-05"))
    spec.when(step(HP_SECTOR, "publish_task", on=on, url=page))

    spec.then_recorded()


@pytest.mark.rule("house.publication", "refuses")
@pytest.mark.parametrize(("on", "page"), [("2026-10-05", "https://bv1.example.vn/x"), ("2026-10-04", f"{NEW}/x")])
def test_a_result_is_not_published_on_the_portal_of_another_day(spec: Spec, on: str, page: str) -> None:
    spec.given(*eve(HP_SECTOR, "publish_task"), moved("2026-10-05"))
    spec.when(step(HP_SECTOR, "publish_task", on=on, url=page))

    spec.then_refused("house.publication")


@pytest.mark.rule("house.role", "refuses")
@pytest.mark.parametrize("wanted", [renamed("2026-05-04"), moved("2026-05-04")])
def test_nobody_else_renames_or_moves_a_unit(spec: Spec, wanted: Command) -> None:
    actors = ("off2", "sec", "lead", "aud")
    spec.given(*world("HP36"))

    assert answers(spec, wanted, actors) == all_refused(actors)


@pytest.mark.rule("house.role", "passes")
@pytest.mark.parametrize("wanted", [renamed("2026-05-04", "off1"), moved("2026-05-04", "admin")])
def test_administrator_and_own_officer_rename_and_move_a_unit(spec: Spec, wanted: Command) -> None:
    spec.given(*world("HP36"), person("local", DAY, "BV1", [officer_of("BV1")]))
    spec.when(wanted)

    spec.then_recorded()


@pytest.mark.rule("house.role", "refuses")
def test_nobody_but_an_administrator_merges_units(spec: Spec) -> None:
    actors = ("off1", "off2", "lead", "sec", "fin", "aud")
    spec.given(*world("HP36"))

    assert answers(spec, merger("2026-05-04"), actors) == all_refused(actors)


@pytest.mark.rule("house.document", "refuses")
def test_a_merger_without_a_document_is_refused(spec: Spec) -> None:
    spec.given(*world("HP36"))
    spec.when(without(merger("2026-05-04"), "document"))

    spec.then_refused("house.document")


@pytest.mark.parametrize(("units", "into", "field"), [("BV9", "BV2", "units"), ("BV1", "BV9", "into")])
def test_a_merger_of_or_into_no_unit_is_not_found(spec: Spec, units: str, into: str, field: str) -> None:
    spec.given(*world("HP36"))
    spec.when(merger("2026-05-04", units, into=into))

    spec.then_not_found(field)


@pytest.mark.parametrize(
    "portal",
    [
        "http://bv1.example.vn",
        "bv1.example.vn",
        "",
        "https://bv1.example.vn:0",
        "https://bv1.example.vn:65536",
        "https://bv1.example.vn:99999999999999999999/x",
        "https://bv1.example.vn:port",
        "https://bv1.example.vn:",
        "https://bv1.example.vn:\u0664\u0664\u0663",
        "https://:443",
        "https://?bv1",
        "https://ai@bv1.example.vn",
    ],
)
def test_a_portal_that_is_no_https_address_is_invalid(spec: Spec, portal: str) -> None:
    spec.given(*world("HP36"))
    spec.when(moved("2026-05-04", portal=portal))

    spec.then_invalid("portal")


@pytest.mark.parametrize(
    "portal", ["https://bv1.example.vn:65535/khcn", "https://bv1.example.vn:1", "https://bv1.vn?x=1"]
)
def test_a_portal_may_have_a_port_a_path_and_a_query(spec: Spec, portal: str) -> None:
    spec.given(*world("HP36"))
    spec.when(moved("2026-05-04", portal=portal)).then_recorded()
