"""Runs `khcn` in processes of their own that begin with everything imported: some thirty milliseconds each.

    python -m tests.reliability.runner    reads what to run as JSON lines, answers with JSON lines

A run may be told how big a file may grow (RLIMIT_FSIZE), and what befalls a call on a folder's files."""

from __future__ import annotations

import json
import os
import resource
import signal
import socket
import subprocess
import sys
import traceback
from contextlib import suppress
from dataclasses import asdict, dataclass
from importlib import import_module
from pathlib import Path
from threading import Lock, Thread
from types import TracebackType
from typing import Any, Self

from tests.reliability.supervised import Fault, hand_over, take_over

ROOT = Path(__file__).parents[2]
CODES = (0, 2, 3, 4, 5, 6, 7)  # of the contract
LOADED = (
    "cli", "engine.desk", "engine.tables", "engine.verify", "engine.copying", "engine.files", "workflows.rules",
    "workflows.load", "console.record", "console.backup", "console.projections", "console.registry", "console.sealing",
    "console.store", "console.trouble", "console.doctor", "projections.rebuild", "projections.checking",
    "projections.registries", "projections.tables", "projections.quarantine", "console.groups", "console.process",
    "console.seeing", "console.showing", "console.documents", "engine.evidence", "engine.health", "engine.postgres",
    "rich.console",
)  # fmt: skip
Json = dict[str, Any]


@dataclass(frozen=True)
class Ran:
    """What a run left behind; `code` is below zero where a signal ended it."""

    code: int
    out: str
    err: str
    calls: list[str]  # those on the files of the fault's folder, in their order

    @property
    def results(self) -> list[Json]:
        """Each whole line of the output, which must be JSON."""
        return [json.loads(line) for line in self.out.split("\n")[:-1]]

    @property
    def acknowledged(self) -> list[str]:
        """The ids of the commands that were answered to be on record."""
        return [told["command_id"] for told in self.results if told["outcome"] in ("recorded", "duplicate")]


@dataclass(frozen=True)
class Started:
    """A run that goes on by itself: its process, and the file that its output goes to."""

    pid: int
    file: Path

    @property
    def results(self) -> list[Json]:
        """Each whole line that was put out so far; a line that was cut off is no answer."""
        return [json.loads(line) for line in self.file.read_text(encoding="utf-8").split("\n")[:-1]]

    @property
    def complaints(self) -> str:
        """What went to the other output."""
        return self.file.with_name(f"{self.file.name}.err").read_text(encoding="utf-8")

    def kill(self) -> None:
        """End it at once."""
        os.kill(self.pid, signal.SIGKILL)


class Runner:
    """A process that runs `khcn` again and again; a context manager."""

    def __init__(self) -> None:
        self._turn = Lock()

    def __enter__(self) -> Self:
        plain = {"LC_ALL": "C.UTF-8", "PYTHONUTF8": "1", "NO_COLOR": "1", "TZ": "UTC", "PATH": os.environ["PATH"]}
        self._process = subprocess.Popen(
            [sys.executable, "-m", __name__], cwd=ROOT, env=plain, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._process.communicate(timeout=60)

    def __call__(
        self, *arguments: str | Path, db: str, biggest: int | None = None, fault: Fault | None = None, **env: str
    ) -> Ran:
        """Run `khcn --db DB arguments`; `biggest`: so many bytes a file may have.

        Unless a signal ended it, the code is one of the contract's, and nobody sees a traceback."""
        asked = {
            "argv": ["khcn", "--db", db, *map(str, arguments)],
            "biggest": biggest,
            "fault": asdict(fault) if fault else None,
            "env": env,
        }
        ran = Ran(**self._asked(asked))

        assert ran.code < 0 or ran.code in CODES, (arguments, ran)
        assert "Traceback" not in ran.out + ran.err, (arguments, ran)
        return ran

    def create(self, db: str, last: int) -> Ran:
        """Create the store, or bring it up to date; the process ends at once before its `last`-th statement.

        Where it came to its end it puts out how many statements there were."""
        return Ran(**self._asked({"argv": [], "env": {}, "biggest": None, "fault": None, "db": db, "last": last}))

    def start(self, *arguments: str | Path, db: str, file: Path) -> Started:
        """Begin to run `khcn --db DB arguments`, its output going to a file."""
        argv = ["khcn", "--db", db, *map(str, arguments)]
        asked: Json = {"argv": argv, "env": {}, "biggest": None, "file": str(file)}
        return Started(self._asked(asked)["pid"], file)

    def wait(self, run: Started) -> int:
        """Wait for the end of what was started: its exit code, below zero where a signal ended it."""
        code = int(self._asked({"wait": run.pid})["code"])

        assert code < 0 or code in CODES, (code, run.complaints)
        assert "Traceback" not in run.complaints
        return code

    def ended(self, pid: int) -> int | None:
        """The exit code of what was started, where it has ended; nobody waits."""
        code: int | None = self._asked({"look": pid})["code"]
        return code

    def _asked(self, what: Json) -> Json:
        with self._turn:
            assert self._process.stdin is not None
            assert self._process.stdout is not None
            self._process.stdin.write(json.dumps(what).encode() + b"\n")
            self._process.stdin.flush()
            answer: Json = json.loads(self._process.stdout.readline())
        return answer


def _child(asked: Json, out: int, err: int, ask: socket.socket | None, fault: Fault | None) -> None:
    """Be `khcn`; never returns."""
    code = 70
    try:
        os.dup2(out, 1)
        os.dup2(err, 2)
        sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115 - it is standard output
        sys.stderr = open(2, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
        os.environ.update(asked["env"])
        # Python 3.11 does not notice when a disk takes only half of a file of bytecode, and trips over it later.
        sys.dont_write_bytecode = True
        sys.argv = asked["argv"]
        if asked["biggest"] is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (asked["biggest"], resource.RLIM_INFINITY))
        if ask is not None and fault is not None:
            hand_over(ask, fault)
        if "last" in asked:
            _create(asked["db"], asked["last"])
            code = 0
        else:
            import cli

            cli.main()
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 0
    except BaseException:
        traceback.print_exc()
    finally:
        with suppress(Exception):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(code)


def _create(url: str, last: int) -> None:
    """Bring a store up to date; die before a statement, counted from 1; else tell how many there were."""
    from sqlalchemy import event
    from sqlalchemy.engine import Engine

    from engine.log import Log

    seen = 0

    def before(*_: object) -> None:
        nonlocal seen
        seen += 1
        if seen == last:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(Engine, "before_cursor_execute", before)
    event.listen(Engine, "commit", before)
    with Log.open(url) as log:
        log.create()
    sys.stdout.write(str(seen))


def _read(end: int, into: list[bytes]) -> None:
    with open(end, "rb") as stream:
        into.append(stream.read())


def run(asked: Json) -> Ran:
    """Run one in a child, supervised where a fault was asked for."""
    fault = Fault(**{**asked["fault"], "calls": tuple(asked["fault"]["calls"])}) if asked["fault"] else None
    (out, out_end), (err, err_end) = os.pipe(), os.pipe()
    ours, theirs = socket.socketpair()
    pid = os.fork()
    if not pid:
        ours.close()
        _child(asked, out_end, err_end, theirs if fault else None, fault)
    for end in (out_end, err_end):
        os.close(end)
    theirs.close()
    told: list[list[bytes]] = [[], []]
    readers = [Thread(target=_read, args=pair) for pair in zip((out, err), told, strict=True)]
    for reader in readers:
        reader.start()
    supervisor = take_over(pid, ours, fault) if fault else None
    if supervisor:
        supervisor.serve()
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    for reader in readers:
        reader.join()
    ours.close()
    if supervisor:
        os.close(supervisor.listener)
        if code < 0 and fault and fault.deed == "power":
            supervisor.lose_power()
    said, complained = (b"".join(each).decode(errors="replace") for each in told)
    return Ran(code, said, complained, supervisor.named if supervisor else [])


def start(asked: Json) -> int:
    """Begin to run one; its process."""
    out, err = (
        os.open(name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC) for name in (asked["file"], asked["file"] + ".err")
    )
    pid = os.fork()
    if not pid:
        _child(asked, out, err, None, None)
    os.close(out)
    os.close(err)
    return pid


def answered(asked: Json) -> Json:
    """What is asked for, done."""
    if "wait" in asked:
        return {"code": os.waitstatus_to_exitcode(os.waitpid(asked["wait"], 0)[1])}
    if "look" in asked:
        pid, status = os.waitpid(asked["look"], os.WNOHANG)
        return {"code": os.waitstatus_to_exitcode(status) if pid else None}
    return {"pid": start(asked)} if "file" in asked else asdict(run(asked))


def main() -> None:
    """Answer until nobody asks."""
    answers = os.dup(1)
    for name in LOADED:
        import_module(name)
    for line in sys.stdin.buffer:
        os.write(answers, json.dumps(answered(json.loads(line))).encode() + b"\n")


if __name__ == "__main__":
    main()
