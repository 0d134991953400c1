"""The policy of the log as a file that every department reads: whom to believe, and who must have cosigned.

It never changes the file; `amanah witnesses` does, and `amanah init` writes the first one.
"""

from pathlib import Path

from amanah.core.errors import InvalidInputError, MisconfiguredError
from amanah.core.public_log.notes import parse_verifier_key
from amanah.core.public_log.policies import Policy, parse_policy
from amanah.web.config import Config

POLICY_FILE = "log.policy"
KEY_FILE = "log.vkey"


def find_policy_path(config: Config) -> Path:
    """Give the file that `GET <log>/policy` shows."""
    return config.data / "public" / POLICY_FILE


def load_policy(config: Config) -> Policy:
    """Read the policy; it must name this community's own log."""
    path = find_policy_path(config)
    try:
        policy = parse_policy(path.read_text(encoding="utf-8"))
        own = parse_verifier_key((config.data / "public" / KEY_FILE).read_text(encoding="utf-8"))
    except OSError as error:
        raise MisconfiguredError(
            [f"{error.filename} cannot be read ({error.strerror}); run amanah init."]
        ) from error
    except (InvalidInputError, UnicodeDecodeError) as error:
        raise MisconfiguredError([f"{path} is not a policy of the log: {error}"]) from error
    if policy.log != own:
        raise MisconfiguredError(
            [f"{path} names another log than {KEY_FILE} beside it; put back the one that belongs here."]
        )
    return policy
