"""Serves a witness alone: no community, no log, no doors; one process and one folder on a machine of its own."""

from amanah.cli.environment import WITNESS_ENTRY_POINT
from amanah.cli.founding import PUBLIC_FOLDER, found_witness_folder
from amanah.cli.init import run_django
from amanah.cli.listening import require_free_port
from amanah.cli.process import run_confined
from amanah.cli.witnessing.our_witness import find_witness_address, list_witnessed_logs
from amanah.core.errors import MisconfiguredError
from amanah.web.config import Config, load_config
from amanah.web.log_policy import KEY_FILE


def run_witness() -> int:
    """Found what a witness needs, bring its database up to date, and serve until SIGTERM or SIGINT."""
    config = load_config()
    _require_no_community(config)
    require_free_port(config, "log")
    is_new = found_witness_folder(config)
    print(f"{'Made' if is_new else 'Found'} the data folder {config.data}.", flush=True)
    run_django(config, "log", "migrate", "--no-input", "--verbosity", "0", "--database", "default")
    count = len(list_witnessed_logs(config))
    print(
        f"The witness {config.witness_name} serves {count} logs at {find_witness_address(config)}. "
        "Press Ctrl-C to stop.",
        flush=True,
    )
    if not count:
        print("Let it cosign a log with: amanah witness add-log KEY", flush=True)
    return run_confined("log", WITNESS_ENTRY_POINT)


def _require_no_community(config: Config) -> None:
    if (config.data / PUBLIC_FOLDER / KEY_FILE).exists():
        raise MisconfiguredError(
            [
                f"{config.data} holds a whole community, whose witness is served with its log: amanah serve. "
                "Give a witness alone a folder of its own (AMANAH_DATA)."
            ]
        )
