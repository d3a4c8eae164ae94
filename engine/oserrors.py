"""Why the operating system would not open, read or write: its answers as messages. It asks the system nothing."""

from engine.catalogue import N_, Message

# As the system words them in English; what is not among them is told as it is.
ANSWERS = frozenset(
    (
        N_("No such file or directory"),
        N_("Permission denied"),
        N_("Operation not permitted"),
        N_("Is a directory"),
        N_("Not a directory"),
        N_("Directory not empty"),
        N_("File exists"),
        N_("File name too long"),
        N_("File too large"),
        N_("No space left on device"),
        N_("Disk quota exceeded"),
        N_("Read-only file system"),
        N_("Input/output error"),
        N_("Too many open files"),
        N_("Too many levels of symbolic links"),
        N_("Device or resource busy"),
        N_("Text file busy"),
        N_("No such device or address"),
        N_("Invalid argument"),
    )
)


def reason_of(error: Exception) -> Message | str:
    """What an error says of itself, to be put into a sentence."""
    return said(getattr(error, "strerror", None) or str(error))


def said(reason: str) -> Message | str:
    """An answer of the system as a message; any other text as it is, since it may hold braces."""
    return Message(reason) if reason in ANSWERS else reason
