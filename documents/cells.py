"""The values of a report as people read them, in one language. It knows no file format."""

from collections.abc import Mapping, Sequence
from typing import Any

from engine.catalogue import Message, Titled, render
from engine.plan import Plan
from engine.text import capitalised, format_amount, format_date, format_decimal, format_period
from engine.titles import Workflows, own_first, state_in
from projections.reports.shape import Column, Heading, Json, Report, Section

Words = Mapping[str, str]  # a word of data -> the message that says it


class Cells:
    """Puts headings and values into a language; `words` are the catalogue's for words of data."""

    def __init__(self, plan: Plan, lang: str, words: Words, versions: Sequence[Workflows] = ()) -> None:
        """`versions`: the workflows of the plan's other versions, for states that this one does not have."""
        self.lang, self._words = lang, words
        self._versions: list[Workflows] = [plan.workflows, *versions]
        self._levels = {level: workflow.title for level, workflow in plan.workflows.items()}

    def say(self, heading: Heading | Titled) -> str:
        """A heading, a message or a plan's text."""
        if isinstance(heading, Message):
            return heading.render(self.lang)
        return heading.within(self.lang) if isinstance(heading, Titled) else str(heading)

    def heading(self, column: Column) -> str:
        """What stands over a column in a document: with a capital."""
        return capitalised(self.say(column.heading))

    def word(self, value: str) -> str:
        """A word of data."""
        return render(self._words[value], self.lang) if value in self._words else value

    def of(self, row: Json, column: Column) -> str:
        """A row's value in a column, as text; a state as it is called at the row's level."""
        value = row.get(column.name)
        if column.form == "state" and isinstance(value, str):
            return self._state(value, row.get("level"))
        return self.text(column, value)

    def text(self, column: Column, value: Any) -> str:
        """A value as text; nothing for None."""
        if value is None:
            return ""
        if isinstance(value, bool):
            return self.word("yes" if value else "no")
        if isinstance(value, dict):  # so many of each word
            return ", ".join(f"{self._worded(column.form, name)}: {count}" for name, count in value.items())
        if isinstance(value, list | tuple) and not isinstance(value, Message):
            return ", ".join(self.text(column, each) for each in value)
        if isinstance(value, int):
            # A year is a name, not an amount.
            return format_amount(value, self.lang) if column.form in ("money", "number") else str(value)
        if isinstance(value, float):
            return format_decimal(value, self.lang)
        if isinstance(value, Message) or not isinstance(value, str):
            return self.say(value)
        return self._worded(column.form, value)

    def _worded(self, form: str, value: str) -> str:
        if form == "date":
            return format_date(value, self.lang)
        if form == "period":
            return format_period(value, self.lang)
        if form == "level":
            return self.say(self._levels.get(value, value))
        if form == "state":
            return self._state(value, None)
        return self.word(value) if form == "word" else value

    def _state(self, name: str, level: str | None) -> str:
        titles = (state_in(own_first(version, level), name) for version in self._versions)
        title = next((title for title in titles if title is not None), None)
        return title.within(self.lang) if title is not None else self.word(name)

    def plain(self, value: Any) -> Any:
        """A value as JSON has it: messages in the language, a plan's text in both."""
        if isinstance(value, Message):
            return self.say(value)
        if isinstance(value, dict):
            return {name: self.plain(each) for name, each in value.items()}
        if isinstance(value, list | tuple):
            return [self.plain(each) for each in value]
        dumped = getattr(value, "model_dump", None)
        return dumped() if dumped else value

    def section(self, section: Section) -> Json:
        """A section as JSON."""
        return {
            "section": section.name,
            "title": self.say(section.title),
            "clauses": list(section.clauses),
            "rows": [self.plain(row) for row in section.rows],
            "totals": section.totals,
            "notes": [self.say(note) for note in section.notes],
        }


def as_json(report: Report, cells: Cells) -> Json:
    """A report as JSON."""
    return {
        "report": report.name,
        "plan": report.plan.id,
        "period": report.period.name,
        "from": report.period.since.isoformat(),
        "until": report.period.until.isoformat(),
        "as_of": report.day,
        "known_at": report.known_at,
        "title": report.title.model_dump(),
        "sections": [cells.section(section) for section in report.sections],
    }


def as_rows(report: Report, cells: Cells) -> list[Json]:
    """All rows of a report under its head."""
    names = head(report)[1:]
    return [
        {"section": section.name} | {name: cells.plain(row.get(name)) for name in names}
        for section in report.sections
        for row in section.rows
    ]


def head(report: Report) -> list[str]:
    """The one head of a report's rows: the section, then every column of every section, with rows or without."""
    found = ["section"]
    for section in report.sections:
        found += [name for row in section.rows for name in row]
        found += [column.name for column in section.columns]
    return list(dict.fromkeys(found))
