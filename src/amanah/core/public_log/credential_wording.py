"""The entries about who may teach in plain words (`spec/credentials.md` 9); a part of `wording.py`.

No entry names anybody, and so no sentence does.
"""

from collections.abc import Mapping

from amanah.core.public_log.entries import Entry
from amanah.core.public_log.teller import SHORT_HASH, Describe, Teller, gettext_noop, tell_counts

_SHOWN: Mapping[str, str] = {
    "authorisation": gettext_noop(
        "The programme door shows an authorisation to teach. The document has the fingerprint that begins with "
        "%(document)s; its short name is %(credential)s."
    ),
    "endorsement": gettext_noop(
        "The programme door shows an endorsement of an educator. The document has the fingerprint that begins with "
        "%(document)s; its short name is %(credential)s."
    ),
    "notice": gettext_noop(
        "The programme door shows a notice about an authorisation or about its holder. The document has the "
        "fingerprint that begins with %(document)s; its short name is %(credential)s."
    ),
    "status": gettext_noop(
        "The programme door shows a list of the authorisations that have ended. The document has the fingerprint that "
        "begins with %(document)s; its short name is %(credential)s."
    ),
}
_ROOTS = gettext_noop(
    "The programme door published the root list %(number)s, which says whom the community recognises to authorise "
    "teaching. Roots on it: %(roots)s. The list has the fingerprint that begins with %(list)s."
)


def _describe_credential(entry: Entry, teller: Teller) -> list[str]:
    document = entry.body["document"][:SHORT_HASH]
    return [teller.tell(_SHOWN[entry.body["kind"]], document=document, credential=entry.ref or "")]


def _describe_roots(entry: Entry, teller: Teller) -> list[str]:
    counts = tell_counts(entry.body, teller, "number", "roots")
    return [teller.tell(_ROOTS, **counts, list=entry.body["list"][:SHORT_HASH])]


DESCRIBE_CREDENTIALS: Mapping[str, Describe] = {
    "credential_stated": _describe_credential,
    "roots_stated": _describe_roots,
}
