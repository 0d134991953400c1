"""A throw-away PostgreSQL server of our own on loopback; it never touches a server that is already there."""

import ctypes
import os
import pwd
import re
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql

DOOR_DATABASES = ("log", "card", "programme", "spending", "request")
FORGETFUL_DOORS = ("card", "spending", "request")
ADVICE = Path(__file__).resolve().parents[2] / "deploy" / "postgresql"
_PR_SET_PDEATHSIG = 1


class PostgreSQLMissingError(Exception):
    """No PostgreSQL server programs on this machine; install the package `postgresql`."""


def find_binaries() -> Path | None:
    """Give the folder that holds initdb and postgres, newest version first, or None."""
    candidates = sorted(
        Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name), reverse=True
    )
    on_path = shutil.which("initdb")
    if on_path:
        candidates.append(Path(on_path).resolve().parent)
    return next(
        (path for path in candidates if (path / "initdb").exists() and (path / "postgres").exists()), None
    )


def _server_user() -> str | None:
    """PostgreSQL refuses to run as root, so root starts it as the user that its package made."""
    return "postgres" if os.geteuid() == 0 else None


def _die_with_parent() -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGQUIT)


def find_free_port() -> int:
    """Give a port of the loopback address that nothing listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Cluster:
    """One running server, set up as we advise; each door has a role and a database that this role alone may enter."""

    folder: Path
    port: int
    password: str
    process: subprocess.Popen[bytes]

    @property
    def admin_url(self) -> str:
        """Give the URL of the superuser, for tests alone."""
        return f"postgresql://postgres:{self.password}@127.0.0.1:{self.port}/postgres"

    def create_database(self, name: str) -> str:
        """Create a role and a database of the same name, closed to every other role; give its URL."""
        password = secrets.token_hex(12)
        role = sql.Identifier(name)
        with psycopg.connect(self.admin_url, autocommit=True) as connection:
            # CREATEDB lets Django's test runner make its own test database; a deployment's role has no such right.
            connection.execute(
                sql.SQL("CREATE ROLE {} LOGIN CREATEDB PASSWORD {}").format(role, sql.Literal(password))
            )
            connection.execute(sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE template0").format(role, role))
            connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(role))
        return f"postgresql://{name}:{password}@127.0.0.1:{self.port}/{name}"

    def create_door_databases(self, prefix: str = "") -> dict[str, str]:
        """Create one database and role for every name that a configuration knows."""
        urls = {
            name: self.create_database(f"{prefix or 't' + secrets.token_hex(4)}_{name}")
            for name in DOOR_DATABASES
        }
        for name in FORGETFUL_DOORS:
            self._let_cut_journal(name, urls[name].rpartition("/")[2])
        return urls

    def _let_cut_journal(self, name: str, role: str) -> None:
        """Run the statements that we ship for this door, with the role's own name in them."""
        shipped = re.sub(r"--.*", "", (ADVICE / "journal.sql").read_text())
        wanted = [statement for statement in shipped.split(";") if f"amanah_{name}" in statement]
        with psycopg.connect(f"{self.admin_url.rpartition('/')[0]}/{role}", autocommit=True) as connection:
            for statement in wanted:
                connection.execute(statement.replace(f"amanah_{name}", role).encode())

    def kill(self) -> None:
        """End the server as a power cut would, without a checkpoint."""
        self.process.send_signal(signal.SIGQUIT)
        self.process.wait(timeout=30)

    def start_again(self) -> None:
        """Start the server on the same folder after `kill`; crash recovery runs."""
        self.process = _start_server(self.folder, self.port)
        _wait_until_ready(self)

    def stop(self) -> None:
        """Stop the server and delete its folder."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait(timeout=10)
        shutil.rmtree(self.folder, ignore_errors=True)


def _start_server(folder: Path, port: int) -> subprocess.Popen[bytes]:
    binaries = find_binaries()
    if binaries is None:
        raise PostgreSQLMissingError("initdb and postgres are not on this machine")
    with (folder / "server.log").open("ab") as log:
        return subprocess.Popen(
            [str(binaries / "postgres"), "-D", str(folder / "data"), "-p", str(port)],
            stdout=log,
            stderr=log,
            stdin=subprocess.DEVNULL,
            cwd=folder,
            user=_server_user(),
            env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "TZ": "UTC"},
            preexec_fn=_die_with_parent,
        )


def start_cluster(*, fsync: bool = True) -> Cluster:
    """Make and start a server in a new temporary folder; the caller stops it."""
    binaries = find_binaries()
    if binaries is None:
        raise PostgreSQLMissingError("initdb and postgres are not on this machine")
    folder = Path(tempfile.mkdtemp(prefix="amanah-pg-"))
    password = secrets.token_hex(16)
    password_file = folder / "password"
    password_file.write_text(password)
    user = _server_user()
    if user:
        account = pwd.getpwnam(user)
        for path in (folder, password_file):
            os.chown(path, account.pw_uid, account.pw_gid)
    command = [str(binaries / "initdb"), "-D", str(folder / "data"), "-U", "postgres", "--auth=scram-sha-256"]
    command += [f"--pwfile={password_file}", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder, user=user)
    if done.returncode:
        shutil.rmtree(folder, ignore_errors=True)
        raise PostgreSQLMissingError(f"initdb failed: {done.stderr.strip()}")
    with (folder / "data" / "postgresql.conf").open("a") as conf:
        conf.write(
            f"listen_addresses = '127.0.0.1'\nunix_socket_directories = '{folder}'\nmax_connections = 100\n"
            f"shared_buffers = '64MB'\nfsync = {'on' if fsync else 'off'}\ntimezone = 'UTC'\n"
            + (ADVICE / "amanah.conf").read_text()
        )
    port = find_free_port()
    cluster = Cluster(folder, port, password, _start_server(folder, port))
    try:
        _wait_until_ready(cluster)
    except BaseException:
        cluster.stop()
        raise
    return cluster


def _wait_until_ready(cluster: Cluster) -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            psycopg.connect(cluster.admin_url, connect_timeout=5).close()
        except psycopg.OperationalError as error:
            if cluster.process.poll() is not None or time.monotonic() > deadline:
                log = (cluster.folder / "server.log").read_text(errors="replace")
                raise PostgreSQLMissingError(f"the server did not start: {log[-2000:]}") from error
            time.sleep(0.1)
        else:
            return


@contextmanager
def running_cluster(*, fsync: bool = True) -> Iterator[Cluster]:
    """Run a server for the time of a `with` block."""
    cluster = start_cluster(fsync=fsync)
    try:
        yield cluster
    finally:
        cluster.stop()
