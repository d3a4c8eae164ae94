"""A view whose states are folded from the log: for who may not write while the decision index is of another release."""

from collections.abc import Sequence

from engine.entries import event_of
from engine.fold import fold
from engine.states import encode_state
from engine.transactions import Reader


class Folded(Reader):
    """A reader of the same view that passes the decision index by. Folds the whole log when a state is first read."""

    def __init__(self, reader: Reader) -> None:
        super().__init__(reader._session, reader._head)
        self._states: dict[str, bytes] | None = None

    def states(self, keys: Sequence[str]) -> dict[str, bytes]:
        """The states under `keys`, without those that are not there."""
        states = self.index()
        return {key: states[key] for key in keys if key in states}

    def index(self) -> dict[str, bytes]:
        """Every state by key."""
        if self._states is None:
            events = map(event_of, self.events())
            self._states = {key: encode_state(state) for key, state in fold(events).items()}
        return self._states
