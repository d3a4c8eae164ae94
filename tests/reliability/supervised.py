"""What a child does to the files of one folder, call by call: counted, let through, failed, or the child's last.

Linux alone does this (seccomp's user notifications, since 5.5); nothing is installed and nobody need be root."""

from __future__ import annotations

import ctypes
import errno
import fcntl
import os
import platform
import select
import signal
import socket
import struct
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

Deed = Literal["error", "kill", "power"]

# The numbers of calls, by machine; a name may have several.
CALLS = {
    "x86_64": {
        "read": (0, 17, 19, 295), "write": (1, 18, 20, 296), "open": (2, 257), "close": (3,), "fcntl": (72,),
        "sync": (74, 75), "truncate": (77, 285), "rename": (82, 264, 316), "mkdir": (83, 258), "unlink": (87, 263),
    },
    "aarch64": {
        "read": (63, 65, 67, 69), "write": (64, 66, 68, 70), "open": (56,), "close": (57,), "fcntl": (25,),
        "sync": (82, 83), "truncate": (46, 47), "rename": (38, 276), "mkdir": (34,), "unlink": (35,),
    },
}  # fmt: skip
AUDIT_ARCH = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
SECCOMP = {"x86_64": 317, "aarch64": 277}
BY_PATH = {2: 0, 257: 1, 82: 1, 264: 3, 316: 3, 83: 0, 258: 1, 87: 0, 263: 1}  # x86_64: which argument is the path
BY_PATH_ARM = {56: 1, 38: 3, 276: 3, 34: 1, 35: 1}
PR_SET_NO_NEW_PRIVS = 38
SET_MODE_FILTER, NEW_LISTENER, GET_ACTION_AVAIL = 1, 8, 2
NOTIFY, ALLOW = 0x7FC00000, 0x7FFF0000
RECEIVE, SEND = 0xC0502100, 0xC0182101
GO_ON = 1
NOTICE = struct.Struct("=QIIiIQ6Q")  # id, pid, flags, number, architecture, instruction pointer, arguments
ANSWER = struct.Struct("=QqiI")  # id, value, error, flags
CHANGING = ("write", "sync", "truncate", "rename", "mkdir", "unlink")
EVERY = (*CHANGING, "read", "open", "close", "fcntl")


@dataclass(frozen=True)
class Fault:
    """What befalls the `at`-th call, counted from 1, of these kinds on files in a folder; at 0 they are counted only.

    `error` fails it with `code`, once or `for_good`; `kill` ends the process instead of it; `power` does so too, and
    what no fsync had put on disk by then is gone."""

    folder: str
    at: int = 0
    deed: Deed = "error"
    code: int = errno.EIO
    for_good: bool = False
    calls: tuple[str, ...] = CHANGING


def missing() -> str | None:
    """Why calls cannot be supervised here; None where they can."""
    if os.uname().sysname != "Linux" or platform.machine() not in CALLS:
        return "only on Linux on x86_64 or aarch64"
    action = ctypes.c_uint32(NOTIFY)
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.syscall(SECCOMP[platform.machine()], GET_ACTION_AVAIL, 0, ctypes.byref(action)):
        return "this kernel, or the container, has no seccomp notifications"
    return None


class _Filter(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("program", ctypes.c_void_p))


def _numbers(calls: tuple[str, ...]) -> dict[int, str]:
    table = CALLS[platform.machine()]
    return {number: name for name in calls for number in table[name]}


def hand_over(to: socket.socket, fault: Fault) -> None:
    """In the child: from here on whoever is at the other end of the socket is asked before each such call."""
    machine = platform.machine()
    numbers = list(_numbers(tuple({*fault.calls, "sync"})))
    steps = [(0x20, 0, 0, 4), (0x15, 1, 0, AUDIT_ARCH[machine]), (0x06, 0, 0, ALLOW), (0x20, 0, 0, 0)]
    steps += [(0x15, len(numbers) - place, 0, number) for place, number in enumerate(numbers)]
    steps += [(0x06, 0, 0, ALLOW), (0x06, 0, 0, NOTIFY)]
    program = b"".join(struct.pack("=HBBI", *step) for step in steps)
    buffer = ctypes.create_string_buffer(program, len(program))
    described = _Filter(len(steps), ctypes.cast(buffer, ctypes.c_void_p))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "no_new_privs")
    listener = libc.syscall(SECCOMP[machine], SET_MODE_FILTER, NEW_LISTENER, ctypes.byref(described))
    if listener < 0:
        raise OSError(ctypes.get_errno(), "seccomp")
    socket.send_fds(to, [b"!"], [listener])  # sendmsg is none of the calls that are asked about
    to.recv(1)  # the other side has it: the child's own can go


@dataclass
class Supervisor:
    """Answers for a child. `seen` counts the calls on the folder; `named` says what each was."""

    pid: int
    listener: int
    fault: Fault
    seen: int = 0
    named: list[str] = field(default_factory=list)
    safe: dict[str, bytes] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._names = _numbers(self.fault.calls)
        self._syncs = _numbers(("sync",))
        self._paths = BY_PATH if platform.machine() == "x86_64" else BY_PATH_ARM
        if self.fault.deed == "power":  # what lay there before the child began is on disk
            self.safe = {str(path): path.read_bytes() for path in self._files()}

    def serve(self) -> None:
        """Answer until the child is gone."""
        poll = select.poll()
        poll.register(self.listener, select.POLLIN)
        while True:
            [(_, what)] = poll.poll()
            if not what & select.POLLIN:
                return
            notice = bytearray(NOTICE.size)
            try:
                fcntl.ioctl(self.listener, RECEIVE, notice)
                answer = self._answer(*NOTICE.unpack(notice))
                fcntl.ioctl(self.listener, SEND, answer)
            except OSError as error:
                if error.errno not in (errno.ENOENT, errno.EINTR):  # it died while it asked
                    raise

    def _answer(self, ident: int, pid: int, _: int, number: int, *rest: int) -> bytes:
        path = self._path(pid, number, rest[2:])
        value = self._judged(number, path) if path.startswith(self.fault.folder) else 0
        return ANSWER.pack(ident, 0, -value, 0 if value else GO_ON)

    def _judged(self, number: int, path: str) -> int:
        """The error with which the call ends; 0 where it goes on."""
        fault = self.fault
        if number in self._names:
            self.seen += 1
            self.named.append(f"{self._names[number]} {Path(path).name}")
            if fault.at and (self.seen == fault.at or (fault.for_good and self.seen > fault.at)):
                if fault.deed == "error":
                    return fault.code
                os.kill(self.pid, signal.SIGKILL)
                return errno.EIO
        if number in self._syncs and fault.deed == "power" and (not fault.at or self.seen < fault.at):
            held = Path(path)
            if held.is_file():
                self.safe[path] = held.read_bytes()
        return 0

    def lose_power(self) -> None:
        """Once the child is dead: leave of the folder's files what had been put on disk."""
        for path in self._files():
            kept = self.safe.get(str(path))
            if kept is None:
                path.unlink()
            elif path.read_bytes() != kept:
                path.write_bytes(kept)
        for name, content in self.safe.items():
            if not Path(name).exists() and Path(name).parent.is_dir():
                Path(name).write_bytes(content)

    def _files(self) -> list[Path]:
        return [path for path in Path(self.fault.folder).rglob("*") if path.is_file()]

    def _path(self, pid: int, number: int, arguments: tuple[int, ...]) -> str:
        """The file that a call is about; empty where it is none."""
        try:
            if number in self._paths:
                named = self._text(pid, arguments[self._paths[number]])
                return named if named.startswith("/") else str(Path(os.readlink(f"/proc/{pid}/cwd")) / named)
            return os.readlink(f"/proc/{pid}/fd/{arguments[0] & 0xFFFFFFFF}")
        except OSError:
            return ""

    @staticmethod
    def _text(pid: int, address: int) -> str:
        with open(f"/proc/{pid}/mem", "rb", buffering=0) as memory:
            memory.seek(address)
            return os.fsdecode(memory.read(4096).partition(b"\0")[0])


def take_over(pid: int, at: socket.socket, fault: Fault) -> Supervisor:
    """In the parent: the supervisor of a child that hands itself over."""
    received: tuple[Any, list[int], Any, Any] = socket.recv_fds(at, 1, 1)
    supervisor = Supervisor(pid, received[1][0], fault)
    at.send(b"!")
    return supervisor
