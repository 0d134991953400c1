"""What the log says about itself at its bare address, to somebody who was given nothing but that."""

from amanah.core.public_log.notes import encode_verifier_key
from amanah.log_service.identity import LogIdentity


def describe_log(identity: LogIdentity) -> list[str]:
    """Give the lines of the page."""
    policy = identity.policy
    least, count = policy.count_least(), len(policy.witnesses)
    witnessed = (
        f"Of {count} witnesses at least {least} must have cosigned a checkpoint before anybody believes it."
        if count
        else "No witness cosigns it yet."
    )
    return [
        f"Public log {identity.origin}",
        "",
        "What the offices of this community did: signed, in order, never changed afterwards; no names of members,",
        "no free text. Every file can be copied, kept and checked by anybody, with this software or without it.",
        witnessed,
        "",
        f"Key of the log: {encode_verifier_key(identity.verifier_key)}",
        "",
        "  GET /checkpoint              how many entries there are, under which root; signed and cosigned",
        "  GET /policy                  the log's key, its witnesses, and how many of them must have cosigned",
        "  GET /tile/entries/<N>        the entries, 256 a file; /tile/<L>/<N> the hashes above them",
        "  GET /proof/<index>           proof that one entry stands in the log, to be kept and checked offline",
        "",
        "Formats: C2SP tlog-tiles, tlog-checkpoint, signed-note, tlog-cosignature, tlog-witness, tlog-policy and",
        "tlog-proof (https://c2sp.org), on an RFC 6962 tree; entries are canonical JSON (RFC 8785), see",
        "spec/public_log.md of Amanah.",
        "",
    ]
