"""Who sits in a council, by date. One way to change seats, for decisions and for registries; it judges none."""

from datetime import date, timedelta
from typing import TypeVar

from msgspec import Struct
from msgspec.structs import replace


class Seated(Struct, frozen=True, rename={"since": "from"}):
    """A seat in a council from `since` to `until`, both days included. Registries show the first as `from`."""

    person: str
    role: str
    since: date
    until: date | None = None

    def sits(self, on: date) -> bool:
        """Whether the seat is taken on that day."""
        return self.since <= on and (self.until is None or on <= self.until)


class Membership(Seated, frozen=True, array_like=True):
    """A seat as decisions know it."""


S = TypeVar("S", bound=Seated)


def changed(seats: tuple[S, ...], out: str | None, entered: S | None, on: date) -> tuple[S, ...]:
    """The seats once `out` left and `entered` came in on a day. Whose seat had not begun by then never had it."""
    last = on - timedelta(days=1)
    left = (
        replace(seat, until=last) if seat.person == out and (seat.until is None or seat.until >= on) else seat
        for seat in seats
    )
    kept = tuple(seat for seat in left if seat.until is None or seat.since <= seat.until)
    return kept if entered is None else (*kept, entered)
