"""The nightly check of every paper: proofs, hashes, lines and statuses, and what is due by the day."""

import sys
import time
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from amanah.programme_door.credentials.actions.nightly import publish_due, record_day
from amanah.programme_door.credentials.queries.nightly import get_findings, list_kept_papers
from amanah.programme_door.credentials.rechecking import check_papers


class Command(BaseCommand):
    """Check everything again and say what does not hold."""

    help = "Check every paper about who may teach again, and write down the day and what no longer holds."

    def handle(self, *_arguments: Any, **_options: Any) -> None:
        """Check, write down, say it; end with 1 where something does not hold."""
        now = timezone.now()
        at = int(now.timestamp())
        publish_due(now=at)
        begun = time.monotonic()
        found = get_findings(check_papers(list_kept_papers()), at=at)
        record_day(found.problems, day=timezone.localdate(now))
        taken = time.monotonic() - begun
        self.stdout.write(
            f"Checked {len(found.problems):,} papers about who may teach in {taken:.1f} seconds."
        )
        broken = {digest: problem for digest, problem in found.problems.items() if problem}
        for digest, problem in sorted(broken.items()):
            self.stdout.write(f"  {digest} does not hold ({problem}). Nothing is counted on it any more.")
        self.stdout.write(
            f"Lines to somebody whom this community recognises: {found.standing:,} stand, {found.fallen:,} do not."
        )
        if broken:
            sys.exit(1)
