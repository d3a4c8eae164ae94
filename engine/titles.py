"""What plans call their states and steps, as the versions of a plan say that were adopted. It judges nothing.

A title is taken from the version that something goes by, and within it from its own level. Where that has none, as of a
state that a newer version gave up, from elsewhere in the plan; else what is called has its usual words, or none."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final, Protocol, TypeVar

from msgspec import MsgspecError, Struct
from msgspec.json import Decoder

from engine.catalogue import Message, Titled
from engine.transactions import Reader, as_bytes
from engine.words import OUTCOMES, STEPS


class _OfAState(Protocol):
    @property
    def name(self) -> str: ...

    @property
    def title(self) -> Titled: ...


class _OfAStep(Protocol):
    @property
    def title(self) -> Titled | None: ...


class Flow(Protocol):
    """A workflow, as far as it says what its states and steps are called."""

    @property
    def states(self) -> Sequence[_OfAState]: ...

    @property
    def steps(self) -> Mapping[str, _OfAStep]: ...


Workflows = Mapping[str, Flow]  # by level
F = TypeVar("F", bound=Flow)


def state_in(flows: Iterable[Flow], name: str) -> Titled | None:
    """The title of a state in the first of the workflows that has it."""
    return next((state.title for flow in flows for state in flow.states if state.name == name), None)


def step_in(flows: Iterable[Flow], name: str) -> Titled | None:
    """The title of a step in the first of the workflows that titles it."""
    titles = (flow.steps[name].title for flow in flows if name in flow.steps)
    return next((title for title in titles if title is not None), None)


def own_first(workflows: Mapping[str, F], level: str | None) -> list[F]:
    """The workflows of a plan in the order in which a title for a level is looked for: its own, then the others."""
    own = workflows.get(level) if level is not None else None
    return [*([own] if own is not None else []), *workflows.values()]


def usual_state(name: str) -> Message:
    """A state as it is usually called; by its id where it is no usual one."""
    return Message(OUTCOMES.get(name, name))


def usual_step(name: str) -> Message:
    """A step as it is usually called; by its id where it is no usual one."""
    return Message(STEPS.get(name, name))


class Title(Struct, frozen=True):
    """A title in both languages."""

    vi: str
    en: str

    def within(self, lang: str) -> str:
        """The title in `lang` ('vi' or 'en')."""
        return self.vi if lang == "vi" else self.en


class _State(Struct, frozen=True):
    name: str
    title: Title


class _Step(Struct, frozen=True):
    title: Title | None = None


class _Flow(Struct, frozen=True):
    states: tuple[_State, ...] = ()
    steps: dict[str, _Step] = {}


class _Content(Struct, frozen=True):
    workflows: dict[str, _Flow] = {}


class _Fact(Struct, frozen=True):
    content: _Content


class _Body(Struct, frozen=True):
    data: _Fact


ADOPTED: Final = "SELECT body FROM events WHERE stream = ? AND kind = 'plan_adopted' ORDER BY version"
Called = Title | str  # by a title of the plan's, or by an id that has its usual words or none
Number = int | Callable[[], int | None] | None  # of a version; where it takes looking up, what looks it up
_Find = Callable[[Iterable[Flow], str], Titled | None]


class Titles:
    """The titles that the adopted versions of plans give, as one reader sees them. Of a plan's content it reads these
    alone, so that it costs little where a task is asked for."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._versions: dict[str, list[_Content]] = {}
        self._given: dict[tuple[_Find, str, str | None, str], dict[int, Title]] = {}

    def state(self, name: str, *, plan: str, level: str | None = None, version: Number = None) -> Called:
        """What a state is called under a version of a plan, else under its newest that has it; else its id."""
        return self._called(state_in, name, (plan, level), version)

    def step(self, name: str, *, plan: str, level: str | None = None, version: Number = None) -> Called:
        """What a step is called under a version of a plan, else under its newest that has it; else its id."""
        return self._called(step_in, name, (plan, level), version)

    def versions(self, plan: str) -> list[Workflows]:
        """The workflows of every version of a plan, the newest first: to be asked when the reader is gone."""
        return [content.workflows for content in reversed(self._adopted(plan))]

    def _called(self, find: _Find, name: str, where: tuple[str, str | None], version: Number) -> Called:
        key = (find, *where, name)
        given = self._given.get(key)
        if given is None:
            given = self._given[key] = self._titles(find, name, *where)
        if len(set(given.values())) > 1:
            number = version() if callable(version) else version
            return given.get(number or 0) or given[max(given)]
        return next(iter(given.values()), name)

    def _titles(self, find: _Find, name: str, plan: str, level: str | None) -> dict[int, Title]:
        """Version -> the title that it gives."""
        found = {}
        for number, content in enumerate(self._adopted(plan), 1):
            title = find(own_first(content.workflows, level), name)
            if isinstance(title, Title):
                found[number] = title
        return found

    def _adopted(self, plan: str) -> list[_Content]:
        """The versions of a plan in their order; of one that cannot be read, nothing is called otherwise than usual."""
        if plan not in self._versions:
            rows = self._reader.rows(ADOPTED, [f"plan:{plan}"])
            self._versions[plan] = [_content(as_bytes(row[0])) for row in rows]
        return self._versions[plan]


_DECODER: Final = Decoder(_Body)


def _content(body: bytes) -> _Content:
    try:
        return _DECODER.decode(body).data.content
    except (MsgspecError, ValueError):
        return _Content()
