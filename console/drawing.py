"""Draws tables on a screen or into a pipe; one too narrow for its rows gets them as blocks. It breaks no word apart."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from textwrap import wrap

PIPED = 160  # columns, where no screen says how many there are
UNKNOWN = 80  # columns of a screen that says it has none
FOLDED = 24  # columns for a word that may be folded: an address, a digest; ids, dates and amounts are never
LONGEST_WORD = 63
ROOM, ROOM_FOR_SENTENCES = 12, 20  # what a column has at the least that is wrapped, so that it becomes no ladder
SENTENCE = 40
WIDE_GAP, NARROW_GAP = 3, 1


@dataclass(frozen=True, slots=True)
class Column:
    """What stands over a column, whether its values stand to the right, whether they stay in one line."""

    heading: str
    right: bool = False
    whole: bool = False


def draw(columns: Sequence[Column], rows: Sequence[Sequence[str]], totals: Sequence[str] | None = None) -> None:
    """Put a table on standard output: amounts, dates and ids whole, sentences wrapped between words.

    A screen on which the columns have no room side by side gets every row as a block of its own."""
    from rich.console import Console

    from console.speech import put, visible

    shown = [[visible(cell) for cell in row] for row in rows]
    last = [visible(cell) for cell in totals] if totals is not None else None
    console = Console(file=sys.stdout, highlight=False, markup=False)
    every = [*shown, last] if last is not None else shown
    folds = sys.stdout.isatty()  # a pipe has room for everything
    screen = (console.width or UNKNOWN) if folds else PIPED
    least = [_least(column, [row[place] for row in every], folds) for place, column in enumerate(columns)]
    if not folds:
        least = [max(pair) for pair in zip(least, (len(column.heading) for column in columns), strict=True)]
    for gap in (WIDE_GAP, NARROW_GAP):
        room = screen - gap * (len(columns) - 1)
        if sum(least) <= room or not folds:
            widths = _shared_out(columns, every, least, room)
            console.width = max(screen, sum(widths) + gap * (len(columns) - 1))
            console.print(_table(columns, shown, last, widths, gap))
            return
    for row in chain(shown, [last] if last is not None else []):
        put(_block(columns, row, screen))


def _least(column: Column, cells: Sequence[str], folds: bool) -> int:
    """The columns that it takes to break no word."""
    if column.whole:
        return max((len(line) for cell in (*column.heading.split(), *cells) for line in cell.splitlines()), default=1)
    words = [word for cell in (column.heading, *cells) for word in cell.split()]
    longest = max((min(len(word), FOLDED) if folds and _may_fold(word) else len(word) for word in words), default=1)
    widest = max((len(cell) for cell in cells), default=0)
    return max(longest, min(ROOM_FOR_SENTENCES if widest > SENTENCE else ROOM, widest))


def _may_fold(word: str) -> bool:
    return "://" in word or len(word) > LONGEST_WORD


def _shared_out(columns: Sequence[Column], rows: Sequence[Sequence[str]], least: Sequence[int], room: int) -> list[int]:
    """The width of each column: where there is no room for all, headings are wrapped, then what is widest."""
    inside = [_widest([row[place] for row in rows], room) for place in _of(columns)]
    widths = [max(inside[place], least[place], len(columns[place].heading)) for place in _of(columns)]
    if sum(widths) > room:
        widths = [max(inside[place], least[place]) for place in _of(columns)]
    while sum(widths) > room and (wide := [place for place in _of(columns) if widths[place] > least[place]]):
        widths[max(wide, key=widths.__getitem__)] -= 1
    return widths


def _widest(cells: Sequence[str], room: int) -> int:
    return min(max((len(line) for cell in cells for line in cell.splitlines()), default=1), max(room, 1))


def _of(columns: Sequence[Column]) -> range:
    return range(len(columns))


def _table(
    columns: Sequence[Column], rows: Sequence[Sequence[str]], totals: Sequence[str] | None, widths: list[int], gap: int
) -> "object":
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE, pad_edge=False, show_edge=False, padding=(0, 1 if gap == WIDE_GAP else 0))
    for column, width in zip(columns, widths, strict=True):
        table.add_column(column.heading, justify="right" if column.right else "left", overflow="fold", width=width)
    for row in rows:
        table.add_row(*row)
    if totals is not None:
        table.add_section()
        table.add_row(*totals)
    return table


def _block(columns: Sequence[Column], row: Sequence[str], screen: int) -> str:
    """A row as lines of heading and value, the values one below the other where the screen has room for that."""
    longest = max(len(column.heading) for column in columns)
    lines = []
    for column, cell in zip(columns, row, strict=True):
        label = f"{column.heading}: ".ljust(longest + 2 if longest + 2 <= screen // 2 else 0)
        hang = " " * (len(label) if len(label) <= screen // 2 else 2)
        for line in cell.splitlines() or [""]:
            lines += wrap(
                label + line,
                screen,
                subsequent_indent=hang,
                break_long_words=False,
                break_on_hyphens=False,
                drop_whitespace=True,
            ) or [label.rstrip()]
            label = hang
    return "\n".join([*lines, ""])
