"""`khcn demo`: plays a made-up province and city into a new store, checks every answer, and shows what can be read."""

import re
from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from console.frame import Failure, Leaf, Setting
from console.importing import put_report
from console.results import OUTCOMES, put_verdict
from console.seeing import put_why
from console.showing import paper
from console.speech import language, put, put_table, say, tell
from engine.catalogue import N_
from engine.words import SOURCES

if TYPE_CHECKING:
    from demo.play import Answer
    from engine.desk import Desk
    from importing.run import Report

STORE = "sqlite:///khcn-demo.db"
LAST_DAY = date(2026, 10, 31)  # nothing in the bundle is younger, so what is asked for this day stays as it is
STORY, OPEN = "VP25-05", "VP25-06"  # a task with a history to read, and one that waits for a step
REGISTER = ["task", "plan", "level", "lead_unit", "state", "approved", "allocated", "disbursed", "returned", "grade"]
HISTORY = ["version", "kind", "on", "actor", "role", "document"]
NEXT = (
    "task show VP25-03",
    "task why VP25-05 publish_task",
    "task why HP26-08 resume_task --actor syt-hp.lanhdao",
    "audit history task:VP25-14",
    "task show VP25-11 --as-of 2025-12-31",
    "plan workflow HP36/sector",
    "task list --state in_progress",
    "registry funding",
)
MERGED, OWING = "VP25-19", "BVKA"  # a task whose unit was merged while it ran, and a unit that owes a report
OVERDUE = ["due", "status", "what", "period", "unit", "plan", "clause"]
SEEN = (
    (
        N_("A correction: a payment for VP25-19 was recorded with two digits changed about. Before it was put right:"),
        (f"task show {MERGED} --known-at {{before}}", f"audit history task:{MERGED}"),
    ),
    (
        N_("A rescission: the first approval of HP26-13 was taken back on 2026-04-02. The day before it still stood:"),
        ("task show HP26-13 --as-of 2026-04-01", "task show HP26-13"),
    ),
    (
        N_("A delegation: that first approval was given by the deputy, in the leader's place:"),
        ("audit history task:HP26-13",),
    ),
    (
        N_("A merger: two units became one on 2025-07-01. Their names on the day before, and today:"),
        ("registry units --as-of 2025-06-30", "registry units"),
    ),
    (
        N_("An overdue report; and everything that is owed, as a calendar:"),
        (f"due --unit {OWING} --on {LAST_DAY}", f"due --on {LAST_DAY} --ics due.ics"),
    ),
    (N_("A task from the old register, with file, sheet and row:"), ("audit history task:CU-23-02 --json",)),
)


@click.command(cls=Leaf)
@click.pass_context
def demo(ctx: click.Context) -> int:
    """Play a made-up province and city through both plans, in a new store: khcn-demo.db, or the one at --db."""
    from demo.play import IMPORTED, begin, play, take_over

    setting = ctx.ensure_object(Setting)
    if not _named(ctx):
        setting.db = STORE
    desk = setting.desk()
    _refuse_a_used_store(desk, setting.db)
    begin(desk)
    answers = list(play(desk))
    wrong = [answer for answer in answers if not answer.as_expected]
    _put_summary(answers)
    _put_refusals(answers)
    if wrong:
        _tell_differences(wrong)
        return 6
    report = take_over(desk)
    _put_import(report)
    if (report.rows, report.imported, report.refused) != IMPORTED:
        tell(N_("The old register did not come in as expected; this store or this release is not sound."))
        return 6
    _put_readings(desk)
    _put_due(desk)
    _put_next(desk, setting.db)
    return 0


def _named(ctx: click.Context) -> bool:
    """Whether --db or KHCN_DATABASE_URL was given, here or before the command."""
    given = (ParameterSource.COMMANDLINE, ParameterSource.ENVIRONMENT)
    here: click.Context | None = ctx
    while here is not None:
        if here.get_parameter_source("db") in given:
            return True
        here = here.parent
    return False


def _refuse_a_used_store(desk: "Desk", url: str) -> None:
    if not desk.log.created():
        return
    with desk.log.reader() as reader:
        events = reader.head()[0]
    if events:
        text = N_("The store {url} already holds {events} events; the demo plays only in a new store (--db URL).")
        raise Failure(2, text, url=_shown(url), events=events)


def _head(text: str, **params: Any) -> None:
    put("\n" + say(text, **params) + "\n")


def _put_summary(answers: Sequence["Answer"]) -> None:
    put(say(N_("Made-up people and numbers; the units are named as the public knows them.")))
    outcomes: Counter[str] = Counter(answer.result.outcome for answer in answers)
    parts = [f"{say(OUTCOMES[name])}: {outcomes[name]}" for name in OUTCOMES if outcomes[name]]
    put(say(N_("{total} commands were played - {parts}."), total=len(answers), parts=parts))


def _put_refusals(answers: Sequence["Answer"]) -> None:
    _head(N_("Refused by rule, each with one reason:"))
    verdicts = [verdict for answer in answers for verdict in answer.result.refusals]
    times = Counter(verdict.id for verdict in verdicts)
    first = {verdict.id: verdict for verdict in reversed(verdicts)}
    rows = [
        {
            "rule": ident,
            "source": say(SOURCES[first[ident].source]),
            "times": times[ident],
            "message": first[ident].problems[0].message.render(language()),
        }
        for ident in sorted(times)
    ]
    put_table(rows, ["rule", "source", "times", "message"])


def _tell_differences(wrong: Sequence["Answer"]) -> None:
    tell(N_("{count} answers are not as expected; this store or this release is not sound:"), count=len(wrong))
    for answer in wrong:
        place, result = answer.line.where.render(language()), answer.result
        text = N_("{place}: {outcome} ({rules}), expected: {expected} ({expected_rules})")
        came = {"outcome": say(OUTCOMES[result.outcome]), "rules": list(answer.given) or "-"}
        want = {"expected": say(OUTCOMES[answer.outcome]), "expected_rules": list(answer.rules) or "-"}
        tell(text, place=place, **came, **want)
        for verdict in result.refusals:
            put_verdict(verdict)
        for error in result.errors:
            tell(N_("{field}: {reason}"), field=error.field, reason=error.message)


def _put_readings(desk: "Desk") -> None:
    from projections import views
    from projections.registries import registry

    _head(N_("The register of tasks:"))
    put_table(registry(desk.log, "tasks", day=LAST_DAY), REGISTER)
    _head(N_("The history of {task}:"), task=STORY)
    events = views.history(desk, f"task:{STORY}")
    put_table([event | {"document": paper(event["document"])} for event in events], HISTORY)
    _head(N_("What can be done next with {task}, and what stands in the way:"), task=OPEN)
    put_why(views.why(desk, OPEN, on=LAST_DAY, lang=language()), everything=False)


def _put_import(report: "Report") -> None:
    from demo.play import MAPPING, REGISTER

    _head(N_("The old register {file}, taken over as {mapping} reads it:"), file=REGISTER, mapping=MAPPING)
    put_report(report)


def _put_due(desk: "Desk") -> None:
    from projections.obligations import owing

    rows = owing(desk.log, day=LAST_DAY, today=desk.today(), within=0, unit=OWING)
    _head(N_("What {unit} owes and is overdue on {day_on}:"), unit=OWING, day_on=LAST_DAY)
    put_table(rows, OVERDUE)


def _put_next(desk: "Desk", url: str) -> None:
    _head(N_("Now try:"))
    for words in NEXT:
        _put_command(words, url)
    _head(N_("What did not go by the book, and how it is seen:"))
    before = _before_correction(desk)
    for text, commands in SEEN:
        put("  " + say(text))
        for words in commands:
            _put_command(words.format(before=before), url, "    ")


def _put_command(words: str, url: str, indent: str = "  ") -> None:
    put(f"{indent}khcn {words} --db {_shown(url)}")


def _before_correction(desk: "Desk") -> str:
    """The recording time of the entry before the correction."""
    from engine.entries import events_of
    from engine.times import instant

    with desk.reading() as work:
        times = [(e.fact.KIND, e.recorded_at) for e in events_of(work.reader, f"task:{MERGED}")]
    place = next(place for place, (kind, _) in enumerate(times) if kind == "entry_corrected")
    return instant(times[place - 1][1])


def _shown(url: str) -> str:
    """The URL without its password."""
    return re.sub(r"(://[^:/@]*:)[^@]*@", r"\1***@", url)
