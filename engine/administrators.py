"""Who administers the store, by date: the one state over all people, so that the last of them can be told."""

from datetime import date, timedelta

from msgspec import Struct
from msgspec.structs import replace

KEY = "administrators:all"
ROLE = "admin"


class Administrator(Struct, frozen=True, array_like=True):
    """Somebody who is administrator from `since` to `until`, both days included."""

    person: str
    since: date
    until: date | None = None

    def holds(self, on: date) -> bool:
        """Whether he is administrator on that date."""
        return self.since <= on and (self.until is None or on <= self.until)


class Administrators(Struct, frozen=True):
    """Everybody who was ever given the role for all units."""

    held: tuple[Administrator, ...] = ()

    @staticmethod
    def named(role: str, unit: str | None) -> bool:
        """Whether a role is that of an administrator: for one unit it gives no right to the store's."""
        return role == ROLE and unit is None

    def with_one(self, person: str, since: date) -> "Administrators":
        """With one more."""
        return Administrators((*self.held, Administrator(person, since)))

    def without(self, person: str, on: date) -> "Administrators":
        """Where the role is taken from somebody: the day before is his last."""

        def ended(one: Administrator) -> Administrator:
            return replace(one, until=on - timedelta(days=1)) if one.person == person and one.holds(on) else one

        return Administrators(tuple(map(ended, self.held)))

    @property
    def lasting(self) -> bool:
        """Whether somebody holds the role whose end is not on record."""
        return any(one.until is None for one in self.held)
