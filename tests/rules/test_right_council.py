"""Session: the right council for the task and the purpose, and a paper where an outside body decides."""

from typing import Any

import pytest

from tests.spec import Spec
from tests.world import (
    DEPARTMENT_COUNCIL,
    DEPARTMENT_MEMBERS,
    FIRST_DAY,
    HP_CITY,
    HP_GRASSROOTS,
    HP_MINISTRY,
    HP_SECTOR,
    HP_STATE,
    UNIT_COUNCIL,
    VP_GRASSROOTS,
    VP_PROVINCIAL,
    Command,
    council,
    council_of,
    crowd,
    deciding,
    document,
    eve,
    favourable,
    names,
    seats,
    sitting,
    step,
    story,
    voting,
    without,
)


def papers(workflow: str, key: str, **outcome: str) -> Command:
    """The step of a council, with a document where its session should stand."""
    taken = step(workflow, key)
    return without(taken, "session") | {"document": document("77/QĐ", taken["on"])} | outcome


def chamber(workflow: str, kind: str, **fields: Any) -> list[Command]:
    return council_of(5, workflow[:4], kind=kind, **fields)


def foreign_chamber() -> list[Command]:
    """A sector council of the other plan, in force."""
    on = FIRST_DAY["HP36"]
    return [*crowd(5, on), council("HD-X", on, "sector", "VP57", seats(names(5)))]


@pytest.mark.rule("HP36-III.1.1.c", "refuses")
@pytest.mark.parametrize("purpose", ["appraise", "accept"])
def test_a_sector_task_does_not_go_to_the_council_of_a_unit(spec: Spec, purpose: str) -> None:
    spec.given(*eve(HP_SECTOR, f"{purpose}.session"))
    spec.when(sitting(purpose, "2026-09-21", council=UNIT_COUNCIL))

    spec.then_refused("HP36-III.1.1.c")


@pytest.mark.rule("HP36-III.1.1.c", "refuses")
def test_an_appraisal_council_does_not_accept_a_sector_task(spec: Spec) -> None:
    spec.given(*eve(HP_SECTOR, "accept.session"), *chamber(HP_SECTOR, "appraisal"))
    spec.when(step(HP_SECTOR, "accept.session", council="HD-X", present=names(5)))

    spec.then_refused("HP36-III.1.1.c")


@pytest.mark.rule("HP36-III.1.1.c", "refuses")
def test_an_acceptance_council_does_not_appraise_a_sector_task(spec: Spec) -> None:
    spec.given(*eve(HP_SECTOR, "appraise.session"), *chamber(HP_SECTOR, "acceptance"))
    spec.when(step(HP_SECTOR, "appraise.session", council="HD-X", present=names(5)))

    spec.then_refused("HP36-III.1.1.c")


@pytest.mark.rule("HP36-III.1.1.c", "refuses")
def test_a_council_of_another_plan_does_not_appraise_a_sector_task(spec: Spec) -> None:
    spec.given(*eve(HP_SECTOR, "appraise.session"), *foreign_chamber())
    spec.when(step(HP_SECTOR, "appraise.session", council="HD-X", present=names(5)))

    spec.then_refused("HP36-III.1.1.c")


@pytest.mark.rule("HP36-III.1.1.c", "refuses")
def test_a_paper_does_not_appraise_a_sector_task(spec: Spec) -> None:
    spec.given(*eve(HP_SECTOR, "appraise.session"))
    spec.when(papers(HP_SECTOR, "appraise_task", result="passed"))

    spec.then_refused("HP36-III.1.1.c")


@pytest.mark.rule("HP36-III.1.1.c", "refuses")
def test_a_paper_does_not_accept_a_sector_task(spec: Spec) -> None:
    spec.given(*eve(HP_SECTOR, "accept.session"))
    spec.when(papers(HP_SECTOR, "accept_task", grade="pass"))

    spec.then_refused("HP36-III.1.1.c")


@pytest.mark.rule("house.right_council", "passes")
@pytest.mark.parametrize("kind", ["sector", "science", "appraisal"])
def test_these_councils_of_the_department_appraise_a_sector_task(spec: Spec, kind: str) -> None:
    spec.given(*eve(HP_SECTOR, "appraise.session"), *chamber(HP_SECTOR, kind))
    spec.when(step(HP_SECTOR, "appraise.session", council="HD-X", present=names(5)))

    spec.then_recorded()


@pytest.mark.rule("house.right_council", "passes")
@pytest.mark.parametrize("kind", ["sector", "science", "acceptance"])
def test_these_councils_of_the_department_accept_a_sector_task(spec: Spec, kind: str) -> None:
    spec.given(*eve(HP_SECTOR, "accept.session"), *chamber(HP_SECTOR, kind))
    spec.when(step(HP_SECTOR, "accept.session", council="HD-X", present=names(5)))

    spec.then_recorded()


@pytest.mark.rule("house.right_council", "refuses")
@pytest.mark.parametrize("workflow", [VP_GRASSROOTS, HP_GRASSROOTS])
def test_no_unit_has_a_council_of_the_sector(spec: Spec, workflow: str) -> None:
    spec.given(*eve(workflow, "appraise.session"), *chamber(workflow, "sector", unit="BV1"))
    spec.when(step(workflow, "appraise.session", council="HD-X", present=names(5)))

    spec.then_refused("house.right_council")


@pytest.mark.rule("house.right_council", "refuses")
@pytest.mark.parametrize("workflow", [VP_GRASSROOTS, HP_GRASSROOTS])
def test_a_grassroots_task_is_not_appraised_by_the_department(spec: Spec, workflow: str) -> None:
    spec.given(*eve(workflow, "appraise.session"))
    spec.when(step(workflow, "appraise.session", council=DEPARTMENT_COUNCIL, present=[*DEPARTMENT_MEMBERS]))

    spec.then_refused("house.right_council")


@pytest.mark.rule("house.right_council", "refuses")
def test_a_grassroots_task_is_not_appraised_by_another_unit(spec: Spec) -> None:
    spec.given(*eve(HP_GRASSROOTS, "appraise.session"), *chamber(HP_GRASSROOTS, "science", unit="BV2"))
    spec.when(step(HP_GRASSROOTS, "appraise.session", council="HD-X", present=names(5)))

    spec.then_refused("house.right_council")


@pytest.mark.rule("house.right_council", "refuses")
def test_an_acceptance_council_of_the_unit_does_not_appraise(spec: Spec) -> None:
    spec.given(*eve(HP_GRASSROOTS, "appraise.session"), *chamber(HP_GRASSROOTS, "acceptance", unit="BV1"))
    spec.when(step(HP_GRASSROOTS, "appraise.session", council="HD-X", present=names(5)))

    spec.then_refused("house.right_council")


@pytest.mark.rule("house.right_council", "passes")
@pytest.mark.parametrize("kind", ["science", "appraisal"])
def test_these_councils_of_the_lead_unit_appraise_a_grassroots_task(spec: Spec, kind: str) -> None:
    spec.given(*eve(HP_GRASSROOTS, "appraise.session"), *chamber(HP_GRASSROOTS, kind, unit="BV1"))
    spec.when(step(HP_GRASSROOTS, "appraise.session", council="HD-X", present=names(5)))

    spec.then_recorded()


@pytest.mark.rule("house.right_council", "passes")
@pytest.mark.parametrize("kind", ["science", "acceptance"])
def test_these_councils_of_the_lead_unit_accept_a_grassroots_task(spec: Spec, kind: str) -> None:
    spec.given(*eve(HP_GRASSROOTS, "accept.session"), *chamber(HP_GRASSROOTS, kind, unit="BV1"))
    spec.when(step(HP_GRASSROOTS, "accept.session", council="HD-X", present=names(5)))

    spec.then_recorded()


@pytest.mark.rule("house.right_council", "refuses")
def test_a_paper_does_not_appraise_a_grassroots_task(spec: Spec) -> None:
    spec.given(*eve(HP_GRASSROOTS, "appraise.session"))
    spec.when(papers(HP_GRASSROOTS, "appraise_task", result="passed"))

    spec.then_refused("house.right_council")


@pytest.mark.rule("house.right_council", "refuses")
@pytest.mark.parametrize("workflow", [HP_CITY, HP_MINISTRY, HP_STATE])
def test_no_council_here_appraises_a_task_of_an_outside_level(spec: Spec, workflow: str) -> None:
    spec.given(*eve(workflow, "appraise_task"))
    spec.when(sitting("appraise", "2026-03-02"))

    spec.then_refused("house.right_council")


@pytest.mark.rule("house.right_council", "refuses")
def test_no_council_here_accepts_a_provincial_task(spec: Spec) -> None:
    spec.given(*eve(VP_PROVINCIAL, "accept_task"))
    spec.when(sitting("accept", "2026-03-20"))

    spec.then_refused("house.right_council")


@pytest.mark.rule("house.right_council", "passes")
@pytest.mark.parametrize("workflow", [HP_CITY, HP_MINISTRY, HP_STATE])
def test_the_paper_of_the_outside_body_appraises(spec: Spec, workflow: str) -> None:
    spec.given(*eve(workflow, "appraise_task"))
    spec.when(step(workflow, "appraise_task"))

    spec.then_recorded()


@pytest.mark.rule("house.right_council", "passes")
def test_the_paper_of_the_province_accepts_a_provincial_task(spec: Spec) -> None:
    spec.given(*eve(VP_PROVINCIAL, "accept_task"))
    spec.when(step(VP_PROVINCIAL, "accept_task"))

    spec.then_recorded()


@pytest.mark.rule("VP57-V.2.a", "refuses")
@pytest.mark.parametrize("purpose", ["select", "appraise"])
def test_a_provincial_task_does_not_go_to_the_council_of_a_unit(spec: Spec, purpose: str) -> None:
    spec.given(*eve(VP_PROVINCIAL, f"{purpose}.session"))
    spec.when(sitting(purpose, "2025-04-20", council=UNIT_COUNCIL))

    spec.then_refused("VP57-V.2.a")


@pytest.mark.rule("VP57-V.2.a", "refuses")
def test_a_paper_does_not_appraise_a_provincial_task(spec: Spec) -> None:
    spec.given(*eve(VP_PROVINCIAL, "appraise.session"))
    spec.when(papers(VP_PROVINCIAL, "appraise_task", result="passed"))

    spec.then_refused("VP57-V.2.a")


@pytest.mark.rule("VP57-V.2.a", "refuses")
def test_a_paper_does_not_select_a_provincial_task(spec: Spec) -> None:
    spec.given(*eve(VP_PROVINCIAL, "select.session"))
    spec.when(papers(VP_PROVINCIAL, "select_task"))

    spec.then_refused("VP57-V.2.a")


@pytest.mark.rule("house.right_council", "passes")
@pytest.mark.parametrize("purpose", ["select", "appraise"])
def test_the_council_of_the_sector_selects_and_appraises_a_provincial_task(spec: Spec, purpose: str) -> None:
    spec.given(*eve(VP_PROVINCIAL, f"{purpose}.session"))
    spec.when(step(VP_PROVINCIAL, f"{purpose}.session"))

    spec.then_recorded()


@pytest.mark.rule("VP57-V.2.b", "refuses")
@pytest.mark.parametrize("workflow", [VP_GRASSROOTS, VP_PROVINCIAL])
def test_the_council_of_the_unit_does_not_recognise(spec: Spec, workflow: str) -> None:
    spec.given(*eve(workflow, "recognise.session"))
    spec.when(sitting("recognise", "2026-04-10", council=UNIT_COUNCIL))

    spec.then_refused("VP57-V.2.b")


@pytest.mark.rule("VP57-V.2.b", "refuses")
@pytest.mark.parametrize("kind", ["science", "acceptance", "appraisal"])
def test_a_council_of_the_department_other_than_the_sectors_does_not_recognise(spec: Spec, kind: str) -> None:
    spec.given(*eve(VP_GRASSROOTS, "recognise.session"), *chamber(VP_GRASSROOTS, kind))
    spec.when(step(VP_GRASSROOTS, "recognise.session", council="HD-X", present=names(5)))

    spec.then_refused("VP57-V.2.b")


@pytest.mark.rule("VP57-V.2.b", "refuses")
def test_a_paper_does_not_recognise(spec: Spec) -> None:
    spec.given(*eve(VP_GRASSROOTS, "recognise.session"))
    spec.when(papers(VP_GRASSROOTS, "recognise_task"))

    spec.then_refused("VP57-V.2.b")


@pytest.mark.rule("house.right_council", "passes")
@pytest.mark.parametrize("workflow", [VP_GRASSROOTS, VP_PROVINCIAL])
def test_the_sectors_council_recognises(spec: Spec, workflow: str) -> None:
    spec.given(*eve(workflow, "recognise.session"))
    spec.when(step(workflow, "recognise.session"))

    spec.then_recorded()


BY_COUNCIL = [
    pytest.param(HP_SECTOR, "appraise_task", marks=pytest.mark.rule("HP36-III.1.1.c", "passes")),
    pytest.param(HP_SECTOR, "accept_task", marks=pytest.mark.rule("HP36-III.1.1.c", "passes")),
    pytest.param(VP_PROVINCIAL, "select_task", marks=pytest.mark.rule("VP57-V.2.a", "passes")),
    pytest.param(VP_PROVINCIAL, "appraise_task", marks=pytest.mark.rule("VP57-V.2.a", "passes")),
    pytest.param(VP_GRASSROOTS, "recognise_task", marks=pytest.mark.rule("VP57-V.2.b", "passes")),
    pytest.param(VP_PROVINCIAL, "recognise_task", marks=pytest.mark.rule("VP57-V.2.b", "passes")),
]


@pytest.mark.parametrize(("workflow", "decided"), BY_COUNCIL)
def test_what_its_own_council_decided_is_recorded(spec: Spec, workflow: str, decided: str) -> None:
    spec.given(*eve(workflow, decided))
    spec.when(step(workflow, decided))

    spec.then_recorded()


# A purpose that the workflow has not: what is amiss is the step, not who decided.
LACKING = [
    (VP_GRASSROOTS, "select", "registered", "2025-04-20"),
    (HP_SECTOR, "select", "registered", "2026-03-02"),
    (HP_GRASSROOTS, "recognise", "accepted", "2026-10-02"),
    (HP_CITY, "recognise", "accepted", "2026-10-02"),
]


@pytest.mark.rule("house.order_of_steps", "refuses")
@pytest.mark.parametrize(("workflow", "purpose", "state", "on"), LACKING)
def test_a_paper_for_a_purpose_that_the_workflow_lacks_is_refused_as_a_step_that_is_not_there(
    spec: Spec, workflow: str, purpose: str, state: str, on: str
) -> None:
    spec.given(*story(workflow, state))
    spec.when(without(deciding(purpose, on), "session") | {"document": document("77/QĐ", on)})

    spec.then_refused("house.order_of_steps")


@pytest.mark.rule("house.right_council", "passes")
@pytest.mark.rule("house.order_of_steps", "refuses")
@pytest.mark.parametrize(("workflow", "purpose", "state", "on"), LACKING)
def test_a_purpose_that_the_workflow_lacks_is_refused_at_the_step_and_not_at_the_session(
    spec: Spec, workflow: str, purpose: str, state: str, on: str
) -> None:
    spec.given(*story(workflow, state))
    spec.given(sitting(purpose, on), voting(purpose, on, favourable(purpose, DEPARTMENT_MEMBERS)))
    spec.when(deciding(purpose, on))

    spec.then_refused("house.order_of_steps")


@pytest.mark.rule("house.right_council", "refuses")
def test_a_council_of_a_kind_that_recognises_nothing_does_not_sit_on_it_either(spec: Spec) -> None:
    spec.given(*story(HP_GRASSROOTS, "accepted"))
    spec.when(sitting("recognise", "2026-10-02", council=UNIT_COUNCIL))

    spec.then_refused("house.right_council")
