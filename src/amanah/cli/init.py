"""Founds a deployment, or brings one up to this version: folders, keys, databases. Running it again harms nothing.

Each department's databases are migrated by a process of its own, with that department's settings and as its user.
"""

import os
import pwd
import shutil
import subprocess
from collections.abc import Mapping

from amanah.cli.environment import build_child_environment, build_django_command, find_owner
from amanah.cli.founding import found_data_folder, require_founded
from amanah.core.errors import AmanahError, MisconfiguredError
from amanah.web.assets import compute_assets_version
from amanah.web.config import DEPARTMENTS, Config, Department, load_config

SYSTEM_USERS: dict[Department, str] = {
    "log": "amanah-log",
    "card": "amanah-card",
    "programme": "amanah-programme",
    "request": "amanah-request",
}
WITH_PAGES: tuple[Department, ...] = ("programme", "request")
_ALIASES: dict[Department, tuple[str, ...]] = {
    "log": ("default",),
    "card": ("default",),
    "programme": ("default", "spending"),
    "request": ("default",),
}


class DepartmentFailedError(AmanahError):
    """A department's own process said why it could not do its part."""

    code = "department-failed"


def run_init(*, separate_users: bool = False, new_organiser_address: bool = False) -> int:
    """Found or upgrade the deployment and say what to do next."""
    config = load_config()
    initialise(config, separate_users=separate_users)
    address = find_setup_address(even_with_organisers=new_organiser_address)
    if address:
        print("Open this address once, in your own browser, to become an organiser:")
        print(f"  {address}")
        print("It works while Amanah is running (amanah serve), for one day, and only until it was used.")
        print(
            "Whoever asks you for data is answered by a panel of trustees. Begin it: amanah new-trustee-address"
        )
    else:
        print("Ready. Start Amanah with: amanah serve")
    return 0


def run_new_trustee_address() -> int:
    """Print the address for founding the panel, or say why there is none."""
    config = load_config()
    require_founded(config, "request")
    address = run_django(config, "request", "founding_address").strip()
    if not address:
        print("A panel is in force. Its trustees change it at the desk of the request door; nobody else can.")
        return 1
    print("Give this address to whoever founds the panel of trustees:")
    print(f"  {address}")
    print("It works while Amanah is running (amanah serve), for one day, and only until it was used.")
    print("What was begun of a founding before is forgotten.")
    return 0


def initialise(config: Config, *, separate_users: bool = False) -> bool:
    """Make what is missing and migrate every database; tell whether the deployment is new."""
    if separate_users:
        require_system_users()
    is_new = found_data_folder(config)
    make_static_folders(config)
    print(f"{'Made' if is_new else 'Found'} the data folder {config.data}.", flush=True)
    if separate_users:
        give_to_system_users(config)
    for department in DEPARTMENTS:
        print(f"Bringing the {department} database up to date …", flush=True)
        for alias in _ALIASES[department]:
            run_django(config, department, "migrate", "--no-input", "--verbosity", "0", "--database", alias)
    for department in WITH_PAGES:
        run_django(config, department, "collectstatic", "--no-input", "--verbosity", "0")
    return is_new


def make_static_folders(config: Config) -> None:
    """Make room for this release's compressed files; those of an earlier one would only lie about."""
    for department in WITH_PAGES:
        folder = config.folder(department) / "static"
        shutil.rmtree(folder, ignore_errors=True)
        (folder / compute_assets_version()).mkdir(parents=True)


def require_system_users() -> None:
    """Raise MisconfiguredError unless we are root and each department has its user."""
    if os.geteuid() != 0:
        raise MisconfiguredError(
            ["--separate-users gives folders away, which only root can: run it with sudo."]
        )
    known = {entry.pw_name for entry in pwd.getpwall()}
    missing = sorted(set(SYSTEM_USERS.values()) - known)
    if missing:
        raise MisconfiguredError(
            [
                f"There is no system user {name}; make it with: useradd --system --no-create-home {name}."
                for name in missing
            ]
        )


def give_to_system_users(config: Config) -> None:
    """Give each department's folder, with everything in it, to its own system user."""
    for department, name in SYSTEM_USERS.items():
        entry = pwd.getpwnam(name)
        top = config.folder(department)
        for path in (top, *top.rglob("*")):
            os.chown(path, entry.pw_uid, entry.pw_gid, follow_symlinks=False)


def run_django(
    config: Config, department: Department, *arguments: str, settings: Mapping[str, str] | None = None
) -> str:
    """Run one of Django's commands in a department, as the user who owns its folder; give what it printed."""
    user, group = find_owner(config.folder(department))
    done = subprocess.run(
        build_django_command(department, *arguments),
        env=build_child_environment(department, settings),
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        check=False,
        user=user,
        group=group,
        extra_groups=None if user is None else [],
    )
    if done.returncode:
        raise DepartmentFailedError(_explain(department, arguments[0], done.stderr))
    return done.stdout


def _explain(department: Department, command: str, errors: str) -> str:
    lines = [line for line in errors.strip().splitlines() if line.strip()]
    reason = lines[-1].strip() if lines else "it said nothing"
    return f"The {department} department could not {command}: {reason}"


def find_setup_address(*, even_with_organisers: bool = False) -> str | None:
    """Give the one-time address of the first organiser, or None once there is one and no other was asked for."""
    more = ("--even-with-organisers",) if even_with_organisers else ()
    return run_django(load_config(), "programme", "setup_address", *more).strip() or None
