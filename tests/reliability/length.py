"""How long the tests of reliability go on: `make soak` says so in KHCN_SOAK, in seconds for each; else briefly."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator

SOAK = float(os.environ.get("KHCN_SOAK", "0"))
LONG = SOAK > 0


def rounds(briefly: int, enough: Callable[[], bool] = lambda: True) -> Iterator[int]:
    """The numbers of rounds, from 0: so many, or for as long as the soak is to last, but never fewer than `enough`."""
    end = time.monotonic() + SOAK
    number = 0
    while number < briefly or time.monotonic() < end or not enough():
        yield number
        number += 1


def some(last: int, briefly: int) -> list[int]:
    """Which of 1 ... last are tried: all of them in a soak, else so many, evenly, and the first and the last."""
    if LONG or last <= briefly:
        return list(range(1, last + 1))
    return sorted({1 + round(place * (last - 1) / (briefly - 1)) for place in range(briefly)})


def told(text: str) -> None:
    """Tell whoever watches a soak."""
    if LONG:
        sys.stdout.write(f"\n  {text}")
        sys.stdout.flush()
