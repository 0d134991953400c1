"""Lives one quarter of a request door in a process of its own, with or without a secret order, and writes down all
that the public can see: `python -m tests.privacy.secret_order_door found|live FOLDER [OUTPUT STORY]`.

Pages, database, rules, signatures, seals, reports and the log's files are the real ones; the clock is given.
"""

import base64
import hashlib
import json
import os
import secrets
import sys
import time
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

DAY = 86_400
NOON = 1_795_608_005
"""Five seconds after noon of 25 November 2026."""
OPEN_DAY, SECRET_DAYS = 20, {"apart": 5, "together": 20}
LAST_DAY = 52
LOOKS = (4, 5, 6, 8, 20, 21, 23, LAST_DAY - 1, LAST_DAY)
STARTS = ("/en/", "/ar/", "/pack.json", "/panel.json", "/rules.json", "/statements.json")


_DRAWN: Counter[str] = Counter()


class Clock:
    """What time it is for everything in this process."""

    now = float(NOON)


def main(arguments: list[str]) -> None:
    """Found a door, or live the quarter with one of the stories: none, apart, together."""
    phase, folder = arguments[0], Path(arguments[1])
    for name in [name for name in os.environ if name.startswith("AMANAH_")]:
        del os.environ[name]
    os.environ |= {"AMANAH_DATA": str(folder), "AMANAH_PACE": "calm"}
    os.environ["DJANGO_SETTINGS_MODULE"] = "amanah.request_door.settings"
    if phase == "found":
        from amanah.cli.founding import found_data_folder
        from amanah.web.config import load_config

        found_data_folder(load_config())
    if phase == "live":
        secrets.token_bytes = draw_bytes
        secrets.choice = draw_choice  # type: ignore[assignment]
    import django
    from django.utils import timezone

    django.setup()
    time.time = lambda: Clock.now  # type: ignore[assignment]
    timezone.now = lambda: datetime.fromtimestamp(Clock.now, UTC)  # type: ignore[assignment]
    if phase == "found":
        found()
    else:
        Path(arguments[2]).write_text(json.dumps(live(folder, arguments[3])), encoding="utf-8")


def draw_bytes(size: int | None = None) -> bytes:
    """Draw the same for the same purpose at the same moment in each story, so that what differs is no chance."""
    size = size or 32
    frame = sys._getframe(1)
    while frame.f_back is not None and frame.f_globals["__name__"] in {"secrets", __name__}:
        frame = frame.f_back
    purpose = f"{Clock.now} {frame.f_globals['__name__']} {frame.f_code.co_name} {size}"
    _DRAWN[purpose] += 1
    return hashlib.shake_256(f"{purpose} {_DRAWN[purpose]}".encode()).digest(size)


def draw_choice(choices: Sequence[Any]) -> Any:
    """Choose in the same way."""
    return choices[int.from_bytes(draw_bytes(8)) % len(choices)]


def found() -> None:
    """Make the database, seat the panel, and take in what both doors have in common."""
    from django.core.management import call_command

    from tests.counter.decision_bench import decide, read_paper, receive, seat_panel

    call_command("migrate", verbosity=0)
    seat_panel()
    answered = receive()
    read_paper(answered)
    decide(answered)
    receive()


def live(folder: Path, story: str) -> dict[str, Any]:
    """Let the days go by; a look at everything public now and then."""
    log, looks = PublicLog(folder), []
    for day in range(LAST_DAY + 1):
        Clock.now = float(NOON + day * DAY)
        if day == OPEN_DAY:
            ask_openly("first")
        if story != "none":
            act_secretly(day - SECRET_DAYS[story])
        do_duties()
        log.take_over()
        do_duties()
        log.take_over()
        if day in LOOKS:
            looks.append(look_around())
    return {"entries": log.list_said(), "looks": looks, "slots": list_slots(), "kinds": list_kinds()}


def do_duties() -> None:
    """Do what the timekeeper of the real door does."""
    from amanah.request_door.timekeeper import Timekeeper
    from tests.privacy.door_duties import list_duties

    keeper = Timekeeper(list_duties(), now=lambda: Clock.now)
    keeper.keep_time_once()
    if keeper._troubles:
        raise SystemExit(f"A duty failed: {keeper._troubles}")


def ask_openly(label: str) -> None:
    """Ask for everybody without an order; the rules refuse at once. Nothing here is drawn by chance."""
    from dataclasses import replace

    from amanah.request_door.requests.actions import record_request
    from tests.support.counter import LETTER

    record_request(
        replace(LETTER, channel="form"),
        secret=hashlib.sha256(f"secret {label}".encode()).digest()[:16],
        salt=hashlib.sha256(f"salt {label}".encode()).digest(),
        paper=None,
        today=datetime.fromtimestamp(Clock.now, UTC).date(),
    )


def act_secretly(step: int) -> None:
    """Serve an order of which the law forbids to speak: received, read, signed by two trustees, obeyed to the end.

    The paper comes broken at first; what is found is given, a package of it, and kept from destruction.
    """
    from amanah.request_door.answers.actions import add_item, state_package
    from amanah.request_door.decisions.actions import Telling
    from tests.counter.decision_bench import (
        SECRECY_LAW,
        SECRET_ORDER,
        draft,
        number,
        read_paper,
        receive,
        sign,
    )

    now = int(Clock.now)
    if step == 0:
        hand_in_broken_paper(SECRET_ORDER)
        _KNOWN["reference"] = receive(instrument=SECRET_ORDER, secrecy="ordered")
    elif step == 1:
        read_paper(_KNOWN["reference"])
    elif step == 2:
        drafted = draft(_KNOWN["reference"], telling=Telling(SECRECY_LAW, None), now=now)
        _KNOWN["decision"] = drafted
        sign(drafted, 1, now=now)
    elif step == 3:
        sign(_KNOWN["decision"], 2, now=now)
        receive(instrument=SECRET_ORDER, secrecy="ordered")
    elif step == 5:
        add_item(_KNOWN["reference"], build_item())
        sign(state_package(_KNOWN["reference"], by=number(1), now=now), 1, 2, now=now)
        sign(draft_hold("hold-begun"), 1, 2, now=now)
    elif step == 9:
        sign(draft_hold("hold-ended"), 1, 2, now=now)


def hand_in_broken_paper(instrument: str) -> None:
    """Send the public form with what claims to be a secret order, and a file that is no paper."""
    from tests.support.counter import build_counter_client, send_form

    answer = send_form(build_counter_client(), paper=b"no paper", instrument=instrument, secrecy="ordered")
    if answer.status_code != 422:
        raise SystemExit(f"A broken paper was taken in: {answer.status_code}")


def build_item() -> Any:
    """Make one thing that is within what was ordered."""
    from datetime import date

    from amanah.core.data_requests.packages import PackageItem
    from tests.counter.decision_bench import NOBODY_KNOWN

    days = date(2026, 1, 1), date(2026, 3, 31)
    return PackageItem("known.txt", b"Nobody of this invented name.", "identity", NOBODY_KNOWN, *days)


def draft_hold(kind: str) -> str:
    """Draft that what is kept of the case stays, or goes again."""
    from amanah.core.data_requests.scopes import Scope, encode_scope
    from amanah.request_door.decisions.actions import draft_decision
    from tests.counter.decision_bench import NOBODY_KNOWN, number

    scope = dict(encode_scope(Scope((NOBODY_KNOWN,), ("request-records",))))
    body = {"reference": _KNOWN["reference"], "scope": scope}
    return draft_decision(kind, body, by=number(1), now=int(Clock.now))


_KNOWN: dict[str, str] = {}


class PublicLog:
    """Takes entries over in its order, signs what it has, and lets the door verify all of it."""

    def __init__(self, folder: Path) -> None:
        from amanah.core.encoding import encode_base64url
        from amanah.core.public_log.checkpoints import compute_verifier_key
        from amanah.request_door.entry_key import read_entry_seed
        from amanah.web.settings import get_config
        from tests.core.public_log.build import public_key
        from tests.doors.cli.served_log import say

        seed = read_entry_seed(get_config())
        own = compute_verifier_key("any", seed).public_key
        self.leaves = [
            say("door_admitted", NOON, door="log", key=encode_base64url(public_key("log"))),
            say("door_admitted", NOON, door="request-door", key=encode_base64url(own)),
        ]

    def take_over(self) -> None:
        from amanah.core.public_log.entries import parse_entry
        from amanah.core.public_log.policies import Policy
        from amanah.core.public_log.reading import verify_log
        from amanah.request_door.models import OutboxEntry
        from amanah.request_door.records.log_copy import keep_view
        from tests.core.public_log.build import bundle, log_key, sign_leaves

        waiting = [bytes(row.entry) for row in OutboxEntry.objects.all()]
        self.leaves += sorted(waiting, key=lambda data: (parse_entry(data).at, parse_entry(data).kind))
        OutboxEntry.objects.all().delete()
        keep_view(verify_log(sign_leaves(self.leaves), bundle(self.leaves), Policy(log_key())))

    def list_said(self) -> list[Any]:
        """List everything that was said, without the signature that covers it."""
        entries = [json.loads(leaf) for leaf in self.leaves[2:]]
        return [{name: value for name, value in entry.items() if name != "sig"} for entry in entries]


class Links(HTMLParser):
    """Collects where a page leads to."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value for name, value in attrs if name in {"href", "action"} and value]


def look_around() -> dict[str, list[str]]:
    """Read every page and file that the door's own pages lead to, the desk left out."""
    from django.test import Client

    from amanah.web.settings import get_config

    host = urlsplit(get_config().urls["request"]).netloc
    visitor, waiting, seen = Client(HTTP_HOST=host), [*STARTS], {*STARTS}
    shown: dict[str, list[str]] = {}
    while waiting:
        path = waiting.pop(0)
        answer = visitor.get(path)
        kind = answer.headers.get("Content-Type", "")
        headers = json.dumps(sorted([*answer.headers.items(), ("length", str(len(answer.content)))]))
        shown[path] = [str(answer.status_code), kind, base64.b64encode(answer.content).decode(), headers]
        parser = Links()
        if kind.startswith("text/html"):
            parser.feed(answer.content.decode())
        for link in parser.found:
            parts = urlsplit(urljoin(f"http://{host}{path}", link))
            if (
                parts.netloc == host
                and not parts.path.startswith(("/desk", "/static"))
                and parts.path not in seen
            ):
                seen.add(parts.path)
                waiting.append(parts.path)
    return shown


def list_kinds() -> dict[str, int]:
    """Count the records of each kind in the private log."""
    from amanah.core.data_requests.records import parse_record
    from amanah.request_door.records.models import Record

    return dict(Counter(parse_record(bytes(row.record)).kind for row in Record.objects.all()))


def list_slots() -> list[dict[str, Any]]:
    """List the slots of every period, and which of them are used: what only this door knows."""
    from amanah.request_door.records.models import SealedPeriod
    from amanah.request_door.records.queries import rebuild_slots

    periods = []
    for period in SealedPeriod.objects.order_by("number"):
        sealed = rebuild_slots(period.number)
        slots = [slot.hex() for slot in sealed.compute_slots()]
        periods.append({"slots": slots, "used": sorted(slot.place for slot in sealed.used)})
    return periods


if __name__ == "__main__":
    main(sys.argv[1:])
