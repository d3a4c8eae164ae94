"""How a person's name is shown in an export: the one place where the log's value becomes what a person reads."""

from engine.log import Reader


class Names:
    """The names of people as one view of the store has them."""

    def __init__(self, reader: Reader, lang: str = "en") -> None:
        """`lang`: in which language it is said where a name may not be shown."""
        self._reader = reader
        self._lang = lang

    def text(self, value: str, person: str) -> str:
        """Take a personal value as the log holds it, and whose it is; give what an export shows."""
        return value
