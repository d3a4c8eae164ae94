"""Corrections and rescissions as the leader decides them, and what stands in their way."""

from typing import Any

from tests.spec import Spec, shown
from tests.world import (
    Command,
    command,
    document,
    person,
)

DAY = "2026-11-02"
LATER_ENTRIES = "house.later_entries"
HEAD = person("head", "2026-02-05", "BV1", [{"role": "leader", "unit": "BV1"}])


def correction(stream: str, version: int, field: str, value: Any, actor: str = "lead", on: str = DAY) -> Command:
    """The correction of a field of that entry by the leader."""
    paper = {"reason": "Ghi nhầm", "document": document("76/QĐ-SYT", on)}
    return command("correct", actor, on, stream=stream, version=version, field=field, value=value, **paper)


def retitled(title: str = "Tên đúng", actor: str = "lead", on: str = DAY) -> Command:
    return correction("task:T1", 1, "title", title, actor, on)


def rescission(version: int) -> Command:
    paper = {"reason": "Ra nhầm", "document": document("75/QĐ-SYT", DAY)}
    return command("rescind", "lead", DAY, stream="task:T1", version=version, **paper)


def refused_for(spec: Spec, wanted: Command, *entries: str) -> None:
    """The correction is refused because exactly these later entries depend on it, and they are named."""
    spec.when(wanted)
    spec.then_refused(LATER_ENTRIES)
    assert spec.result is not None
    told = shown(spec.result)

    assert [entry for entry in entries if f"{entry} (" not in told] == []
    assert f"{len(entries)} later" in told
