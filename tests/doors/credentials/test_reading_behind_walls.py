"""The pages' process can start the reader from inside its own walls, and the reader has narrower ones."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.core.credentials.written import list_documents

pytestmark = pytest.mark.processes

SCRIPT = """
import sys
from amanah.cli.founding import found_data_folder
from amanah.web.config import load_config
from amanah.web.confinement import confine
config = load_config()
found_data_folder(config)
confine(config, "programme")
from amanah.programme_door.credentials.reading_papers import read_paper
paper = read_paper(sys.stdin.buffer.read())
try:
    open(config.folder("card") / "anything")
except PermissionError:
    sys.stdout.write(paper.kind + " " + paper.id)
"""


def test_a_paper_is_read_from_inside_the_walls(tmp_path: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AMANAH_")}
    environment |= {"AMANAH_DATA": str(tmp_path), "AMANAH_PACE": "demo"}
    document = list_documents()["signed"]
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        input=json.dumps(document).encode(),
        check=False,
        env=environment,
        capture_output=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr.decode()
    assert done.stdout.decode() == f"authorisation {document['id']}"
