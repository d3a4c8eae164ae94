"""Opens personal data for display: log, states and registries hold it sealed. It keeps nothing that it opened."""

from typing import Any

from engine.catalogue import N_, render
from engine.log import Reader
from engine.personal import is_sealed, places, unseal
from engine.states import Person, decode_state

Json = dict[str, Any]
ERASED = N_("[erased]")


class Names:
    """The keys of people's personal data as one view of the store has them, and what stands where one is gone."""

    def __init__(self, reader: Reader, lang: str) -> None:
        self._reader = reader
        self._erased = render(ERASED, lang)
        self._keys: dict[str, tuple[bytes | None, bool]] = {}  # person -> key, whether the data was erased

    def opened(self, event: Json) -> Json:
        """An event as `event_json` gives it, with the personal data in it readable, or told to be erased."""
        kind, _, person = event["stream"].partition(":")
        if kind == "person":
            for held, name in places(event["kind"], event["data"]):
                if isinstance(held.get(name), str):
                    held[name] = self.text(held[name], person)
        return event

    def text(self, value: str, person: str) -> str:
        """A personal value of somebody as a person may read it."""
        if person not in self._keys:
            self._keys[person] = self._reader.key(person), self._is_erased(person)
        key, erased = self._keys[person]
        if erased:
            return self._erased
        found = unseal(value, key, person) if is_sealed(value) else value
        return self._erased if found is None else found

    def _is_erased(self, person: str) -> bool:
        ident = f"person:{person}"
        data = self._reader.states([ident]).get(ident)
        state = decode_state(ident, data) if data is not None else None
        return isinstance(state, Person) and state.erased is not None
