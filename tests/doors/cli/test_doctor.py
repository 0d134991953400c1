"""The doctor finds what breaks a promise and says what to do; on a whole deployment it finds nothing it could not."""

import os
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from amanah.cli.doctor.addresses import check_addresses, check_proxies
from amanah.cli.doctor.databases import check_databases, check_sharing
from amanah.cli.doctor.files import check_folders, check_keys, check_placement
from amanah.cli.doctor.machine import check_clock, check_swap
from amanah.web.config import Config, load_config
from tests.support.postgresql import Cluster
from tests.support.processes import build_settings, found_from_template, run_amanah

DEPLOY = Path(__file__).resolve().parents[3] / "deploy"
SERVER = {
    "AMANAH_BEHIND_PROXY": "yes",
    "AMANAH_PROGRAMME_URL": "https://riverside.example",
    "AMANAH_SPENDING_URL": "https://spend.riverside.example",
    "AMANAH_CARD_URL": "https://card.riverside.example",
    "AMANAH_REQUEST_URL": "https://requests.riverside.example",
    "AMANAH_LOG_URL": "https://log.riverside.example",
}


@pytest.fixture
def config(tmp_path: Path) -> Config:
    config = load_config(build_settings(tmp_path / "data"))
    found_from_template(config)
    return config


def test_a_fresh_deployment_keeps_every_promise_that_it_can(config: Config) -> None:
    for check in (check_folders, check_keys, check_placement, check_sharing, check_databases, check_clock):
        assert list(check(config)) == [], check.__name__


def _open_folder(config: Config) -> None:
    config.folder("card").chmod(0o755)


def _open_key(config: Config) -> None:
    (config.keys("log") / "entry-signing.key").chmod(0o640)


def _copy_key(config: Config) -> None:
    key = config.keys("card") / "entry-signing.key"
    key.write_bytes((config.keys("log") / "entry-signing.key").read_bytes())


def _zero_key(config: Config) -> None:
    (config.keys("card") / "occasion-keys.kek").write_bytes(bytes(32))


def _link_out(config: Config) -> None:
    (config.folder("card") / "shortcut").symlink_to(config.folder("log"))


def _leave_copy(config: Config) -> None:
    (config.folder("programme") / "programme.sqlite3.bak").write_bytes(b"")


def _commit_to_git(config: Config) -> None:
    (config.data.parent / ".git").mkdir()
    os.system(f"git -C {config.data.parent} init -q")


def _lose_database(config: Config) -> None:
    (config.folder("card") / "card.sqlite3").unlink()


def _damage_database(config: Config) -> None:
    (config.folder("card") / "card.sqlite3").write_bytes(b"SQLite format 3\0" + bytes(4000))


def _remember_order(config: Config) -> None:
    import sqlite3

    with sqlite3.connect(config.folder("card") / "card.sqlite3") as connection:
        connection.execute("CREATE TABLE who_came (nonce BLOB)")


def _turn_clock_back(config: Config) -> None:
    os.utime(config.folder("log") / "log.sqlite3", (4_000_000_000, 4_000_000_000))


@pytest.mark.parametrize(
    ("break_it", "words"),
    [
        (_open_folder, "Others may enter"),
        (_open_key, "Others may read the key"),
        (_copy_key, "are the same key"),
        (_zero_key, "was not drawn at random"),
        (_link_out, "may lead out of the department"),
        (_leave_copy, "looks like a copy"),
        (_commit_to_git, "git work tree"),
        (_lose_database, "is missing"),
        (_damage_database, "cannot be read"),
        (_remember_order, "remembers the order of its rows"),
        (_turn_clock_back, "The clock is"),
    ],
)
def test_a_broken_promise_is_found_and_said(
    break_it: Callable[[Config], None], words: str, config: Config
) -> None:
    checks = (check_folders, check_keys, check_placement, check_sharing, check_databases, check_clock)
    break_it(config)
    findings = [finding for check in checks for finding in check(config)]
    assert any(words in finding for finding in findings), findings


def test_the_command_ends_with_1_when_anything_is_found(config: Config, tmp_path: Path) -> None:
    _open_folder(config)
    settings = {"AMANAH_DATA": str(config.data)}
    done = run_amanah(settings, "doctor")
    assert done.returncode == 1
    assert f"chmod 700 {config.folder('card')}" in done.stdout


def test_two_doors_on_one_hostname_and_a_demo_in_public_are_found(tmp_path: Path) -> None:
    settings = {"AMANAH_DATA": str(tmp_path), **SERVER}
    assert list(check_addresses(load_config(settings))) == []
    shared = load_config(settings | {"AMANAH_CARD_URL": "https://riverside.example:8443"})
    assert any("share the hostname" in finding for finding in check_addresses(shared))
    demo = load_config(settings | {"AMANAH_PACE": "demo"})
    assert any("demo at a public address" in finding for finding in check_addresses(demo))
    open_bind = load_config(settings | {"AMANAH_CARD_BIND": "0.0.0.0:8702"})
    assert any("believes the proxy's headers" in finding for finding in check_addresses(open_bind))


@pytest.mark.parametrize(
    ("path", "text", "is_found"),
    [
        ("etc/nginx/nginx.conf", "http { access_log /var/log/nginx/access.log; }", True),
        ("etc/nginx/nginx.conf", "http { sendfile on; }", True),
        (
            "etc/nginx/nginx.conf",
            "error_log /var/log/nginx/error.log crit;\nhttp {\n  access_log off;\n}",
            False,
        ),
        ("etc/nginx/nginx.conf", "error_log /x crit;\n# access_log /y;\naccess_log off;", False),
        ("etc/caddy/Caddyfile", "riverside.example {\n\tlog {\n\t\toutput file /x\n\t}\n}", True),
        ("etc/caddy/Caddyfile", "riverside.example {\n\treverse_proxy 127.0.0.1:8700\n}", False),
        ("etc/apache2/sites-enabled/a.conf", "CustomLog /var/log/a combined", True),
        ("etc/apache2/sites-enabled/a.conf", "ProxyPass / http://127.0.0.1:8700/", False),
    ],
)
def test_access_logs_of_proxies_are_found(
    path: str, text: str, is_found: bool, config: Config, tmp_path: Path
) -> None:
    place = tmp_path / "root" / path
    place.parent.mkdir(parents=True)
    place.write_text(text)
    assert bool(list(check_proxies(config, tmp_path / "root"))) is is_found


def test_the_proxy_files_that_we_ship_keep_no_access_log(config: Config, tmp_path: Path) -> None:
    for source, path in (
        ("Caddyfile", "etc/caddy/Caddyfile"),
        ("nginx.conf", "etc/nginx/conf.d/amanah.conf"),
    ):
        place = tmp_path / "root" / path
        place.parent.mkdir(parents=True)
        place.write_text((DEPLOY / source).read_text())
    findings = list(check_proxies(config, tmp_path / "root"))
    # What is left to say is for nginx.conf itself, which our file names in its first line.
    assert [finding for finding in findings if "error_log" not in finding] == []


def test_swap_on_a_plain_disk_and_piped_core_dumps_are_found(config: Config, tmp_path: Path) -> None:
    (tmp_path / "proc/sys/kernel").mkdir(parents=True)
    (tmp_path / "proc/swaps").write_text("Filename Type\n/dev/sda2 partition\n/dev/zram0 partition\n")
    (tmp_path / "proc/sys/kernel/core_pattern").write_text("|/usr/share/apport/apport %p\n")
    findings = list(check_swap(config, tmp_path))
    assert len(findings) == 2
    assert "/dev/sda2" in findings[0]
    assert "apport" in findings[1]


@pytest.mark.postgresql
def test_what_postgresql_writes_down_is_found(postgresql: Cluster, tmp_path: Path) -> None:
    config = load_config(build_settings(tmp_path / "data", databases=postgresql.create_door_databases()))
    assert list_new_findings(config) == []
    with psycopg.connect(postgresql.admin_url, autocommit=True) as connection:
        connection.execute("ALTER SYSTEM SET log_statement = 'all'")
        connection.execute("ALTER SYSTEM SET log_connections = 'on'")
        connection.execute("SELECT pg_reload_conf()")
    try:
        findings = wait_for_findings(config)
        assert any("log_statement is 'all'" in finding for finding in findings)
        assert any("log_connections is 'on'" in finding for finding in findings)
    finally:
        with psycopg.connect(postgresql.admin_url, autocommit=True) as connection:
            connection.execute("ALTER SYSTEM RESET ALL")
            connection.execute("SELECT pg_reload_conf()")


def list_new_findings(config: Config) -> list[str]:
    """The test server leaves out flushing to be quick; a deployment must not, and that is found too."""
    findings = list(check_databases(config))
    assert sum("fsync is 'off'" in finding for finding in findings) in {0, len(config.databases)}
    return [finding for finding in findings if "fsync" not in finding]


def wait_for_findings(config: Config) -> list[str]:
    import time

    deadline = time.monotonic() + 20
    while len(findings := list_new_findings(config)) < 2 * len(config.databases):
        assert time.monotonic() < deadline
        time.sleep(0.1)
    return findings


@pytest.mark.postgresql
def test_one_database_under_two_names_is_found(postgresql: Cluster, tmp_path: Path) -> None:
    databases = postgresql.create_door_databases()
    databases["request"] = databases["card"].replace("127.0.0.1", "localhost")
    config = load_config(build_settings(tmp_path / "data", databases=databases))
    assert any("one and the same database" in finding for finding in check_sharing(config))
