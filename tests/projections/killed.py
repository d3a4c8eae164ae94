"""What a process does that will be killed."""

from multiprocessing.connection import Connection

from console.process import alive, this_process
from engine.log import Log
from projections import building
from projections.rebuild import Rebuild
from tests.projections.shelves import EVERY


def rebuild_for_ever(url: str, steps: Connection) -> None:
    """Rebuild everything again and again in small steps, and tell of each."""
    building.INTERVAL = 20
    with Log.open(url) as log:
        while True:
            Rebuild(log, this_process(), alive, progress=lambda *_: steps.send(1)).run(EVERY)
            steps.send(0)
