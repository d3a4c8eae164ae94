"""The seven workflows have the states and moves of the plans; machine, table and chart say the same as the data."""

from __future__ import annotations

import re

import pytest

from engine.machine import edges, ending, label, machine_of, mermaid, reachable, table
from engine.plan import BACK, NEW, STAY, Workflow
from tests.plans.plans import LEVELS, workflow

ALL = (*LEVELS, "SYT27/sector", "PANEL/panel")
TO_APPROVED = "registered > appraised > approved"
HP36 = f"{TO_APPROVED} > funded > in_progress > submitted > accepted > published > closed"
CHAINS = {
    "VP57/grassroots": (
        f"{TO_APPROVED} > funded > in_progress > submitted > accepted > recognised > published > closed"
    ),
    "VP57/provincial": (
        "registered > selected > appraised > approved > funded > in_progress > submitted > accepted > recognised"
        " > published > closed"
    ),
    "SYT27/sector": HP36.replace("appraised >", "appraised > ethics_reviewed >"),
}
SIDE = {"returned", "revision_requested", "suspended", "not_accepted", "rejected", "withdrawn", "terminated"}
SPENDING = {"in_progress", "suspended", "submitted", "accepted", "recognised", "published"}
RECORDS = {
    "report_progress": {"in_progress"},
    "amend_task": {"approved", "funded", "in_progress", "suspended"},
    "disburse": SPENDING,
    "return_funds": SPENDING | {"funded", "not_accepted", "terminated", "withdrawn"},
    "inspect_task": SPENDING | {"closed"},
    "record_publication": SPENDING | {"closed"},
    "commend": {"recognised", "published", "closed"},
}
EARLY = {"registered", "returned", "selected", "revision_requested", "appraised"}
SIDE_STEPS = {
    "return_task": (EARLY & {"registered", "selected"}, "returned"),
    "reject_task": (EARLY, "rejected"),
    "withdraw_task": (EARLY | {"approved", "funded"}, "withdrawn"),
    "suspend_task": ({"in_progress"}, "suspended"),
    "resume_task": ({"suspended"}, "in_progress"),
    "terminate_task": (
        {"approved", "funded", "in_progress", "suspended", "submitted", "not_accepted"},
        "terminated",
    ),
}


@pytest.mark.parametrize("name", ALL)
def test_the_chain_of_a_workflow(name: str) -> None:
    assert " > ".join(workflow(name).chain) == CHAINS.get(name, HP36)


@pytest.mark.parametrize("name", LEVELS)
def test_the_states_of_a_workflow_are_its_chain_and_the_side_states(name: str) -> None:
    assert workflow(name).state_names == {*workflow(name).chain, *SIDE}


SAME_EVERYWHERE = {
    ("register_task", NEW, ""): "registered",
    ("resubmit_task", "returned", ""): BACK,
    ("resubmit_task", "revision_requested", ""): BACK,
    ("approve_task", "appraised", ""): "approved",
    ("fund_task", "approved", ""): "funded",
    ("fund_task", "funded", ""): STAY,
    ("fund_task", "in_progress", ""): STAY,
    ("start_task", "funded", ""): "in_progress",
    ("submit_for_acceptance", "in_progress", ""): "submitted",
    ("submit_for_acceptance", "not_accepted", ""): "submitted",
    ("accept_task", "submitted", "excellent"): "accepted",
    ("accept_task", "submitted", "pass"): "accepted",
    ("accept_task", "submitted", "fail"): "not_accepted",
    ("close_task", "published", ""): "closed",
}
WITHOUT_RECOGNITION = {
    ("publish_task", "accepted", ""): "published",
    ("close_task", "accepted", ""): "closed",
    ("commend", "accepted", ""): STAY,
}
WITH_RECOGNITION = {
    ("recognise_task", "accepted", ""): "recognised",
    ("publish_task", "recognised", ""): "published",
}
APPRAISAL = {"passed": "appraised", "revision": "revision_requested", "failed": "rejected"}


def moves_of(name: str) -> dict[tuple[str, str, str], str]:
    """(step, source, outcome) -> target, as the plans have it, without a look at the data."""
    provincial = name == "VP57/provincial"
    dossier = "selected" if provincial else "registered"
    found = SAME_EVERYWHERE | (WITH_RECOGNITION if name.startswith("VP57") else WITHOUT_RECOGNITION)
    found |= {("appraise_task", dossier, outcome): target for outcome, target in APPRAISAL.items()}
    if provincial:
        found["select_task", "registered", ""] = "selected"
    states = workflow(name).state_names
    for step, (sources, target) in SIDE_STEPS.items():
        found |= {(step, source, ""): target for source in sources & states}
    for step, sources in RECORDS.items():
        found |= {(step, source, ""): STAY for source in sources & states}
    return found


def data_of(workflow: Workflow) -> dict[tuple[str, str, str], str]:
    return {
        (name, source, outcome): target
        for name, step in workflow.steps.items()
        for source in step.moves
        for outcome, target in step.targets(source).items()
    }


@pytest.mark.parametrize("name", LEVELS)
def test_every_move_of_a_workflow(name: str) -> None:
    assert data_of(workflow(name)) == moves_of(name)


U, S, L, F = "unit_officer", "secretary", "leader", "finance"
WHO = {
    "register_task": (U,), "return_task": (S,), "resubmit_task": (U,), "select_task": (S,), "appraise_task": (S,),
    "reject_task": (L,), "terminate_task": (L,), "suspend_task": (L,), "resume_task": (L,), "withdraw_task": (U,),
    "fund_task": (F,), "start_task": (S, U), "report_progress": (U,), "inspect_task": (S, L), "amend_task": (L,),
    "disburse": (F,), "return_funds": (F,), "submit_for_acceptance": (U,), "accept_task": (S,),
    "recognise_task": (S,), "publish_task": (U,), "close_task": (F,), "record_publication": (U,), "commend": (S, L),
}  # fmt: skip


@pytest.mark.parametrize("name", LEVELS)
def test_who_takes_each_step(name: str) -> None:
    who = {step: each.roles for step, each in workflow(name).steps.items() if step != "approve_task"}

    assert who == {step: roles for step, roles in WHO.items() if step in workflow(name).steps}


@pytest.mark.parametrize("name", ALL)
def test_table_and_data_agree_for_every_state_and_step(name: str) -> None:
    flow = workflow(name)
    compiled = table(flow)
    for state in (NEW, *flow.state_names):
        for step_name, step in flow.steps.items():
            expected: dict[str, str] = {}
            for outcome, target in step.targets(state).items():
                if target == BACK:
                    before = {edge.source for edge in edges(flow) if edge.target == state and edge.source != state}
                    expected |= {former: former for former in before}
                else:
                    expected[outcome] = state if target == STAY else target

            assert compiled.get((state, step_name), {}) == expected


@pytest.mark.parametrize("name", ALL)
def test_the_machine_is_bound_to_no_model_and_starts_before_registration(name: str) -> None:
    machine = machine_of(workflow(name))

    assert machine.models == []
    assert set(machine.states) == {NEW, *workflow(name).state_names}
    assert {edge.step for edge in edges(workflow(name))} == set(workflow(name).steps)


@pytest.mark.parametrize("name", ALL)
def test_every_state_is_reached_and_leads_to_an_end(name: str) -> None:
    assert reachable(workflow(name)) == workflow(name).state_names
    assert ending(workflow(name)) == workflow(name).state_names


ARROW = re.compile(r"^    (\S+) --> (\w+): (.+)$", re.MULTILINE)
NOTE = re.compile(r"^    note right of (\w+)\n        (.+)\n    end note$", re.MULTILINE)


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("name", ALL)
def test_the_charts_edges_are_the_machines_edges(name: str, lang: str) -> None:
    flow = workflow(name)
    chart = mermaid(flow, lang)
    drawn = {
        (NEW if source == "[*]" else source, shown, target)
        for source, target, labels in ARROW.findall(chart)
        for shown in labels.split(" / ")
    } | {(state, shown, state) for state, labels in NOTE.findall(chart) for shown in labels.split(" / ")}

    assert drawn == {(edge.source, label(flow, edge, lang), edge.target) for edge in edges(flow)}


@pytest.mark.parametrize("name", ALL)
def test_a_chart_ends_where_the_workflow_ends(name: str) -> None:
    drawn = re.findall(r"^    (\w+) --> \[\*\]$", mermaid(workflow(name), "vi"), re.MULTILINE)

    assert drawn == [state.name for state in workflow(name).states if state.final]


def test_a_chart_names_states_in_the_language_asked_for() -> None:
    assert 'state "đã nghiệm thu" as accepted' in mermaid(workflow("HP36/sector"), "vi")
    assert 'state "accepted" as accepted' in mermaid(workflow("HP36/sector"), "en")
