"""What our witness is called and which logs it cosigns; it shows no secret and changes nothing but the list of logs."""

from pathlib import Path

from amanah.cli.founding import NO_LOGS, PUBLIC_FOLDER, WITNESSED_LOGS, replace_public_file
from amanah.cli.witnessing.public_folder import (
    WitnessChangeRefusedError,
    find_own_keys,
    hold_public_folder,
    spell_out,
)
from amanah.core.errors import InvalidInputError, MisconfiguredError
from amanah.core.public_log.notes import VerifierKey, encode_verifier_key, parse_verifier_key
from amanah.web.config import Config, load_config


def run_show() -> int:
    """Print what a sister community needs to be witnessed by us and to witness us."""
    config = load_config()
    log, witness = find_own_keys(config)
    print(f"Our witness is {witness.name}. It cosigns {len(list_witnessed_logs(config))} logs.")
    print(f"  key         {encode_verifier_key(witness)}")
    print(f"  read aloud  {spell_out(witness)}")
    print(f"  address     {find_witness_address(config)}")
    print("  A community that wants its cosignatures types:")
    print(
        f"    amanah witnesses add {config.community} {encode_verifier_key(witness)} {find_witness_address(config)}"
    )
    if log is None:
        return 0
    print(f"Our log is {log.name}.")
    print(f"  key         {encode_verifier_key(log)}")
    print(f"  read aloud  {spell_out(log)}")
    print(f"  address     {config.urls['log']}")
    print("  A community whose witness is to cosign it types:")
    print(f"    amanah witness add-log {encode_verifier_key(log)}")
    return 0


def find_witness_address(config: Config) -> str:
    """Give the prefix under which our witness is asked (`spec/public_log.md` 6.1)."""
    return f"{config.urls['log']}/witness"


def run_add_log(text: str) -> int:
    """Let our witness cosign one more log."""
    config = load_config()
    key = parse_verifier_key(text)
    with hold_public_folder(config) as folder:
        is_new = add_log(config, folder, key)
    if is_new:
        print(f"Our witness will cosign {key.name} from now on; no restart is needed.")
    else:
        print(f"Our witness cosigns {key.name} already; nothing was changed.")
    print(f"Compare by telephone before you rely on it: {spell_out(key)}")
    return 0


def add_log(config: Config, folder: Path, key: VerifierKey) -> bool:
    """Put a log on the list unless it stands there; tell whether it was new."""
    own_log, own_witness = find_own_keys(config)
    known = read_witnessed_logs(folder).get(key.name)
    if known == key:
        return False
    if known is not None:
        raise WitnessChangeRefusedError(
            f"Our witness knows {key.name} by another key. One log has one key: ask its people which is right, and "
            f"remove the old one first (amanah witness remove-log {key.name})."
        )
    if own_log is not None and key.name == own_log.name:
        raise WitnessChangeRefusedError(
            "That is our own log. Who witnesses for themselves proves nothing; ask another community."
        )
    if key.public_key == own_witness.public_key:
        raise WitnessChangeRefusedError(
            "That log signs with our witness's own key; one of the two was copied. Nothing was changed."
        )
    replace_public_file(folder / WITNESSED_LOGS, f"{_read_list(folder)}{encode_verifier_key(key)}\n")
    return True


def run_remove_log(origin: str) -> int:
    """Let our witness cosign a log no more; what it cosigned before it goes on remembering."""
    config = load_config()
    with hold_public_folder(config) as folder:
        if not remove_log(folder, origin):
            print(f"Our witness does not cosign {origin}; nothing was changed.")
            return 0
    print(f"Our witness cosigns {origin} no more, from now on.")
    print("It keeps what it remembers of that log, so that nobody can begin anew with another past.")
    return 0


def remove_log(folder: Path, origin: str) -> bool:
    """Take a log off the list; tell whether it stood there."""
    if origin not in read_witnessed_logs(folder):
        return False
    kept = [line for line in _read_list(folder).splitlines() if not _names(line, origin)]
    replace_public_file(folder / WITNESSED_LOGS, "".join(f"{line}\n" for line in kept))
    return True


def list_witnessed_logs(config: Config) -> list[VerifierKey]:
    """List the logs that our witness cosigns."""
    return list(read_witnessed_logs(config.data / PUBLIC_FOLDER).values())


def read_witnessed_logs(folder: Path) -> dict[str, VerifierKey]:
    """Give the key of each log on the list, by origin."""
    keys: dict[str, VerifierKey] = {}
    for number, line in enumerate(_read_list(folder).splitlines(), 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        try:
            key = parse_verifier_key(line)
        except InvalidInputError as error:
            raise MisconfiguredError(
                [f"Line {number} of {folder / WITNESSED_LOGS} is no key of a log: {error}"]
            ) from error
        if key.name in keys:
            raise MisconfiguredError(
                [f"{folder / WITNESSED_LOGS} names {key.name} twice, the second time in line {number}."]
            )
        keys[key.name] = key
    return keys


def _names(line: str, origin: str) -> bool:
    return not line.lstrip().startswith("#") and line.strip().partition("+")[0] == origin


def _read_list(folder: Path) -> str:
    try:
        text = (folder / WITNESSED_LOGS).read_text(encoding="utf-8")
    except FileNotFoundError:
        return NO_LOGS
    except UnicodeDecodeError as error:
        raise MisconfiguredError(
            [f"{folder / WITNESSED_LOGS} is not text; put it back from your backup."]
        ) from error
    return text if not text or text.endswith("\n") else f"{text}\n"
