"""What somebody took back is in no file of the database any more, not in its journal either."""

import json
from pathlib import Path

from amanah.web.config import load_config
from tests.support.processes import Running, build_settings, found_from_template, run_django_command

TAKEN_BACK = "Teaches on Invented Fridays"
# One process that stays open, as a door does: a journal that only its end would clear does not count.
SCRIPT = f"""
import json
from pathlib import Path
from django.db import connection
from amanah.programme_door.educators.actions import EducatorPage, open_educator, withdraw_consent
def list_files():
    folder = Path(connection.settings_dict["NAME"]).parent
    return [path.name for path in folder.iterdir() if path.is_file() and {TAKEN_BACK!r}.encode() in path.read_bytes()]
texts = {{"name": "Amina Invented", "about": {TAKEN_BACK!r}}}
open_educator("amina", EducatorPage("en", texts, "", (), (), None))
before = list_files()
withdraw_consent("amina")
print(json.dumps([before, list_files()]))
"""


def test_what_was_taken_back_is_in_no_file_of_the_database(tmp_path: Path) -> None:
    settings = build_settings(tmp_path / "data")
    config = load_config(settings)
    found_from_template(config)
    said = run_django_command(
        Running(tmp_path / "data", settings, config), "programme", "shell", "--no-imports", "-c", SCRIPT
    )
    before, after = json.loads(said.strip().splitlines()[-1])
    assert before
    assert after == []
