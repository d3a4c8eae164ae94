"""The page of a bundle for people: what happened, by whom, on which document, by which rule. No script, no network.

It is for reading and proves nothing. In Vietnamese or English; what was recorded stays in its own words."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from fractions import Fraction
from html import escape
from inspect import cleandoc
from typing import Any

from engine.catalogue import N_, Message, render
from engine.commands import COMMANDS
from engine.envelope import Event, Finding
from engine.events import (
    EntryCorrected,
    PersonAdded,
    PlainStepTaken,
    PlanAdopted,
    StepTaken,
    TaskImported,
    TaskRegistered,
    UnitRegistered,
    UnitRenamed,
)
from engine.notes import Checkpoint, Note
from engine.plan import Plan, Step, Workflow, source_of
from engine.text import format_amount, format_date, format_decimal, holds_day
from engine.times import VIETNAM
from engine.titles import own_first, state_in, step_in, usual_step
from engine.words import FIELDS, ROLES, SEATS, SOURCES
from exporting.selecting import Period
from exporting.wording import MONEY, PEOPLE, STYLE, VALUES, WORDS
from projections.names import Names
from projections.reports.targets import rounded

_NAMING = (UnitRegistered.KIND, UnitRenamed.KIND)


class Page:
    """Learns the names and rules from all events first, then writes them; it does not hold the events."""

    def __init__(self, lang: str, names: Names, duties: Mapping[str, Sequence[str]]) -> None:
        """`duties`: what is asked for under each rule id, in sentences of the catalogue."""
        self._lang = lang
        self._names = names
        self._duties = duties
        self._people: dict[str, str] = {}
        self._units: dict[str, dict[int, tuple[date, str]]] = {}  # unit -> version -> a name and the day it began
        self._on = date.min  # of the event that is told: its units are called as they were then
        self._plans: dict[tuple[str, int], Plan] = {}
        self._tasks: dict[str, tuple[str, str]] = {}  # stream -> the plan and level of the task
        self._flows: list[Workflow] = []  # by which the event that is told calls its states and steps
        self._seats = False  # whether a role in it is a seat in a council
        self._cited: dict[str, dict[tuple[str, int] | None, None]] = {}  # rule -> the plan versions it was asked under
        self._head: list[str] = []
        self._kept: Collection[str] = ()

    def learn(self, event: Event, number: int | None = None) -> None:
        """Learn from an event what the people, units, plans and rules are that events speak of.

        `number`: of the plan's version, where the event adopts one."""
        fact = event.fact
        if isinstance(fact, PersonAdded):
            self._people[fact.person] = self._names.text(fact.name, fact.person)
        elif isinstance(fact, EntryCorrected) and _renames(fact):
            person = fact.of.removeprefix("person:")
            self._people[person] = self._names.text(str(fact.value), person)
        elif isinstance(fact, EntryCorrected) and fact.kind in _NAMING:
            self._units.setdefault(fact.of, {})[fact.version] = fact.on, str(fact.data["name"])
        elif isinstance(fact, PlanAdopted) and number is not None:
            self._plans[fact.plan, number] = Plan.model_validate(fact.content)
        elif isinstance(fact, TaskRegistered | TaskImported):
            self._tasks[event.stream] = fact.plan, fact.level
        elif isinstance(fact, UnitRegistered | UnitRenamed):
            self._units.setdefault(event.stream, {})[event.version] = event.on, fact.name
        for finding in event.findings:
            self._cited.setdefault(finding.rule, {})[event.plan] = None

    def seal(
        self, note: Note, keys: Sequence[str], task: str | None, period: Period | None, kept: Collection[str]
    ) -> None:
        """Take what stands above the events: what was asked for, and what the seal over them is."""
        checkpoint = Checkpoint.read(note)
        lines = str(note).split("\n")
        asked = [(N_("Task"), task)] if task is not None else []
        if period is not None:
            days = f"{self._day(period.first.isoformat())} - {self._day(period.last.isoformat())}"
            asked.append((N_("Period"), f"{period.text} ({days})"))
        told = [
            *asked,
            (N_("Log"), checkpoint.origin),
            (N_("Events in the log at the checkpoint"), str(checkpoint.size)),
            (N_("Root"), lines[2]),
            (N_("Signed by"), ", ".join(signature.name for signature in note.signatures)),
            *[(N_("Public key, to be compared with the one you have"), key) for key in keys],
        ]
        self._head = [f"<dt>{self._say(label)}</dt><dd>{escape(str(value))}</dd>" for label, value in told]
        self._kept = kept

    def chunks(self, asked: Iterable[Event], beside: Iterable[Event]) -> Iterator[bytes]:
        """The page, piece by piece: the events that were asked for, and those that they rest on."""
        for text in self._texts(asked, beside):
            yield f"{text}\n".encode()

    def _texts(self, asked: Iterable[Event], beside: Iterable[Event]) -> Iterator[str]:
        title = self._say(N_("Evidence"))
        explained = N_("It is for reading. What is proved is events.jsonl: README.txt tells how to check it.")
        yield f'<!doctype html>\n<html lang="{self._lang}">\n<head>\n<meta charset="utf-8">'
        yield "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
        yield f"<title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<h1>{title}</h1>"
        yield f"<p>{self._say(explained)}</p>\n<dl>{''.join(self._head)}</dl>"
        yield f"<h2>{self._say(N_('What happened'))}</h2>"
        yield from self._table(asked)
        yield f"<h2>{self._say(N_('What it rests on'))}</h2>"
        yield from self._table(beside)
        yield f"<h2>{self._say(N_('Rules that were asked'))}</h2>\n<dl>"
        yield from self._rules()
        yield "</dl>\n</body>\n</html>"

    def _table(self, events: Iterable[Event]) -> Iterator[str]:
        rows = map(self._row, events)
        first = next(rows, None)
        if first is None:
            yield "<p>-</p>"
            return
        heads = (
            N_("Position"),
            N_("Decided, recorded"),
            N_("What"),
            N_("By whom"),
            N_("On which document"),
            N_("Rules"),
        )
        cells = "".join(f'<th scope="col">{self._say(head)}</th>' for head in heads)
        yield f"<table>\n<thead><tr>{cells}</tr></thead>\n<tbody>\n{first}"
        yield from rows
        yield "</tbody>\n</table>"

    def _row(self, event: Event) -> str:
        self._on, self._flows = event.on, list(self._flows_of(event))
        self._seats = event.stream.startswith("council:")
        recorded = event.recorded_at.astimezone(VIETNAM)
        place = f"{escape(event.stream)}/{event.version}"
        cells = [
            f'{event.position}<br><a href="proofs/{event.position:09}.tlog-proof">{place}</a>',
            f"<b>{self._day(event.on.isoformat())}</b><br>{self._moment(recorded)}",
            f"<b>{escape(self._title(event))}</b>{self._details(event)}",
            self._who(event),
            self._paper(event.document.model_dump(mode="json", exclude_none=True) if event.document else None),
            self._basis(event),
        ]
        return f'<tr id="p{event.position}">{"".join(f"<td>{cell}</td>" for cell in cells)}</tr>'

    def _title(self, event: Event) -> str:
        if isinstance(event.fact, PlanAdopted):
            return render(N_("Adopt a plan"), self._lang)
        title = step_in(self._flows, event.command) if isinstance(event.fact, StepTaken) else None
        if title is not None:
            return title.within(self._lang)
        known = COMMANDS.get(event.command)
        text = render(cleandoc(known.__doc__ or ""), self._lang) if known else event.command
        for end in (". ", ": ", "; "):
            text = text.split(end)[0]
        return text.rstrip(".")

    def _flows_of(self, event: Event) -> Iterator[Workflow]:
        """The workflows by which an event of a task was decided: its level's first, then those of other versions."""
        plan, level = self._tasks.get(event.stream, (event.plan[0] if event.plan else None, None))
        versions = sorted((key for key in self._plans if key[0] == plan), reverse=True)
        for key in sorted(versions, key=lambda key: key != event.plan):
            yield from own_first(self._plans[key].workflows, level)

    def _step(self, event: Event) -> Step | None:
        """The step of its plan that an event tells of."""
        return next((flow.steps[event.command] for flow in self._flows if event.command in flow.steps), None)

    def _who(self, event: Event) -> str:
        role = f"<br>{self._say(ROLES.get(event.role, event.role))}" if event.role else ""
        acting = f"<br>{self._say(N_('acting for'))} {self._person(event.acting_for)}" if event.acting_for else ""
        return self._person(event.actor) + role + acting

    def _person(self, ident: str) -> str:
        name = self._people.get(ident)
        return f"{escape(name)} ({escape(ident)})" if name else escape(ident)

    def _unit(self, ident: str) -> str:
        """A unit by its name on the day of the event; before its first one, by that."""
        names = sorted(self._units.get(f"unit:{ident}", {}).items(), key=lambda each: (each[1][0], each[0]))
        held = [name for _, (since, name) in names if since <= self._on] or [name for _, (_, name) in names[:1]]
        return f"{escape(held[-1])} ({escape(ident)})" if held else escape(ident)

    def _paper(self, document: Mapping[str, Any] | None) -> str:
        if not document:
            return "-"
        parts = [document.get("number"), self._day(str(document.get("date", ""))), document.get("issuer")]
        text = escape(", ".join(part for part in (*parts, document.get("signer_capacity")) if part))
        digest = document.get("sha256")
        if digest is None:
            return text
        shown = f"SHA-256 {escape(str(digest))}"
        link = f'<a href="documents/{escape(str(digest))}">{shown}</a>' if digest in self._kept else shown
        return f"{text}<br><small>{link}</small>"

    def _basis(self, event: Event) -> str:
        plan = f"{escape(event.plan[0])} v{event.plan[1]}" if event.plan else ""
        return "<br>".join([*([plan] if plan else []), *map(self._finding, event.findings)])

    def _finding(self, finding: Finding) -> str:
        mark = "~" if finding.waived is not None else "✓" if finding.met else "✗"
        waived = f" ({self._say(N_('waived by'))} {escape(finding.waived)})" if finding.waived is not None else ""
        return f'{mark} <a href="#r-{escape(finding.rule)}">{escape(finding.rule)}</a>{waived}'

    def _details(self, event: Event) -> str:
        fact = event.fact
        data = fact.model_dump(mode="json", by_alias=True, exclude_none=True)
        if isinstance(fact, PlanAdopted):
            data["content"] = fact.content.get("number", "")
        elif isinstance(fact, PersonAdded):
            data["name"] = self._names.text(fact.name, fact.person)
        elif isinstance(fact, EntryCorrected):
            data = {name: data[name] for name in ("of", "version", "field", "value", "reason") if name in data}
            if _renames(fact):
                data["value"] = self._names.text(str(fact.value), fact.of.removeprefix("person:"))
        own = data.pop("fields", {}) if isinstance(fact, PlainStepTaken) else {}
        return self._fields(data) + self._own_fields(self._step(event), own)

    def _own_fields(self, step: Step | None, data: Mapping[str, Any]) -> str:
        """The fields that a plan gives a step of its own: under its titles, a day as a day."""
        declared = {each.name: each for each in step.fields} if step else {}
        lines = []
        for name, value in data.items():
            field = declared.get(name)
            label = escape(field.title.within(self._lang)) if field and field.title else self._label(name)
            told = escape(self._day(value)) if field and field.type == "date" else self._value("", value)
            lines.append(f"<li>{label}: {told}</li>")
        return f"<ul>{''.join(lines)}</ul>" if lines else ""

    def _fields(self, data: Mapping[str, Any]) -> str:
        told = [(name, value) for name, value in data.items() if value not in (None, "", [], {})]
        kinds = {"value": data.get("field") or "value"}  # what a correction puts right is told as that field is
        lines = "".join(
            f"<li>{self._label(name)}: {self._value(kinds.get(name, name), value)}</li>" for name, value in told
        )
        return f"<ul>{lines}</ul>" if lines else ""

    def _label(self, name: str) -> str:
        return self._say(FIELDS.get(name, name.replace("_", " ")))

    def _value(self, name: str, value: Any) -> str:
        if isinstance(value, dict):
            return self._paper(value) if "number" in value and "issuer" in value else self._fields(value)
        if isinstance(value, list):
            parts = [self._value(name, each) for each in value]
            return "".join(parts) if any(isinstance(each, dict) for each in value) else "; ".join(parts)
        if isinstance(value, bool):
            return self._say(N_("yes")) if value else self._say(N_("no"))
        if isinstance(value, int) and name in MONEY:
            return f"{format_amount(value, self._lang)} đồng"
        if name == "level":
            titles = [plan.workflows[value].title for plan in self._plans.values() if value in plan.workflows]
            return escape(titles[0].within(self._lang) if titles else str(value))
        if isinstance(value, str) and name in PEOPLE:
            return self._person(value)
        if isinstance(value, str) and name in ("unit", "lead_unit", "into", "units"):
            return self._unit(value)
        if isinstance(value, str) and name in ("source", "target", "state", "step"):
            return escape(self._called(name, value))
        if isinstance(value, str) and value in (words := self._words(name)):
            return self._say(words[value])
        if isinstance(value, float):
            return format_decimal(value, self._lang)
        if name == "average":
            return self._average(str(value))
        return escape(self._day(value) if isinstance(value, str) and holds_day(name) else str(value))

    def _average(self, exact: str) -> str:
        """An average as a decimal; where that is rounded the exact one stands behind it."""
        figure = format_decimal(rounded(Fraction(exact)), self._lang)
        return figure if Fraction(figure.replace(",", ".")) == Fraction(exact) else f"{figure} ({escape(exact)})"

    def _words(self, name: str) -> Mapping[str, str]:
        """The words of a field's values; of a role, whether it is a seat in a council or not."""
        return (SEATS if self._seats else ROLES) if name == "role" else WORDS.get(name, {})

    def _called(self, name: str, value: str) -> str:
        """A state or step as the plan calls it."""
        if name == "step":
            title = step_in(self._flows, value) or usual_step(value)
        else:
            title = state_in(self._flows, value) or Message(VALUES.get(value, value))
        return title.render(self._lang) if isinstance(title, Message) else title.within(self._lang)

    def _rules(self) -> Iterator[str]:
        for rule, versions in sorted(self._cited.items()):
            source, text = self._say(SOURCES[source_of(rule)]), self._asks(rule, versions)
            yield f'<dt id="r-{escape(rule)}">{escape(rule)} ({source})</dt><dd>{escape(text)}</dd>'

    def _asks(self, rule: str, versions: Iterable[tuple[str, int] | None]) -> str:
        """What a rule asks for; where a clause reads otherwise in another version of its plan, as each has it."""
        found: dict[str, str] = {}
        for key in sorted(key for key in versions if key in self._plans):
            text = next((c.text.within(self._lang) for c in self._plans[key].clauses if c.id == rule), None)
            if text is not None:
                found.setdefault(text, f"{key[0]} v{key[1]}")
        if len(found) > 1:
            return " · ".join(f"{label}: {text}" for text, label in found.items())
        return " · ".join(found or [render(each, self._lang) for each in self._duties.get(rule, ())]) or "-"

    def _day(self, iso: str) -> str:
        return format_date(iso, self._lang)

    def _moment(self, when: datetime) -> str:
        return when.strftime("%d/%m/%Y %H:%M:%S" if self._lang == "vi" else "%Y-%m-%d %H:%M:%S")

    def _say(self, text: str) -> str:
        return escape(render(text, self._lang))


def _renames(fact: EntryCorrected) -> bool:
    """Whether a correction puts a person's name right."""
    return (fact.kind, fact.field) == (PersonAdded.KIND, "name")
