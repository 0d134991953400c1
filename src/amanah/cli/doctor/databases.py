"""Checks on databases: nothing shared, nothing logged by the server, and no table that remembers an order."""

import sqlite3
from collections.abc import Iterator, Mapping

from amanah.web.config import DEPARTMENTS, Config
from amanah.web.confinement import DATABASES_OF
from amanah.web.database import Database, find_sqlite_path, open_database, open_sqlite
from amanah.web.rewriting import may_cut_journal

ORDERLESS_DATABASES = ("card", "spending")
# What the journal of each of these would tell after the rows are gone.
_FORGOTTEN = {
    "card": "which keeps rows in the order they came",
    "spending": "which keeps rows in the order they came",
    "request": "which keeps what closed requests held after it was destroyed",
}
_MADE_BY_DJANGO = frozenset({"django_migrations", "django_content_type"})
# What a server writes beside the tables decides what a seized disk tells: statements, addresses, times of commits.
SERVER_SETTINGS: Mapping[str, tuple[frozenset[str], str]] = {
    "log_statement": (frozenset({"none"}), "none"),
    "log_min_duration_statement": (frozenset({"-1"}), "-1"),
    "log_min_duration_sample": (frozenset({"-1"}), "-1"),
    "log_connections": (frozenset({"off", ""}), "off"),
    "log_disconnections": (frozenset({"off"}), "off"),
    "log_duration": (frozenset({"off"}), "off"),
    "log_parameter_max_length_on_error": (frozenset({"0"}), "0"),
    "track_commit_timestamp": (frozenset({"off"}), "off"),
    "archive_mode": (frozenset({"off"}), "off (a write-ahead archive keeps the order of every commit)"),
    "wal_recycle": (frozenset({"off"}), "off (a reused journal file keeps the rows it held before)"),
    "wal_keep_size": (frozenset({"0"}), "0"),
    "fsync": (frozenset({"on"}), "on"),
    "full_page_writes": (frozenset({"on"}), "on"),
}


def check_sharing(config: Config) -> Iterator[str]:
    """Find two departments whose databases are one, however their addresses are written."""
    identities: dict[str, str] = {}
    for department in DEPARTMENTS:
        for name in DATABASES_OF[department]:
            identity = _identify(config.database(name))
            owner = identities.setdefault(identity, department)
            if owner != department:
                yield (
                    f"The {owner} and {department} departments use one and the same database ({name}); "
                    f"give AMANAH_DATABASE_{name.upper()} a database and a role of its own."
                )


def _identify(url: str) -> str:
    if url.startswith("sqlite:///"):
        return str(find_sqlite_path(url).resolve())
    try:
        with open_database(url, read_only=True) as database:
            row = database.execute(
                "SELECT system_identifier, current_database() FROM pg_control_system()"
            ).fetchone()
    except OSError:
        return url
    return f"{row[0]}/{row[1]}"


def check_databases(config: Config) -> Iterator[str]:
    """Check each database in the way that its kind needs."""
    for department in DEPARTMENTS:
        for name in DATABASES_OF[department]:
            url = config.database(name)
            if url.startswith("sqlite:///"):
                yield from _check_sqlite(url, name)
            else:
                yield from _check_postgresql(url, name)


def _check_sqlite(url: str, name: str) -> Iterator[str]:
    path = find_sqlite_path(url)
    if not path.exists():
        yield f"The database {path} is missing; run amanah init."
        return
    try:
        connection = open_sqlite(path, read_only=True)
        tables = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table'").fetchall()
        mode = connection.execute("PRAGMA journal_mode").fetchone()[0]
        problems = [row[0] for row in connection.execute("PRAGMA quick_check(3)")]
        connection.close()
    except sqlite3.Error as error:
        yield f"The database {path} cannot be read: {error}. Restore it from a backup."
        return
    if not tables:
        yield f"The database {path} is empty; run amanah init."
    if problems != ["ok"]:
        yield f"The database {path} is damaged: {'; '.join(problems)}. Restore it from a backup."
    if tables and mode != "wal":
        yield f"The database {path} is in mode {mode}; start Amanah once, it sets wal."
    for table, statement in tables:
        is_ours = table not in _MADE_BY_DJANGO and not table.startswith("sqlite_")
        if name in ORDERLESS_DATABASES and is_ours and "WITHOUT ROWID" not in (statement or "").upper():
            yield f"The table {table} in {path} remembers the order of its rows; make it anew with amanah init."


def _check_postgresql(url: str, name: str) -> Iterator[str]:
    import psycopg

    try:
        database = open_database(url, read_only=True)
    except psycopg.OperationalError as error:
        yield f"The PostgreSQL database for {name} does not answer: {str(error).splitlines()[0]}"
        return
    with database:
        for setting, (allowed, advice) in SERVER_SETTINGS.items():
            row = database.execute("SELECT setting FROM pg_settings WHERE name = ?", (setting,)).fetchone()
            if row is not None and row[0] not in allowed:
                yield f"PostgreSQL's {setting} is '{row[0]}' for {name}; set it to {advice} in postgresql.conf."
        yield from _check_role(database, name)


def _check_role(database: Database, name: str) -> Iterator[str]:
    role = database.execute(
        "SELECT rolsuper, rolcreaterole, rolbypassrls, rolname FROM pg_roles WHERE rolname = current_user"
    ).fetchone()
    if any(role[:3]):
        yield f"The role {role[3]} for {name} may do more than its own database needs; make a plain role."
    reachable = database.execute(
        "SELECT datname FROM pg_database WHERE datallowconn AND NOT datistemplate AND datname <> 'postgres'"
        " AND datname <> current_database() AND has_database_privilege(datname, 'CONNECT') ORDER BY datname"
    ).fetchall()
    if name in _FORGOTTEN and not may_cut_journal(database):
        yield (
            f"The role {role[3]} of {name} may not cut PostgreSQL's journal, {_FORGOTTEN[name]}; "
            "run the statements in deploy/postgresql/journal.sql."
        )
    for row in reachable:
        yield (
            f"The role {role[3]} of {name} may connect to the database {row[0]}; close it: "
            f"REVOKE CONNECT ON DATABASE {row[0]} FROM PUBLIC."
        )
