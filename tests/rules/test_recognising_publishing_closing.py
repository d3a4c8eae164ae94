"""Recognising, publishing, closing: the unit's own page, all parts on it, and the money settled."""

import pytest

from tests.spec import Spec
from tests.world import (
    FIRST_DAY,
    HP_CITY,
    HP_GRASSROOTS,
    HP_SECTOR,
    PUBLISHED_PARTS,
    VP_GRASSROOTS,
    VP_PROVINCIAL,
    WORKFLOWS,
    Command,
    eve,
    life,
    officer_of,
    person,
    step,
    story,
    without,
    world,
)

FOREIGN_PAGES = [
    "https://bv2.example.vn/khcn/T1",
    "https://www.bv1.example.vn/khcn/T1",
    "https://bv1.example.vn.example.org/khcn/T1",
    "https://bv1.example.vn@example.org/khcn/T1",
    "http://bv1.example.vn/khcn/T1",
]
VP_PARTS = [*PUBLISHED_PARTS, "recognition_document"]
PUBLICATION = {VP_GRASSROOTS: "VP57-V.4.e", VP_PROVINCIAL: "VP57-V.4.e"}


def publication_rule(workflow: str) -> str:
    return PUBLICATION.get(workflow, "house.publication")


def each(kind: str) -> list[object]:
    return [
        pytest.param(one, marks=pytest.mark.rule(publication_rule(one), kind))
        for one in (VP_GRASSROOTS, HP_GRASSROOTS, HP_SECTOR)
    ]


def with_both(workflow: str, until: str, *roles: str, **registration: str) -> list[Command]:
    """A past in which `both` is an officer of BV1 and holds these roles too."""
    plan = workflow[:4]
    both = person("both", FIRST_DAY[plan], "BV1", [officer_of("BV1"), *roles])
    return [*world(plan), both, *life(workflow, until=until, **registration)]


@pytest.mark.parametrize("workflow", each("refuses"))
@pytest.mark.parametrize("url", FOREIGN_PAGES)
def test_a_page_that_is_not_on_the_units_portal_is_refused(spec: Spec, workflow: str, url: str) -> None:
    spec.given(*eve(workflow, "publish_task"))
    spec.when(step(workflow, "publish_task", url=url))

    spec.then_refused(publication_rule(workflow))


@pytest.mark.parametrize("workflow", each("passes"))
@pytest.mark.parametrize("url", ["https://bv1.example.vn", "https://bv1.example.vn/tin/2026?id=1#t1"])
def test_any_page_of_the_units_portal_passes(spec: Spec, workflow: str, url: str) -> None:
    spec.given(*eve(workflow, "publish_task"))
    spec.when(step(workflow, "publish_task", url=url))

    spec.then_recorded()


@pytest.mark.rule("VP57-V.4.e", "refuses")
@pytest.mark.parametrize("part", VP_PARTS)
def test_a_vp57_page_that_lacks_a_part_is_refused(spec: Spec, part: str) -> None:
    spec.given(*eve(VP_GRASSROOTS, "publish_task"))
    spec.when(step(VP_GRASSROOTS, "publish_task", parts=[one for one in VP_PARTS if one != part]))

    spec.then_refused("VP57-V.4.e")


@pytest.mark.rule("house.publication", "refuses")
@pytest.mark.parametrize("part", PUBLISHED_PARTS)
def test_a_hp36_page_that_lacks_a_part_is_refused(spec: Spec, part: str) -> None:
    spec.given(*eve(HP_SECTOR, "publish_task"))
    spec.when(step(HP_SECTOR, "publish_task", parts=[one for one in PUBLISHED_PARTS if one != part]))

    spec.then_refused("house.publication")


@pytest.mark.rule("VP57-V.4.e", "passes")
def test_a_vp57_page_with_all_parts_and_the_recognition_document_passes(spec: Spec) -> None:
    spec.given(*eve(VP_GRASSROOTS, "publish_task"))
    spec.when(step(VP_GRASSROOTS, "publish_task", parts=VP_PARTS))

    spec.then_recorded()


@pytest.mark.rule("house.publication", "passes")
def test_a_hp36_page_needs_no_recognition_document(spec: Spec) -> None:
    spec.given(*eve(HP_SECTOR, "publish_task"))
    spec.when(step(HP_SECTOR, "publish_task", parts=PUBLISHED_PARTS))

    spec.then_recorded()


@pytest.mark.rule("VP57-V.4.e", "refuses")
@pytest.mark.parametrize("workflow", [VP_GRASSROOTS, VP_PROVINCIAL])
def test_a_vp57_result_that_is_not_recognised_is_not_published(spec: Spec, workflow: str) -> None:
    spec.given(*story(workflow, until="accepted"))
    spec.when(step(workflow, "publish_task"))

    spec.then_refused("house.order_of_steps", "VP57-V.4.e")


@pytest.mark.rule("house.settled", "refuses")
def test_a_vp57_task_whose_money_is_not_settled_is_not_closed(spec: Spec) -> None:
    spec.given(*eve(VP_GRASSROOTS, "return_funds"), step(VP_GRASSROOTS, "return_funds", amount=24_999_999))
    spec.when(step(VP_GRASSROOTS, "close_task"))

    spec.then_refused("house.settled")


@pytest.mark.rule("house.settled", "passes")
def test_a_vp57_task_whose_money_is_settled_is_closed(spec: Spec) -> None:
    spec.given(*eve(VP_GRASSROOTS, "close_task"))
    spec.when(step(VP_GRASSROOTS, "close_task"))

    spec.then_recorded()


@pytest.mark.rule("HP36-III.1.2.c", "refuses")
@pytest.mark.parametrize("workflow", [HP_GRASSROOTS, HP_SECTOR, HP_CITY])
def test_a_hp36_task_whose_money_is_not_settled_is_not_closed(spec: Spec, workflow: str) -> None:
    spec.given(*eve(workflow, "return_funds"), step(workflow, "return_funds", amount=24_999_999))
    spec.when(step(workflow, "close_task"))

    spec.then_refused("HP36-III.1.2.c")


@pytest.mark.rule("HP36-III.1.2.c", "passes")
@pytest.mark.parametrize("workflow", [HP_GRASSROOTS, HP_SECTOR, HP_CITY])
def test_a_hp36_task_whose_money_is_settled_is_closed(spec: Spec, workflow: str) -> None:
    spec.given(*eve(workflow, "close_task"))
    spec.when(step(workflow, "close_task"))

    spec.then_recorded()


@pytest.mark.rule("house.order_of_steps", "passes")
@pytest.mark.parametrize("workflow", [one for one in WORKFLOWS if one.startswith("HP36")])
def test_a_hp36_task_may_be_closed_without_publication(spec: Spec, workflow: str) -> None:
    spec.given(*story(workflow, until="accepted"), step(workflow, "return_funds"))
    spec.when(step(workflow, "close_task"))

    spec.then_recorded()


@pytest.mark.rule("house.order_of_steps", "refuses")
@pytest.mark.parametrize("workflow", [VP_GRASSROOTS, VP_PROVINCIAL])
def test_a_vp57_task_is_not_closed_before_publication(spec: Spec, workflow: str) -> None:
    spec.given(*story(workflow, until="recognised"), step(workflow, "return_funds"))
    spec.when(step(workflow, "close_task"))

    spec.then_refused("house.order_of_steps")


@pytest.mark.rule("house.document", "refuses")
def test_a_closing_without_a_document_is_refused(spec: Spec) -> None:
    spec.given(*eve(HP_SECTOR, "close_task"))
    spec.when(without(step(HP_SECTOR, "close_task"), "document"))

    spec.then_refused("house.document")


@pytest.mark.rule("house.four_eyes", "refuses")
@pytest.mark.parametrize("workflow", [VP_GRASSROOTS, HP_SECTOR])
def test_who_registered_a_task_does_not_close_it(spec: Spec, workflow: str) -> None:
    spec.given(*with_both(workflow, "published", "finance", actor="both"), step(workflow, "return_funds"))
    spec.when(step(workflow, "close_task", actor="both"))

    spec.then_refused("house.four_eyes")


@pytest.mark.rule("house.four_eyes", "refuses")
@pytest.mark.parametrize("workflow", [VP_GRASSROOTS, HP_SECTOR])
def test_who_approved_a_task_does_not_close_it(spec: Spec, workflow: str) -> None:
    past = with_both(workflow, "published", "finance", "leader")
    approved = step(workflow, "approve_task", actor="both")
    spec.given(*[approved if one["command"] == "approve_task" else one for one in past])
    spec.given(step(workflow, "return_funds"))
    spec.when(step(workflow, "close_task", actor="both"))

    spec.then_refused("house.four_eyes")


@pytest.mark.rule("house.four_eyes", "passes")
@pytest.mark.parametrize("workflow", [VP_GRASSROOTS, HP_SECTOR])
def test_who_neither_registered_nor_approved_a_task_may_close_it(spec: Spec, workflow: str) -> None:
    spec.given(*with_both(workflow, "published", "finance", "leader"), step(workflow, "return_funds"))
    spec.when(step(workflow, "close_task", actor="both"))

    spec.then_recorded()


@pytest.mark.rule("house.four_eyes", "refuses")
def test_who_registered_a_task_does_not_recognise_it(spec: Spec) -> None:
    spec.given(*with_both(VP_GRASSROOTS, "accepted", "secretary", actor="both"))
    spec.given(step(VP_GRASSROOTS, "recognise.session"), step(VP_GRASSROOTS, "recognise.ballots"))
    spec.when(step(VP_GRASSROOTS, "recognise_task", actor="both"))

    spec.then_refused("house.four_eyes")


@pytest.mark.rule("house.four_eyes", "passes")
def test_who_did_not_register_a_task_may_recognise_it_though_an_officer_too(spec: Spec) -> None:
    spec.given(*with_both(VP_GRASSROOTS, "accepted", "secretary"))
    spec.given(step(VP_GRASSROOTS, "recognise.session"), step(VP_GRASSROOTS, "recognise.ballots"))
    spec.when(step(VP_GRASSROOTS, "recognise_task", actor="both"))

    spec.then_recorded()


@pytest.mark.rule("house.publication", "refuses")
def test_a_unit_without_a_portal_has_nowhere_to_publish(spec: Spec) -> None:
    bare = [without(one, "portal") if one.get("unit") == "BV1" else one for one in eve(HP_SECTOR, "publish_task")]
    spec.given(*bare)
    spec.when(step(HP_SECTOR, "publish_task"))

    spec.then_refused("house.publication")
