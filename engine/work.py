"""One transaction's view: states as loaded and as staged, plans, what will be appended. It decides nothing."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache
from hashlib import sha256
from itertools import chain
from typing import TYPE_CHECKING

from msgspec import Struct
from pydantic_core import ValidationError, from_json, to_json

from engine import fold_task, fold_unityears  # noqa: F401 - register how facts change tasks, unit years, initiatives
from engine.commands import Command
from engine.decider.answers import Accepted
from engine.entries import event_of
from engine.envelope import Event, encode
from engine.events import PersonErased
from engine.fields import PersonName
from engine.fold import evolve
from engine.log import KnownCommand, Reader, Row, Writer
from engine.personal import KEY_BYTES, NONCE_BYTES, Entropy, fingerprint, is_sealed, seal, unseal
from engine.plan import Plan
from engine.states import Person, PlanList, PlanVersions, decode_state, encode_state
from engine.times import instant

if TYPE_CHECKING:
    from pydantic import TypeAdapter

PlanCache = dict[tuple[str, int], Plan]
MOST_KEPT = 20_000  # states


class Memory:
    """What one process knows of a store between its own transactions: plans for ever, states while nobody else appends.

    One writer at a time may use it."""

    def __init__(self) -> None:
        self.plans: PlanCache = {}
        self._states: dict[str, Struct | None] = {}
        self._position = -1

    def states(self, position: int) -> dict[str, Struct | None]:
        """The states of a log that ends at `position`; none where it has grown since, or too many were kept."""
        if position != self._position or len(self._states) > MOST_KEPT:
            self._states, self._position = {}, position
        return self._states

    def learn(self, changed: dict[str, Struct | None], position: int) -> None:
        """Take in what a transaction changed, once it is committed and the log ends at `position`."""
        self._states.update(changed)
        self._position = position


def digest(command: Command, *, without: Iterable[str] = ()) -> str:
    """What tells whether two commands with the same id say the same, but for the fields `without`."""
    left_out = set(without) or None
    return sha256(command.model_dump_json(exclude=left_out, exclude_none=True, by_alias=True).encode()).hexdigest()


class Work:
    """States and plans within one transaction; what is staged is seen by the next command and flushed as one."""

    def __init__(self, reader: Reader, plans: PlanCache, memory: Memory | None = None) -> None:
        self.reader = reader
        self._plans = plans
        self._staged_plans: PlanCache = {}  # of which nobody knows whether they will ever be on record
        self._memory = memory
        self._position, self._recorded_at = reader.head()
        self._loaded: dict[str, Struct | None] = memory.states(self._position) if memory else {}
        self._states: dict[str, Struct | None] = {}
        self._known: dict[str, KnownCommand | None] = {}
        self._changed: dict[str, int] = {}
        self._rows: list[Row] = []
        self._commands: list[KnownCommand] = []
        self._keys: dict[str, bytes | None] = {}
        self._made: set[str] = set()  # whose keys no event needs yet
        self._new_keys: dict[str, bytes] = {}
        self._erased: list[str] = []
        self.destroyed: list[bytes] = []  # keys that were in the store; known until what is left of them is gone

    def get(self, key: str) -> Struct | None:
        """The state of `key` as it stands, with what is staged."""
        if key in self._states:
            return self._states[key]
        if key not in self._loaded:
            self.load((key,))
        return self._loaded[key]

    def load(self, keys: Iterable[str]) -> None:
        """Read several states at once."""
        wanted = [key for key in dict.fromkeys(keys) if key not in self._loaded]
        if wanted:
            found = self.reader.states(wanted)
            for key in wanted:
                data = found.get(key)
                self._loaded[key] = decode_state(key, data) if data is not None else None

    def load_commands(self, ids: Sequence[str]) -> None:
        """Read what became of several command ids at once."""
        wanted = [ident for ident in dict.fromkeys(ids) if ident not in self._known]
        if wanted:
            found = self.reader.commands(wanted)
            self._known.update({ident: found.get(ident) for ident in wanted})

    def known(self, command_id: str) -> KnownCommand | None:
        """What became of a command id, staged ones included."""
        if command_id not in self._known:
            self.load_commands((command_id,))
        return self._known[command_id]

    def newest(self, plan: str) -> tuple[Plan, int] | None:
        """The newest version of a plan and its number."""
        state = self.get(f"plan:{plan}")
        if not isinstance(state, PlanVersions):
            return None
        number = len(state.adopted)
        return self.version(plan, number), number

    def version(self, plan: str, number: int) -> Plan:
        """A version of a plan as it was adopted."""
        found = self._plans.get((plan, number)) or self._staged_plans.get((plan, number))
        if found is None:
            stream = f"plan:{plan}"
            state = self.get(stream)
            assert isinstance(state, PlanVersions)
            place = state.adopted[number - 1]
            staged = [row for row in self._rows if (row.stream, row.version) == (stream, place)]
            row = staged[0] if staged else next(self.reader.stream(stream, after=place - 1))
            kept = self._staged_plans if staged else self._plans
            found = kept[plan, number] = Plan.model_validate(from_json(row.body)["data"]["content"])
        return found

    def ids(self) -> Sequence[str]:
        """The ids of all adopted plans."""
        state = self.get("plans:all")
        return state.ids if isinstance(state, PlanList) else ()

    def sealed(self, command: Command, entropy: Entropy) -> Command:
        """The command with its personal data sealed, as everything from here on may see it.

        It stays as it is where the data is malformed, or was erased: then no event comes of it."""
        personal = command.personal()
        if personal is None:
            return command
        person = self.get(f"person:{personal.person}")
        values = {name: getattr(command, name) for name in personal.fields}
        if (isinstance(person, Person) and person.erased is not None) or not all(map(_well_formed, values.values())):
            return command
        key = self._key(personal.person)
        if key is None:
            key = self._keys[personal.person] = entropy(KEY_BYTES)
            self._made.add(personal.person)
        tokens = {name: seal(value, key, personal.person, entropy(NONCE_BYTES)) for name, value in values.items()}
        return command.model_copy(update=tokens)

    def says_the_same(self, known: KnownCommand, command: Command) -> bool:
        """Whether a command with an id that was used before says what was said then.

        Of personal data that was erased nobody can tell any more: the rest decides."""
        found, personal = self.digest(command), command.personal()
        if known.digest == found or known.digest == self._digest(command):  # the latter by a release before `alike`
            return True
        if personal is None:
            return False
        if ":" not in known.digest:  # recorded by a release that did not seal personal data
            return known.digest == digest(command)
        return self._key(personal.person) is None and known.digest.partition(":")[0] == found

    def digest(self, command: Command) -> str:
        """The digest of what a command says. Of personal data, sealed or not, it holds what only the person's key can
        tell."""
        return self._digest(command.alike())

    def _digest(self, command: Command) -> str:
        personal = command.personal()
        if personal is None:
            return digest(command)
        rest, key = digest(command, without=personal.fields), self._key(personal.person)
        if key is None:
            return rest
        values = [getattr(command, name) for name in personal.fields]
        plain = [unseal(value, key, personal.person) if is_sealed(value) else value for value in values]
        return f"{rest}:{fingerprint(to_json(plain), key)}"

    def _key(self, person: str) -> bytes | None:
        if person not in self._keys:  # a key is kept with the event that puts its person on record
            known = self.get(f"person:{person}") is not None
            self._keys[person] = self.reader.key(person) if known else None
        return self._keys[person]

    def stage(self, command: Command, accepted: Accepted, now: datetime) -> Event:
        """The event of an accepted command, at the next position, seen from here on.

        Raises ValueError for personal data that is not sealed: it would stay in the log for ever."""
        plain = [name for name in accepted.fact.PERSONAL if not is_sealed(getattr(accepted.fact, name))]
        if plain:
            raise ValueError(f"{accepted.fact.KIND} has personal data that is not sealed: {', '.join(plain)}")
        stream = accepted.fact.stream()
        before = self.get(stream)
        # The clock may have been set back; the log's time never runs backwards.
        self._recorded_at = max(instant(now), self._recorded_at)
        event = Event(
            position=self._position + 1,
            stream=stream,
            version=(before.version if before else 0) + 1,  # type: ignore[attr-defined]
            fact=accepted.fact,
            on=command.on,
            recorded_at=datetime.fromisoformat(self._recorded_at),
            actor=command.actor,
            role=accepted.role,
            command=command.command,
            command_id=command.command_id,
            document=accepted.document,
            plan=accepted.plan,
            findings=accepted.findings,
            acting_for=accepted.acting_for,
        )
        self._enter(event, command, accepted.states or {})
        return event

    def _enter(self, event: Event, command: Command, told: Mapping[str, Struct]) -> None:
        self._position = event.position
        body = encode(event)
        kind = event.fact.KIND
        self._rows.append(Row(event.position, event.stream, event.version, kind, self._recorded_at, body))
        for key in event.fact.touches():
            self._states[key] = evolve(key, told.get(key) or self.get(key), event)
            self._changed[key] = event.position
        self._keep_key(event, command)
        if command.command_id is not None:
            known = KnownCommand(command.command_id, self.digest(command), event.position, event.stream, event.version)
            self._known[command.command_id] = known
            self._commands.append(known)

    def _keep_key(self, event: Event, command: Command) -> None:
        """Note which keys the store has to keep with the event, and which to destroy."""
        personal = command.personal()
        if personal is not None and personal.person in self._made and (key := self._key(personal.person)):
            self._made.remove(personal.person)
            self._new_keys[personal.person] = key
        if isinstance(event.fact, PersonErased):
            self._keys[event.fact.person] = None
            if self._new_keys.pop(event.fact.person, None) is None:
                self._erased.append(event.fact.person)

    def events(self) -> Iterator[Event]:
        """Every event by position, those staged included."""
        return map(event_of, chain(self.reader.events(), self._rows))

    def flush(self, writer: Writer) -> None:
        """Append what is staged, with the states it leads to and the command ids, and commit."""
        if not self._rows:
            return
        states = {
            key: (position, encode_state(state))
            for key, position in self._changed.items()
            if (state := self._states[key]) is not None
        }
        if self._new_keys:
            writer.keep_keys(self._new_keys)
        self.destroyed = [key for person in self._erased if (key := writer.destroy_key(person)) is not None]
        writer.append(self._rows, states, self._commands, commit=True)
        self._rows, self._commands, self._changed = [], [], {}
        self._new_keys, self._erased = {}, []

    def committed(self) -> None:
        """Let the process remember what changed; only once the transaction is committed."""
        if self._memory is not None:
            self._memory.learn(self._states, self._position)


@cache
def _names() -> "TypeAdapter[str]":
    from pydantic import TypeAdapter  # takes longer than many a command

    return TypeAdapter(PersonName)


def _well_formed(value: object) -> bool:
    try:
        _names().validate_python(value)
    except ValidationError:
        return False
    return True
