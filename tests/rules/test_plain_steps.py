"""Steps that a plan defines for itself: each field is what the plan says, and what is recorded can be read again."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic_core import from_json

from engine.commands import AdoptPlan
from engine.entries import events_of
from engine.envelope import decode, encode
from engine.events import PlainStepTaken
from engine.fields import Document
from engine.fold import corrected
from engine.parse import ask_for
from engine.replay import command_of
from tests.plans.plans import NEXT_YEAR, ROOT
from tests.rules.correcting import correction
from tests.spec import Spec, adopt, builtin_contents, shown
from tests.world import HP_SECTOR, UNIT_COUNCIL, Command, command, person, story, years_before
from workflows.load import content, digest, load_plan
from workflows.rules import RULES

PAGE = ROOT / "docs" / "plan-format.md"
CERTIFICATE = {"number": "07/GCN-HĐĐĐ", "date": "2026-03-20", "issuer": "Hội đồng đạo đức"}
FIELDS = [
    {"name": "committee", "type": "text"},
    {"name": "certificate", "type": "document"},
    {"name": "opinion", "type": "document", "required": False},
    {"name": "valid_until", "type": "date"},
    {"name": "participants", "type": "integer", "required": False},
    {"name": "minors", "type": "boolean", "required": False},
]
REVIEW = {"committee": "Hội đồng đạo đức Bịa", "certificate": CERTIFICATE, "valid_until": "2027-03-19"}
LONGEST = 10_000


def adopted(spec: Spec, *fields: dict[str, Any]) -> None:
    """HP36 with a step of its own, a review of ethics between appraisal and approval, with these fields."""
    step = {
        "moves": {"appraised": "stay"},
        "roles": ["secretary"],
        "title": {"vi": "Xét duyệt đạo đức", "en": "Review the ethics"},
        "fields": fields or FIELDS,
    }
    workflows = next(content for ident, content, _ in builtin_contents() if ident == "HP36")["workflows"]
    workflows["sector"]["steps"]["review_ethics"] = step
    adopt(spec, workflows=workflows)
    spec.given(*story(HP_SECTOR, until="appraised"))


def review(**changes: Any) -> Command:
    given = {**REVIEW, **changes}
    return command("review_ethics", "sec", "2026-03-20", task="T1", **{k: v for k, v in given.items() if v is not None})


def newest(spec: Spec) -> PlainStepTaken:
    """The fact recorded last of T1, which is one of these steps."""
    with spec.log.reader() as reader:
        fact = list(events_of(reader, "task:T1"))[-1].fact
    assert isinstance(fact, PlainStepTaken)
    return fact


def test_what_is_given_is_recorded_as_its_type_has_it(spec: Spec) -> None:
    adopted(spec)
    spec.when(review(participants=120, minors=False, opinion=CERTIFICATE))

    spec.then_recorded()
    assert newest(spec).fields == {
        "committee": "Hội đồng đạo đức Bịa",
        "certificate": Document.model_validate(CERTIFICATE),
        "opinion": Document.model_validate(CERTIFICATE),
        "valid_until": "2027-03-19",
        "participants": 120,
        "minors": False,
    }


def test_it_is_read_again_and_decided_again_as_it_was(spec: Spec) -> None:
    adopted(spec)
    spec.given(review(participants=120))
    with spec.log.reader() as reader:
        event = list(events_of(reader, "task:T1"))[-1]
    again = decode(event.position, event.stream, event.version, encode(event))
    found = command_of(again)

    assert again == event
    assert found is not None
    assert found.model_dump(mode="json", exclude_none=True) == review(participants=120)


@pytest.mark.parametrize("left_out", ["participants", "minors", "opinion"])
def test_what_may_be_left_out_is_not_missed(spec: Spec, left_out: str) -> None:
    adopted(spec)
    whole: dict[str, Any] = {"participants": 1, "minors": True, "opinion": CERTIFICATE}
    spec.when(review(**{**whole, left_out: None}))

    spec.then_recorded()


@pytest.mark.parametrize(
    ("changes", "wrong", "told"),
    [
        ({"valid_until": "hôm qua"}, "valid_until", "This is not a date: write it as YYYY-MM-DD."),
        ({"valid_until": "2027-02-30"}, "valid_until", "This is not a date: write it as YYYY-MM-DD."),
        ({"valid_until": None}, "valid_until", "This field is required."),
        ({"committee": 5}, "committee", "This must be text."),
        ({"committee": " "}, "committee", "This text may not be blank."),
        ({"committee": "x" * (LONGEST + 1)}, "committee", "The text is too long: at most 10000 characters."),
        ({"committee": "a\x00b"}, "committee", "The text has a NUL character in it."),
        ({"participants": "120"}, "participants", "This must be a whole number, without quotes or separators."),
        ({"participants": True}, "participants", "This must be a whole number, without quotes or separators."),
        ({"participants": 1.5}, "participants", "This must be a whole number, without quotes or separators."),
        ({"participants": 10**15 + 1}, "participants", f"This must be at most {10**15}."),
        ({"minors": "no"}, "minors", "This must be true or false."),
        ({"minors": 0}, "minors", "This must be true or false."),
        ({"certificate": "x"}, "certificate", "This must be an object with its fields."),
        (
            {"certificate": {**CERTIFICATE, "date": "x"}},
            "certificate.date",
            "This is not a date: write it as YYYY-MM-DD.",
        ),
        ({"certificate": {**CERTIFICATE, "no": 7}}, "certificate.no", "There is no such field here."),
        (
            {"certificate": {**CERTIFICATE, "file": "scan.pdf"}},
            "certificate",
            "Files are kept of the step's own document alone: give the file there (document).",
        ),
        ({"colour": "xanh"}, "colour", "There is no such field here."),
    ],
)
def test_what_is_not_of_its_type_is_invalid(spec: Spec, changes: Command, wrong: str, told: str) -> None:
    adopted(spec)
    spec.when(review(**changes))

    assert spec.result is not None
    assert spec.result.outcome == "invalid"
    assert [(error.field, error.message.render("en")) for error in spec.result.errors] == [(wrong, told)]


def test_a_text_of_the_longest_length_is_taken(spec: Spec) -> None:
    adopted(spec)
    spec.when(review(committee="đ" * LONGEST))

    spec.then_recorded()


@pytest.mark.rule("house.document", "refuses")
@pytest.mark.parametrize("gone", ["number", "date", "issuer"])
@pytest.mark.parametrize("name", ["certificate", "opinion"])
def test_a_document_in_a_field_has_number_date_and_issuer(spec: Spec, name: str, gone: str) -> None:
    adopted(spec)
    spec.when(review(**{name: {part: value for part, value in CERTIFICATE.items() if part != gone}}))

    spec.then_refused("house.document")


@pytest.mark.rule("house.document", "refuses")
def test_a_document_that_the_plan_requires_is_there(spec: Spec) -> None:
    adopted(spec)
    spec.when(review(certificate=None))

    spec.then_refused("house.document")


OWN = {"name": "document", "type": "document"}, {"name": "reason", "type": "text"}


def test_a_plan_may_require_the_document_and_the_reason_that_every_step_has(spec: Spec) -> None:
    adopted(spec, *OWN)
    bare = command("review_ethics", "sec", "2026-03-20", task="T1")
    spec.when({**bare, "reason": "Nghiên cứu trên người"}).then_refused("house.document")
    spec.when({**bare, "document": CERTIFICATE}).then_invalid("reason")
    spec.when({**bare, "document": CERTIFICATE, "reason": "Nghiên cứu trên người"}).then_recorded()

    assert (newest(spec).fields, newest(spec).reason) == ({}, "Nghiên cứu trên người")


def test_why_asks_for_the_document_that_the_plan_requires(spec: Spec) -> None:
    adopted(spec)
    (told,) = spec.why("T1", "review_ethics", actor="sec")["steps"]

    assert (told["allowed"], told["refusals"]) == (True, [])


def test_the_step_of_the_page_is_recorded_under_the_plan_of_the_page(spec: Spec) -> None:
    spec.now = datetime(2027, 6, 1, 3, 0, tzinfo=UTC)
    plan = load_plan(NEXT_YEAR, rules=RULES)
    command = AdoptPlan(
        actor="admin", on=spec.now.date(), plan=plan.id, content=from_json(content(plan)), sha256=digest(plan)
    )
    (result,) = spec.desk.batch([ask_for(command)])
    assert result.outcome == "recorded", shown(result)
    past = [each for each in story(HP_SECTOR, until="appraised", topic_group=1) if each.get("council") != UNIT_COUNCIL]
    told = json.dumps(years_before(past, -1), ensure_ascii=False)
    spec.given(*json.loads(told.replace('"HP36"', '"SYT27"').replace('"T1"', '"NV-01"')))
    spec.given(person("thu-ky", "2027-02-05", roles=["secretary"]))
    (example,) = re.findall(r"```json\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    spec.when(json.loads(example))

    spec.then_recorded()
    assert spec.task("NV-01")["state"] == "ethics_reviewed"


def test_what_is_not_of_its_type_is_invalid_whatever_else_stands_in_the_way(spec: Spec) -> None:
    adopted(spec)
    spec.when({**review(participants="120"), "actor": "pi1", "on": "2026-12-31"})

    spec.then_invalid("participants")


@pytest.mark.parametrize(
    ("field", "value", "now"),
    [
        ("committee", "Hội đồng khác", "Hội đồng khác"),
        ("participants", 120, 120),
        ("participants", "120", 120),  # as a verb or a cell has it
        ("minors", "true", True),
        ("valid_until", "20/03/2027", "2027-03-20"),
        (
            "certificate",
            {**CERTIFICATE, "number": "8/GCN"},
            Document.model_validate({**CERTIFICATE, "number": "8/GCN"}),
        ),
        ("reason", "Nghiên cứu trên người", None),
    ],
)
def test_a_field_of_the_plans_own_is_corrected_as_its_type_has_it(
    spec: Spec, field: str, value: Any, now: object
) -> None:
    adopted(spec)
    spec.given(review())
    spec.given(correction("task:T1", 3, field, value))
    with spec.log.reader() as reader:
        entry = list(corrected(list(events_of(reader, "task:T1"))))[2].fact
    assert isinstance(entry, PlainStepTaken)

    assert entry.fields.get(field) == now
    assert field != "reason" or entry.reason == value


@pytest.mark.parametrize(
    ("field", "value", "wrong"),
    [("participants", "many", "value"), ("colour", "xanh", "field"), ("committee", None, "value")],
)
def test_a_field_of_the_plans_own_is_not_corrected_to_what_it_cannot_be(
    spec: Spec, field: str, value: Any, wrong: str
) -> None:
    adopted(spec)
    spec.given(review())
    spec.when(correction("task:T1", 3, field, value))

    spec.then_invalid(wrong)


def test_a_step_that_a_newer_version_dropped_is_taken_by_the_tasks_of_the_older(spec: Spec) -> None:
    adopted(spec)
    adopt(spec, obligations=[])  # a version without the step
    spec.when(review())

    spec.then_recorded()


def test_a_step_that_the_tasks_version_lacks_is_refused_for_that_alone(spec: Spec) -> None:
    spec.given(*story(HP_SECTOR, until="appraised"))
    workflows = next(content for ident, content, _ in builtin_contents() if ident == "HP36")["workflows"]
    workflows["sector"]["steps"]["review_ethics"] = {"moves": {"appraised": "stay"}, "roles": ["secretary"]}
    adopt(spec, workflows=workflows)
    spec.when(command("review_ethics", "sec", "2026-03-20", task="T1"))

    spec.then_refused("house.order_of_steps")
