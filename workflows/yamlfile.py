"""Reads a YAML file into nodes that know their line. Refuses what hides meaning: twice the same key, aliases, tags."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

import yaml

from engine.catalogue import N_
from workflows.problems import Findings

_LARGEST: Final = 2_000_000
_DEEPEST: Final = 40
_INTEGER: Final = re.compile(r"[-+]?(0|[1-9][0-9]*)\Z", re.ASCII)
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z", re.ASCII)
_WORDS: Final[dict[str, bool | None]] = {"true": True, "false": False, "null": None, "~": None, "": None}


@dataclass(frozen=True, slots=True)
class Node:
    """A value of a YAML file with the file and line where it is written (of a mapping's entry: the key's line)."""

    value: Any  # a mapping of Nodes, a list of Nodes, or a scalar
    file: str
    line: int

    @property
    def where(self) -> tuple[str, int]:
        """File and line."""
        return self.file, self.line

    def get(self, key: str) -> "Node | None":
        """The entry `key` of a mapping; None where there is none."""
        return self.value.get(key) if isinstance(self.value, dict) else None

    def at(self, *path: str | int) -> tuple[str, int]:
        """File and line of the deepest node on `path`; steps that lead nowhere are passed over."""
        node = self
        for step in path:
            node = node.inner(step) or node
        return node.where

    def inner(self, step: str | int) -> "Node | None":
        """The entry or item `step`; None where there is none."""
        if isinstance(self.value, dict):
            return self.value.get(step)
        known = isinstance(self.value, list) and isinstance(step, int) and step < len(self.value)
        return self.value[step] if known else None

    def plain(self) -> Any:
        """The value as ordinary mappings, lists and scalars."""
        if isinstance(self.value, dict):
            return {key: node.plain() for key, node in self.value.items()}
        if isinstance(self.value, list):
            return [node.plain() for node in self.value]
        return self.value


def read_yaml(path: Path, findings: Findings) -> Node | None:
    """Take a file; give its one document, or None and a finding where it cannot be read."""
    name = str(path)
    try:
        if path.stat().st_size > _LARGEST:
            findings.add((name, 1), N_("The file is too large for a plan."), N_("Keep each file of a plan below 2 MB."))
            return None
        text = unicodedata.normalize("NFC", path.read_bytes().decode("utf-8-sig"))
    except OSError:
        findings.add((name, 1), N_("The file cannot be read."), N_("Check the name of the file and who may read it."))
        return None
    except UnicodeDecodeError:
        findings.add((name, 1), N_("The file is not text in UTF-8."), N_("Save the file as UTF-8."))
        return None
    return _document(text, name, findings)


def _document(text: str, name: str, findings: Findings) -> Node | None:
    reader = _Reader(name, findings)
    try:
        events = iter(yaml.parse(text, Loader=yaml.CSafeLoader))
        for event in events:
            if isinstance(event, yaml.NodeEvent):
                root = reader.node(event, events, 1)
                if not any(isinstance(left, yaml.DocumentStartEvent) for left in events):
                    return root
                findings.add((name, 1), N_("The file holds more than one document."), N_("Keep one plan to a file."))
                return None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        reason = str(getattr(error, "problem", None) or error)
        findings.add((name, line), N_("This is not YAML: {reason}."), N_("Correct the line."), reason=reason)
        return None
    except _TooDeep as error:
        findings.add((name, error.line), N_("The nesting is too deep for a plan."), N_("Write it with fewer levels."))
        return None
    return Node({}, name, 1)


class _TooDeep(Exception):
    def __init__(self, line: int) -> None:
        super().__init__(line)
        self.line = line


class _Reader:
    """Builds nodes from the parser's events, so that depth and aliases are met before anything is built from them."""

    def __init__(self, name: str, findings: Findings) -> None:
        self.name = name
        self.findings = findings

    def node(self, event: Any, events: Iterator[Any], depth: int, line: int | None = None) -> Node:
        """The node that begins with `event`, taking from `events` what belongs to it."""
        line = line or event.start_mark.line + 1
        if depth > _DEEPEST:
            raise _TooDeep(line)
        self._refuse_hidden(event, line)
        if isinstance(event, yaml.MappingStartEvent):
            return Node(self._mapping(events, depth), self.name, line)
        if isinstance(event, yaml.SequenceStartEvent):
            items: list[Node] = []
            while not isinstance(inner := next(events), yaml.SequenceEndEvent):
                items.append(self.node(inner, events, depth + 1))
            return Node(items, self.name, line)
        return Node(None if isinstance(event, yaml.AliasEvent) else _scalar(event), self.name, line)

    def _mapping(self, events: Iterator[Any], depth: int) -> dict[str, Node]:
        entries: dict[str, Node] = {}
        while not isinstance(event := next(events), yaml.MappingEndEvent):
            line = event.start_mark.line + 1
            key = self.node(event, events, depth + 1)
            value = self.node(next(events), events, depth + 1, line)
            if not isinstance(event, yaml.ScalarEvent) or key.value is None:
                text = N_("A key must be a word.")
                self.findings.add((self.name, line), text, N_("Write a word before the colon."))
                continue
            if event.value in entries:
                text = N_("'{key}' stands twice here; the first is in line {first}.")
                cure = N_("Remove one of the two or name it otherwise.")
                first = entries[event.value].line
                self.findings.add((self.name, line), text, cure, key=event.value, first=first)
            entries[event.value] = value
        return entries

    def _refuse_hidden(self, event: Any, line: int) -> None:
        if getattr(event, "anchor", None):
            text = N_("Anchors and aliases are not taken in a plan.")
            self.findings.add((self.name, line), text, N_("Write the value out where it is needed."))
        if getattr(event, "tag", None):
            text = N_("Tags such as '{tag}' are not taken in a plan.")
            self.findings.add((self.name, line), text, N_("Write the value without the tag."), tag=event.tag)


def _scalar(event: Any) -> Any:
    """A plain word as true, false, null, whole number or date; everything else stays text, `yes`, `no`, `on` too."""
    text: str = event.value
    if event.style:  # quoted
        return text
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.match(text):
        return int(text) if len(text) < 20 else text
    if _DATE.match(text):
        try:
            return date.fromisoformat(text)
        except ValueError:
            return text
    return text
