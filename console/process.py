"""Who does what takes long: this process, by machine, number and start; and whether another still lives. Ends none."""

import os
import socket
from datetime import UTC, datetime
from pathlib import Path

SILENCE = 600  # seconds without a sign after which somebody on another machine is taken for gone


def this_process() -> str:
    """What tells this process from every other: machine, process id, when it was started."""
    return f"{socket.gethostname()}:{os.getpid()}:{_started(os.getpid())}"


def alive(owner: str, beat_at: str) -> bool:
    """Whether a process may still be at work: it runs on this machine, or gave a sign from another not long ago."""
    host, pid, started = owner.rsplit(":", 2)
    if host == socket.gethostname() and pid.isdecimal():
        return _runs(int(pid)) and _started(int(pid)) == started
    return (datetime.now(UTC) - datetime.fromisoformat(beat_at)).total_seconds() < SILENCE


def told(owner: str) -> str:
    """A process as a person reads it."""
    host, pid, _ = owner.rsplit(":", 2)
    return f"{host}, pid {pid}"


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _started(pid: int) -> str:
    """When a process began, in ticks since the machine did: a number that is given again is told apart by it."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return "0"
    return stat.rpartition(")")[2].split()[19]
