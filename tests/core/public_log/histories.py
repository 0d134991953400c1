"""Builds histories of the public log for its rules: entries in their right form, unsigned."""

import hashlib
from dataclasses import replace
from typing import Any

from amanah.core.public_log.entries import Entry, check_schema
from amanah.core.public_log.rules import Finding, RuleBook
from tests.core.public_log.build import BODIES, NOW, fill

HEARTBEAT = "heartbeat"
Log = list[Entry]


def name(label: str) -> str:
    return hashlib.sha256(label.encode()).hexdigest()[:16]


def say(kind: str, ref: str | None, at: int = NOW, by: str | None = None, **body: Any) -> Entry:
    return Entry(at, by or BODIES[kind][0], kind, ref, body, bytes(64))


def describe(occasion: str, kind: str = "session", community: str = "testers") -> dict[str, Any]:
    programme = None if kind == "join" else "evening-class"
    return {
        "closes_at": NOW + 2, "community": community, "kind": kind, "occasion": name(occasion), "opens_at": NOW,
        "programme": programme, "v": 1,
    }  # fmt: skip


def open_join(occasion: str = "join", spki: str | None = None, **changes: Any) -> Entry:
    return say(
        "join_key_opened",
        name(occasion),
        descriptor=describe(occasion, "join") | changes,
        spki=fill(spki or occasion, 346),
    )


def print_invitations(batch: str, count: int) -> Entry:
    hashes = sorted(fill(f"{batch} {number}") for number in range(count))
    return say("invitations_printed", name(batch), hashes=hashes, medium="sheet", replacement=False)


def plan(wave: str, *occasions: str, **changes: Any) -> Entry:
    described = [describe(occasion) | changes for occasion in occasions]
    return say(
        "wave_planned", name(wave), fetch_from=NOW, fetch_until=NOW + 9, minimum_age=0, occasions=described
    )


def open_wave(wave: str, *occasions: str) -> Entry:
    return say("wave_opened", name(wave), keys=[[name(text), fill(text, 346)] for text in occasions])


def close(occasion: str, redeemed: int = 2, at: int = NOW) -> Entry:
    return say("occasion_closed", name(occasion), at, bundle="cd" * 32, redeemed=redeemed)


def destroy(occasion: str, **counts: int) -> Entry:
    numbers = {"served": 3, "cards": 4, "replacements": 1, "invitations_used": 5} | counts
    return say("occasion_key_destroyed", name(occasion), **numbers)


def state_plan(ref: str, kind: str = "survey_stated") -> Entry:
    return say(kind, name(ref), plan="cd" * 32)


def state_policy(least: int = 2, policy: bytes = b"policy") -> Entry:
    return say("policy_stated", None, policy=hashlib.sha256(policy).hexdigest(), witnesses=3, least=least)


def state_panel(number: int) -> Entry:
    return say("panel_stated", None, **BODIES["panel_stated"][2] | {"number": number})


def state_roots(number: int) -> Entry:
    return say("roots_stated", None, **BODIES["roots_stated"][2] | {"number": number})


def seal_slots(number: int, at: int = NOW) -> Entry:
    return say("slots_sealed", None, at, number=number, root=name(f"slots {number}") * 4)


def state_report(report: str) -> Entry:
    return say("report_stated", report, **BODIES["report_stated"][2])


def number_heartbeats(log: Log) -> Log:
    """Let every heartbeat of a log that was cut and pasted say its own index."""
    return [
        replace(entry, body={"entries": index}) if entry.kind == HEARTBEAT else entry
        for index, entry in enumerate(log)
    ]


def judge(log: Log, *, now: int = NOW, policy_file: bytes | None = None) -> list[Finding]:
    book = RuleBook()
    for entry in log:
        if entry.is_known:
            check_schema(entry)
        book.take(entry)
    found = book.findings + book.conclude(now=now, policy_file=policy_file)
    assert all(str(finding.index) in finding.sentence for finding in found if finding.rule != "policy-stated")
    assert book.is_broken == any(finding.is_breach for finding in book.findings)
    return found
