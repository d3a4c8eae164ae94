"""YAML: a list of commands, or one a document; refuses tags, bombs, and the words that YAML 1.1 turns into booleans.

Values are built from the parser's events, not by a loader: `vote: yes` and `on: 2026-03-12` stay the texts they are.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

import yaml

from engine.catalogue import N_, Message
from intake.lines import ITEM, LINE, MAX_DEPTH, NO_COMMAND, FieldError, IntakeError, KindOf, Line, Unfit
from intake.values import TOO_DEEP, clean_command, each_scalar, finite, kind_in, object_of, whole_number

MAX_REPEATED: Final = 10_000

_Parser: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_WHOLE: Final = re.compile(r"-?(0|[1-9][0-9]*)")
_DECIMAL: Final = re.compile(r"-?(0|[1-9][0-9]*)\.[0-9]+")
_WORDS: Final[dict[str, object]] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_TEXT_TAGS: Final = ("!", "tag:yaml.org,2002:str")


@dataclass(slots=True)
class _Item:
    """A command as it stands in the file, with the line it starts on."""

    line: int
    value: object
    errors: tuple[FieldError, ...]


@dataclass(slots=True)
class _Open:
    """A list or mapping that is still being read; `size` counts its values, each alias with all that it repeats."""

    line: int
    anchor: str | None
    pairs: list[tuple[str, object]] | None
    values: list[object] = field(default_factory=list)
    key: str | None = None
    size: int = 1


def lines(text: str, where: Message, kind_of: KindOf) -> Iterator[Line]:
    """Take the text of a file; give its lines. Raises IntakeError where it is broken as YAML or is a bomb."""
    items = _Builder(where).items(text)
    if not items:
        raise IntakeError(Message.of(NO_COMMAND), where)
    return (_line(number, item, where, kind_of) for number, item in enumerate(items, start=1))


def _line(number: int, item: _Item, where: Message, kind_of: KindOf) -> Line:
    place = Message.of(ITEM, file=where, item=number, line=item.line)
    command, errors = clean_command(item.value)
    if command is not None:
        name = str(command.get("command", ""))
        command = {key: each_scalar(value, key, _as_text(name, kind_of)) for key, value in command.items()}
    return Line(number, place, command, item.errors + errors)


def _as_text(command: str, kind_of: KindOf) -> Any:
    """`period: 2025` is a number to YAML; where the command wants a text, it is the text that was written."""

    def change(value: object, path: str) -> object:
        is_whole = isinstance(value, int) and not isinstance(value, bool)
        return str(value) if is_whole and kind_in(command, path, kind_of) in ("text", "any") else value

    return change


def _size(text: str) -> int:
    """A long text counts for more: repeated, it is a bomb too."""
    return 1 + len(text) // 64


class _Builder:
    """Builds the items of a file from parser events, without recursion."""

    def __init__(self, where: Message) -> None:
        self._where = where
        self._open: list[_Open] = []
        self._anchors: dict[str, tuple[object, int]] = {}
        self._errors: list[FieldError] = []
        self._items: list[_Item] = []
        self._repeated = 0
        self._line = 1

    def items(self, text: str) -> list[_Item]:
        """Take the text; give its items. Raises IntakeError with the line at fault."""
        try:
            for event in yaml.parse(text, Loader=_Parser):
                self._line = event.start_mark.line + 1 if event.start_mark else self._line
                self._take(event)
        except yaml.YAMLError as error:
            raise self._broken(error) from None
        except Unfit as unfit:
            raise IntakeError(unfit.message, Message.of(LINE, file=self._where, line=self._line)) from None
        return self._items

    def _take(self, event: yaml.Event) -> None:
        match event:
            case yaml.DocumentStartEvent():
                self._anchors.clear()
            case yaml.MappingStartEvent() | yaml.SequenceStartEvent():
                self._start(event)
            case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                self._end()
            case yaml.ScalarEvent():
                self._add_scalar(event)
            case yaml.AliasEvent():
                self._add_alias(event)

    def _start(self, event: yaml.MappingStartEvent | yaml.SequenceStartEvent) -> None:
        if event.tag not in (None, "!", "tag:yaml.org,2002:map", "tag:yaml.org,2002:seq"):
            self._note(Unfit(N_("The YAML tag {tag} is not taken: write the plain value"), tag=event.tag))
        if len(self._open) > MAX_DEPTH:
            raise Unfit(TOO_DEEP, depth=MAX_DEPTH)
        self._check_key()
        pairs: list[tuple[str, object]] | None = [] if isinstance(event, yaml.MappingStartEvent) else None
        self._open.append(_Open(self._line, event.anchor, pairs))
        self._anchors.pop(event.anchor or "", None)

    def _end(self) -> None:
        done = self._open.pop()
        value: object = done.values if done.pairs is None else object_of(done.pairs, self._errors)
        is_list_of_items = not self._open and done.pairs is None
        if not is_list_of_items:
            self._add(value, done.size, done.anchor, done.line)

    def _add_scalar(self, event: yaml.ScalarEvent) -> None:
        if event.tag not in (None, *_TEXT_TAGS):
            self._note(Unfit(N_("The YAML tag {tag} is not taken: write the plain value"), tag=event.tag))
        if self._is_key():
            self._open[-1].key = event.value
            self._open[-1].size += 1
            if event.anchor:
                self._anchors[event.anchor] = (event.value, _size(event.value))
            return
        value = self._scalar(event.value) if event.implicit[0] else event.value
        self._add(value, _size(event.value), event.anchor, self._line)

    def _scalar(self, text: str) -> object:
        if text in _WORDS:
            return _WORDS[text]
        try:
            if _WHOLE.fullmatch(text):
                return whole_number(text)
            if _DECIMAL.fullmatch(text):
                return finite(text)
        except Unfit as unfit:
            self._note(unfit)
        return text

    def _add_alias(self, event: yaml.AliasEvent) -> None:
        if event.anchor not in self._anchors:  # unknown, or still open: it would hold itself
            raise Unfit(N_("The YAML alias *{name} repeats nothing, or itself"), name=event.anchor)
        value, size = self._anchors[event.anchor]
        self._repeated += size
        if self._repeated > MAX_REPEATED:
            raise Unfit(N_("The YAML aliases repeat too much: write the values out"))
        self._check_key()
        self._add(value, size, None, self._line)

    def _add(self, value: object, size: int, anchor: str | None, line: int) -> None:
        if anchor:
            self._anchors[anchor] = (value, size)
        if self._open:
            parent = self._open[-1]
            parent.size += size
            if parent.pairs is not None:
                parent.pairs.append((parent.key or "", value))
                parent.key = None
            elif len(self._open) > 1:
                parent.values.append(value)
        if not self._open and value is None:  # an empty document
            return
        if not self._open or (len(self._open) == 1 and self._open[0].pairs is None):
            self._items.append(_Item(line, value, tuple(self._errors)))
            self._errors.clear()

    def _is_key(self) -> bool:
        return bool(self._open) and self._open[-1].pairs is not None and self._open[-1].key is None

    def _check_key(self) -> None:
        if self._is_key():
            raise Unfit(N_("A field name is a plain word, not a list or an alias"))

    def _note(self, unfit: Unfit) -> None:
        name = self._open[-1].key if self._open else None
        self._errors.append(FieldError(name or "", unfit.message))

    def _broken(self, error: yaml.YAMLError) -> IntakeError:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else self._line
        reason = getattr(error, "problem", None) or str(error)
        where = Message.of(LINE, file=self._where, line=line)
        return IntakeError(
            Message.of(N_("Broken YAML: check indentation, colons and quotes ({reason})"), reason=reason), where
        )
