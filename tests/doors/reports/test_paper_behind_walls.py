"""Paper is set inside the walls of the pages' process: no system font, no network, no other department's file."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.processes

SCRIPT = """
import sys, threading
from amanah.cli.founding import found_data_folder
from amanah.web.config import load_config
from amanah.web.confinement import confine
config = load_config()
found_data_folder(config)
confinement = confine(config, "programme")
import django
django.setup()
from amanah.programme_door.reports.paper import print_report
from amanah.programme_door.reports.written import Paragraph, Said, Section, WrittenReport
said = Said("Ein Titel · عنوان", "en", "ltr")
report = WrittenReport("Title", said, "place", "lead", (Section("Heading", (Paragraph("words"),)),), "address")
files = []
workers = [threading.Thread(target=lambda: files.append(print_report(report))) for _ in range(4)]
[worker.start() for worker in workers]
[worker.join() for worker in workers]
assert len(files) == 4 and len(set(files)) == 1
try:
    open(config.folder("card") / "anything")
except PermissionError:
    sys.stdout.buffer.write(files[0])
"""


def test_four_threads_set_the_same_page_in_a_confined_process(tmp_path: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AMANAH_")}
    environment |= {
        "AMANAH_DATA": str(tmp_path),
        "AMANAH_PACE": "demo",
        "DJANGO_SETTINGS_MODULE": "amanah.programme_door.settings",
    }
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], check=False, env=environment, capture_output=True, timeout=120
    )
    assert done.returncode == 0, done.stderr.decode()
    assert done.stdout.startswith(b"%PDF-1.7")
