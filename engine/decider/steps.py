"""Decides what fact a step of a task becomes: the target state, results from ballots, money, publication."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any

from pydantic import ValidationError

from engine import commands as c
from engine import events as e
from engine import tally
from engine.ask import Ask
from engine.catalogue import N_, Message
from engine.decider.answers import FieldError, Invalid
from engine.envelope import Fact
from engine.fields import Document, Item
from engine.plan import BACK, STAY


def step_fact(ask: Ask) -> Fact | Invalid:
    """The fact of an accepted step; Invalid where a plan's own step lacks or misnames its fields."""
    build = _FACTS.get(ask.command.command)
    return build(ask) if build else _plain(ask)


def basis(ask: Ask) -> Document | None:
    """The document an event of this step rests on: its own, the contract, or the minutes of the session."""
    command = ask.command
    cls: type[c.Command] = type(command)
    fields = c.fields_of(cls)
    for name in ("document", "contract", "minutes"):
        given: Document | None = getattr(command, name) if name in fields else None
        if given is not None:
            return given
    session = ask.facts.session(command.session) if "session" in fields and command.session else None
    return Document.model_validate(session.minutes) if session and session.minutes else None


def _target(ask: Ask, outcome: str = "") -> str:
    assert ask.step is not None
    name = ask.step.targets(ask.task.state)[outcome]
    return ask.task.state if name == STAY else ask.task.came_from if name == BACK else name


def _move(ask: Ask, outcome: str = "") -> dict[str, Any]:
    return {"task": ask.task.task, "source": ask.task.state, "target": _target(ask, outcome)}


def _registered(ask: Ask) -> Fact:
    cmd: c.RegisterTask = ask.command
    fields = cmd.model_dump(exclude={"command", "command_id", "actor", "on", "document", "estimate"})
    return e.TaskRegistered(
        **fields,
        estimate=cmd.estimate,
        plan_version=ask.plan_version,
        source=ask.task.state,
        target=_target(ask),
    )


def _returned(ask: Ask) -> Fact:
    return e.TaskReturned(**_move(ask), reason=ask.command.reason, missing=ask.command.missing)


def _resubmitted(ask: Ask) -> Fact:
    cmd: c.ResubmitTask = ask.command
    return e.TaskResubmitted(**_move(ask), changes=cmd.changes, estimate=cmd.estimate, start=cmd.start, end=cmd.end)


def _selected(ask: Ask) -> Fact:
    return e.TaskSelected(**_move(ask), **_votes(ask))


def _recognised(ask: Ask) -> Fact:
    return e.TaskRecognised(**_move(ask), **_votes(ask))


def _votes(ask: Ask) -> dict[str, Any]:
    session = ask.facts.session(ask.command.session)
    item = session.item(ask.purpose, ask.task.task) if session else None
    assert session is not None
    assert item is not None
    return {
        "session": session.session,
        "present": len(tally.sitting(session, item)),
        "counts": tally.counts(item),
    }


def _appraised(ask: Ask) -> Fact:
    cmd: c.AppraiseTask = ask.command
    if cmd.result is not None:
        return e.TaskAppraised(**_move(ask, cmd.result), result=cmd.result)
    session = ask.facts.session(cmd.session or "")
    item = session.item(ask.purpose, ask.task.task) if session else None
    points = tally.average(item) if item else None
    assert points is not None
    assert ask.plan is not None
    result = tally.appraisal(points, ask.plan.council.score)
    return e.TaskAppraised(**_move(ask, result), **_votes(ask), result=result, average=str(points))


def _accepted(ask: Ask) -> Fact:
    cmd: c.AcceptTask = ask.command
    if cmd.grade is not None:
        return e.TaskAccepted(**_move(ask, cmd.grade), grade=cmd.grade)
    session = ask.facts.session(cmd.session or "")
    item = session.item(ask.purpose, ask.task.task) if session else None
    assert session is not None
    assert item is not None
    assert ask.plan is not None
    grade = tally.grade(item, len(tally.sitting(session, item)), ask.plan.council.grade)
    return e.TaskAccepted(**_move(ask, grade), **_votes(ask), grade=grade)


def _approved(ask: Ask) -> Fact:
    cmd: c.ApproveTask = ask.command
    known = ask.task.appraised or ask.task.estimate
    # Of an imported task the sum may be known and not what it is made up of.
    items = cmd.estimate or tuple(Item(content=content, amount=amount) for content, amount in known if content)
    return e.TaskApproved(
        **_move(ask), authority=cmd.authority, amount=cmd.amount, estimate=items, suppliers=cmd.suppliers
    )


def _stopped(kind: type[e.TaskStopped]) -> Callable[[Ask], Fact]:
    return lambda ask: kind(**_move(ask), reason=ask.command.reason)


def _funded(ask: Ask) -> Fact:
    return e.TaskFunded(**_move(ask), line=ask.command.line, amount=ask.command.amount)


def _disbursed(ask: Ask) -> Fact:
    cmd: c.Disburse = ask.command
    return e.FundsDisbursed(
        **_move(ask),
        line=cmd.line,
        amount=cmd.amount,
        beneficiary=cmd.beneficiary,
        content=cmd.content,
        voucher=cmd.voucher,
    )


def _money_returned(ask: Ask) -> Fact:
    cmd: c.ReturnFunds = ask.command
    return e.FundsReturned(**_move(ask), line=cmd.line, amount=cmd.amount, voucher=cmd.voucher)


def _started(ask: Ask) -> Fact:
    return e.TaskStarted(**_move(ask), contract=ask.command.contract, ethics=ask.command.ethics)


def _progress(ask: Ask) -> Fact:
    cmd: c.ReportProgress = ask.command
    return e.ProgressReported(**_move(ask), period=cmd.period, percent=cmd.percent, summary=cmd.summary)


def _submitted(ask: Ask) -> Fact:
    days = ask.step.effect.get("late_after_days") if ask.step else None
    end = ask.then.end
    known = end != end.min  # of an imported task it may not be
    late = days is not None and known and (ask.command.on - end).days > days
    return e.SubmittedForAcceptance(**_move(ask), dossier=ask.command.dossier, late=late)


def _inspected(ask: Ask) -> Fact:
    return e.TaskInspected(**_move(ask), findings=ask.command.findings, of_use=ask.command.of_use)


def _amended(ask: Ask) -> Fact:
    cmd: c.AmendTask = ask.command
    return e.TaskAmended(
        **_move(ask),
        reason=cmd.reason,
        end=cmd.end,
        investigator=cmd.investigator,
        team=cmd.team,
        estimate=cmd.estimate,
        suppliers=cmd.suppliers,
    )


def _in_a_journal(ask: Ask) -> Fact:
    return e.PublicationRecorded(**_move(ask), citation=ask.command.citation, doi=ask.command.doi)


def _commended(ask: Ask) -> Fact:
    cmd: c.Commend = ask.command
    return e.TaskCommended(**_move(ask), form=cmd.form, persons=cmd.persons, unit=cmd.unit)


def _published(ask: Ask) -> Fact:
    return e.TaskPublished(**_move(ask), url=ask.command.url, parts=ask.command.parts)


def _closed(ask: Ask) -> Fact:
    return e.TaskClosed(**_move(ask))


def _waived(ask: Ask) -> Fact:
    cmd: c.WaiveRule = ask.command
    return e.RuleWaived(task=cmd.task, rule=cmd.rule, step=cmd.step, reason=cmd.reason)


def unfit(ask: Ask) -> Invalid | None:
    """What is wrong with the fields of a step that the plan defines; told before any rule."""
    if not isinstance(ask.command, c.PlainStep) or ask.step is None:
        return None
    errors = _own_fields(ask)[1]
    return Invalid(tuple(errors)) if errors else None


def _own_fields(ask: Ask) -> tuple[dict[str, Document | str | int | bool], list[FieldError]]:
    """The fields of a step that the plan defines, each of the declared type, and what is wrong with them."""
    cmd: c.PlainStep = ask.command
    given: dict[str, Any] = dict(cmd.model_extra or {})
    errors: list[FieldError] = []
    kept: dict[str, Document | str | int | bool] = {}
    for field in ask.step.fields if ask.step else ():
        beside = field.name in c.PlainStep.model_fields  # `document` and `reason`, which every such step has
        value: Any = getattr(cmd, field.name) if beside else given.pop(field.name, None)
        if value is None or beside:
            if value is None and field.required and field.type != "document":  # of which house.document speaks
                errors.append(FieldError(field.name, Message(N_("This field is required."))))
            continue
        try:
            read = field.read(value)
        except ValidationError as error:
            errors += _wrong(field.name, error)
            continue
        if isinstance(read, Document) and not read.model_fields_set.isdisjoint(_FILE):
            text = N_("Files are kept of the step's own document alone: give the file there (document).")
            errors.append(FieldError(field.name, Message(text)))
        kept[field.name] = read.isoformat() if isinstance(read, date) else read
    errors += [FieldError(name, Message(N_("There is no such field here."))) for name in given]
    return kept, errors


def _plain(ask: Ask) -> Fact:
    cmd: c.PlainStep = ask.command
    return e.PlainStepTaken(**_move(ask), step=cmd.command, fields=_own_fields(ask)[0], reason=cmd.reason)


_FILE = ("file", "sha256", "size", "media_type")


def _wrong(name: str, error: ValidationError) -> Iterator[FieldError]:
    from engine.parse import field_errors  # it needs the answers of this package

    for details in error.errors(include_url=False):
        details["loc"] = (name, *details["loc"])
        yield from field_errors(details)


_FACTS: Mapping[str, Callable[[Ask], Fact]] = {
    "register_task": _registered,
    "return_task": _returned,
    "resubmit_task": _resubmitted,
    "select_task": _selected,
    "appraise_task": _appraised,
    "accept_task": _accepted,
    "recognise_task": _recognised,
    "approve_task": _approved,
    "reject_task": _stopped(e.TaskRejected),
    "terminate_task": _stopped(e.TaskTerminated),
    "suspend_task": _stopped(e.TaskSuspended),
    "resume_task": _stopped(e.TaskResumed),
    "withdraw_task": _stopped(e.TaskWithdrawn),
    "fund_task": _funded,
    "start_task": _started,
    "report_progress": _progress,
    "inspect_task": _inspected,
    "amend_task": _amended,
    "record_publication": _in_a_journal,
    "commend": _commended,
    "disburse": _disbursed,
    "return_funds": _money_returned,
    "submit_for_acceptance": _submitted,
    "publish_task": _published,
    "close_task": _closed,
    "waive_rule": _waived,
}
