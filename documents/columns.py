"""How the width of a table is shared out among its columns, so that no amount, date or id is torn. It draws nothing."""

from collections.abc import Iterable, Sequence
from typing import Final

ROOM: Final = {False: 85.0, True: 158.0}  # figures that stand side by side in a table: on an upright page, across
PADDING: Final = 3.0  # of a cell, in figures
LONGEST: Final = 5  # a word may claim this part of the table; what is longer is torn anyhow
NARROW: Final = ".,:;'!|()ijlt"  # half as wide as a figure; capitals and the widest small letters are wider
WIDE: Final = "mw%@"


def shared_out(weights: Sequence[float], texts: Sequence[Iterable[str]], *, wide: bool) -> list[float]:
    """The widths of columns in figures: by their weights, but each wide enough for the longest word of its texts.

    Where there is not room for that they come to more than there is, and are to be taken as shares."""
    room = ROOM[wide]
    least = [min(_longest(each) + PADDING, room / LONGEST) for each in texts]
    widths, free = list(least), list(range(len(weights)))
    while free:
        left = room - sum(width for place, width in enumerate(widths) if place not in free)
        unit = left / sum(weights[place] for place in free)
        enough = [place for place in free if unit * weights[place] >= least[place]]
        if len(enough) == len(free):
            for place in free:
                widths[place] = unit * weights[place]
            break
        free = enough
    return [round(width, 1) for width in widths]


def _longest(texts: Iterable[str]) -> float:
    words = {word for text in texts for word in text.split() if "://" not in word}  # addresses are torn as it is
    return max((sum(map(_width, word)) for word in words), default=0.0)


def _width(sign: str) -> float:
    return 0.5 if sign in NARROW else 1.4 if sign.isupper() or sign in WIDE else 1.0
