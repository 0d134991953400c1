"""With PostgreSQL, the roles of the request door and of the programme door try every way into each other's database.

In these tests a role may do more than in a deployment: it may create databases.
"""

import psycopg
import pytest
from psycopg import sql

from tests.support.postgresql import Cluster

PAIRS = [("request", "programme"), ("programme", "request")]

TRIED_AS_THE_OTHER = (
    "SET ROLE {other}",
    "SET SESSION AUTHORIZATION {other}",
    "ALTER ROLE {other} PASSWORD 'stolen'",
    "GRANT {other} TO {own}",
    "CREATE DATABASE {copy} TEMPLATE {other}",
    "ALTER DATABASE {other} OWNER TO {own}",
    "GRANT CONNECT ON DATABASE {other} TO {own}",
    "SELECT word FROM {other}.public.kept",
    "SELECT pg_database_size({name})",
    "SELECT rolpassword FROM pg_authid",
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = {name}",
    "SELECT pg_read_file('base/1/PG_VERSION')",
    "SELECT pg_ls_dir('.')",
    "SELECT lo_import('/etc/passwd')",
    "COPY stolen FROM PROGRAM 'cat /etc/passwd'",
    "COPY stolen FROM '/etc/passwd'",
    "CREATE EXTENSION dblink",
    "CREATE EXTENSION postgres_fdw",
    "CREATE EXTENSION file_fdw",
)


@pytest.mark.postgresql
@pytest.mark.parametrize(("door", "other"), PAIRS)
def test_the_role_of_one_door_finds_no_way_into_the_others_database(
    door: str, other: str, postgresql: Cluster
) -> None:
    urls = postgresql.create_door_databases()
    roles = {name: url.rpartition("/")[2] for name, url in urls.items()}
    names = {name: sql.Identifier(roles[one]) for name, one in (("own", door), ("other", other))}
    values = names | {"name": sql.Literal(roles[other]), "copy": sql.Identifier(f"{roles[door]}_copy")}
    succeeded = []
    with (
        psycopg.connect(urls[other], autocommit=True) as foreign,
        psycopg.connect(urls[door], autocommit=True) as own,
    ):
        foreign.execute("CREATE TABLE kept (word text)")
        foreign.execute("INSERT INTO kept VALUES ('secret')")
        foreign.execute("SELECT 'secret' FROM kept")
        own.execute("CREATE TABLE stolen (word text)")
        for statement in TRIED_AS_THE_OTHER:
            try:
                own.execute(sql.SQL(statement).format(**values))
            except psycopg.Error:
                continue
            succeeded.append(statement)
        seen = own.execute("SELECT query FROM pg_stat_activity WHERE usename = %s", [roles[other]]).fetchall()
        assert foreign.execute("SELECT word FROM kept").fetchall() == [("secret",)]
        assert own.execute("SELECT count(*) FROM stolen").fetchone() == (0,)
    assert succeeded == []
    assert seen == [("<insufficient privilege>",)]
    with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
        psycopg.connect(f"{urls[door].rpartition('/')[0]}/{roles[other]}")


@pytest.mark.postgresql
def test_the_server_itself_can_do_what_the_roles_cannot(postgresql: Cluster) -> None:
    urls = postgresql.create_door_databases()
    with psycopg.connect(postgresql.admin_url, autocommit=True) as admin:
        role = sql.Identifier(urls["request"].rpartition("/")[2])
        admin.execute(sql.SQL("SET ROLE {}").format(role))
        admin.execute("RESET ROLE")
        assert admin.execute("SELECT pg_read_file('PG_VERSION')").fetchone()
