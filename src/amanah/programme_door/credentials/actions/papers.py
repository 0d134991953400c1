"""Keeping a signed paper, its name in the public log, and the day it was last checked. It never changes a paper."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from django.db import transaction

from amanah.core.credentials.reading import compute_document_hash, encode_jcs
from amanah.core.errors import RefusedError
from amanah.programme_door.credentials.keys import get_community_did
from amanah.programme_door.credentials.models import Document, Party
from amanah.programme_door.credentials.papers_read import Paper
from amanah.programme_door.occasions.actions import record_public_entry
from amanah.programme_door.programmes.actions import record_content_change
from amanah.programme_door.programmes.forgetting import forget_remains

AT_ONCE = 500
LOGGED_AS: Mapping[str, str] = {
    "authorisation": "authorisation",
    "foreign": "authorisation",
    "endorsement": "endorsement",
    "notice": "notice",
    "status": "status",
}
"""What `credential_stated` calls each kind (9.1); a root list has an entry of its own, an older form has none."""


class PaperExistsError(RefusedError):
    """Another paper with the same id is here: both would be refused (7.5)."""

    code = "paper-exists"


@dataclass(frozen=True, kw_only=True)
class Facts:
    """By what a paper is found; everything else is read out of it."""

    kind: str
    id: str
    issuer: str
    form: str = "open-badges-3"
    giver: str = ""
    holder: str = ""
    scope: str = ""
    achievement: str = ""
    parent: str = ""
    subject: str = ""


def record_document(document: Mapping[str, Any], facts: Facts, *, now: int, original: str = "") -> str:
    """Keep a signed paper and log its hash, in the caller's transaction; give the hash in hexadecimal.

    Whoever calls has checked its proofs. Keeping the same paper again changes nothing.
    """
    digest = compute_document_hash(document).hex()
    if Document.objects.filter(document_hash=digest).exists():
        return digest
    if facts.kind in {"authorisation", "foreign"} and Document.objects.filter(document_id=facts.id).exists():
        raise PaperExistsError("Another paper with the same id is here, and it says something else.")
    Document.objects.create(
        document_hash=digest,
        document_id=facts.id,
        kind=facts.kind,
        form=facts.form,
        original=original or encode_jcs(document).decode(),
        issuer=facts.issuer,
        giver=facts.giver,
        holder=facts.holder,
        scope=facts.scope,
        achievement=facts.achievement,
        parent=facts.parent,
        subject=facts.subject,
    )
    if facts.kind in LOGGED_AS:
        record_public_entry(
            kind="credential_stated",
            ref=hashlib.sha256(facts.id.encode()).hexdigest()[:16],
            body={"document": digest, "kind": LOGGED_AS[facts.kind]},
            now=now,
        )
    record_content_change()
    return digest


def import_credential(paper: Paper, *, now: int) -> str:
    """Keep what somebody brought and `read_paper` read; give its hash.

    Lists of this community are published here and never taken in: one that is not known is refused.
    """
    facts = Facts(
        kind=paper.kind,
        form=paper.form,
        id=paper.id,
        issuer=paper.issuer,
        giver=paper.giver,
        holder=paper.holder,
        scope=paper.scope or "",
        achievement=paper.achievement,
        parent=paper.parent or "",
        subject=paper.subject or "",
    )
    with transaction.atomic():
        if paper.kind == "roots":
            _verify_list(paper)
        return record_document(paper.document, facts, now=now, original=paper.original.decode())


def _verify_list(paper: Paper) -> None:
    digest = compute_document_hash(paper.document).hex()
    is_known = Document.objects.filter(document_hash=digest).exists()
    has_rival = Document.objects.filter(kind="roots", document_id=paper.id).exists()
    if not is_known and (has_rival or paper.issuer == get_community_did()):
        raise PaperExistsError("A list with this number is here, or should be, and says something else.")


def record_name(identifier: str, name: str) -> None:
    """Write down what somebody is called whom papers name by an identifier alone."""
    with transaction.atomic():
        Party.objects.update_or_create(identifier=identifier, defaults={"name": name})
        record_content_change()


def destroy_name(identifier: str) -> None:
    """Keep no name for whom papers name; the papers, and the words in them, stay."""
    with transaction.atomic():
        Party.objects.filter(identifier=identifier).delete()
        record_content_change()
        transaction.on_commit(partial(forget_remains, Party._meta.db_table))


def record_check(problems: Mapping[str, str], *, day: date) -> int:
    """Write down that papers were checked on a day and what each broke, by hash; give how many are worse now."""
    with transaction.atomic():
        before = dict(Document.objects.values_list("document_hash", "problem"))
        changed: dict[str, list[str]] = {}
        for digest, problem in problems.items():
            if before.get(digest, problem) != problem:
                changed.setdefault(problem, []).append(digest)
        for problem, digests in changed.items():
            for start in range(0, len(digests), AT_ONCE):
                Document.objects.filter(document_hash__in=digests[start : start + AT_ONCE]).update(
                    problem=problem
                )
        # A paper that came in since is not among those that were checked.
        unchecked = [digest for digest in before if digest not in problems]
        Document.objects.exclude(document_hash__in=unchecked).update(checked_on=day)
        record_content_change()
    return sum(len(digests) for problem, digests in changed.items() if problem)
