"""What no notice and no status list may say (`spec/credentials.md` 5), one change each."""

import gzip
import zlib

from amanah.core.encoding import encode_base64url
from tests.core.credentials.changes import Change, drop, put
from tests.core.credentials.written import ELDER, LIST_ID, ROOT, build_did, build_uuid

VC2 = "https://www.w3.org/ns/credentials/v2"
OB3 = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
SUBJECT = "credentialSubject"
FROM, UNTIL = "urn:amanah:livedFrom", "urn:amanah:livedUntil"
LIST_BYTES = 16_384


def zip_bits(data: bytes) -> str:
    """Give what an encodedList says, of any bytes."""
    return "u" + encode_base64url(gzip.compress(data, mtime=0))


NOTICES = [
    Change("a second context", "ended", "5.2", put("@context", -1, value=OB3)),
    Change("the context as a text", "ended", "5.2", put("@context", value=VC2)),
    Change("a second type", "ended", "5.2", put("type", -1, value="Notice")),
    Change("the id is a web address", "ended", "5.2", put("id", value="https://college.invalid/1")),
    Change("an end of itself", "ended", "5.2", put(SUBJECT, "id", value=build_uuid(201))),
    Change("a lifetime with the holder's id", "lifetime", "5.2", put("id", value=ELDER)),
    Change("the issuer as an object", "ended", "5.2", put("issuer", value={"id": build_did(ROOT)})),
    Change("the issuer without a key", "ended", "5.2", put("issuer", value=build_uuid(7))),
    Change("an end of the end", "ended", "5.2", put("validUntil", value="2025-05-02T00:00:00Z")),
    Change("no time like this", "ended", "5.2", put("validFrom", value="2024-05-32T00:00:00Z")),
    Change("no reason", "ended", "5.2", drop("description")),
    Change("an empty reason", "ended", "2.6", put("description", value="")),
    Change("a word that is turned round", "void", "2.6", put("name", value="\u202eegap oN")),
    Change("a status of its own", "ended", "5.2",
           put("credentialStatus", value={"id": f"{LIST_ID}#7", "type": "BitstringStatusListEntry"})),
    Change("another kind of end", "ended", "5.2", put(SUBJECT, "type", value="urn:amanah:SuspendedFrom")),
    Change("the kind as a list", "ended", "5.2", put(SUBJECT, "type", value=["urn:amanah:EndedFrom"])),
    Change("two kinds", "ended", "5.2",
           put(SUBJECT, "type", value=["urn:amanah:EndedFrom", "urn:amanah:VoidFromStart"])),
    Change("no subject", "ended", "5.2", put(SUBJECT, value="urn:amanah:EndedFrom")),
    Change("the end of nothing", "void", "5.2", put(SUBJECT, "id", value="")),
    Change("the end of something without a name", "void", "5.2", put(SUBJECT, "id", value="the page")),
    Change("the end of something with a blank in its name", "void", "5.2",
           put(SUBJECT, "id", value="https://college.invalid/a b")),
    Change("an end with a lifetime", "ended", "5.2", put(SUBJECT, FROM, value="1931-01-01")),
    Change("the lifetime of a credential", "lifetime", "5.3", put(SUBJECT, "id", value="https://college.invalid/1")),
    Change("a lifetime without a beginning", "lifetime", "5.3", drop(SUBJECT, FROM)),
    Change("a lifetime that ends before it begins", "lifetime", "5.3", put(SUBJECT, UNTIL, value="1930-12-31")),
    Change("a death that is null", "lifetime", "5.3", put(SUBJECT, UNTIL, value=None)),
    Change("a first day with a time", "lifetime", "5.3", put(SUBJECT, FROM, value="1931-01-01T00:00:00Z")),
    Change("a first day that never was", "lifetime", "5.3", put(SUBJECT, FROM, value="1931-02-29")),
    Change("a lifetime that ends the statement", "lifetime", "5.2",
           put("validUntil", value="2021-09-30T00:00:00Z")),
    Change("a lifetime of two", "lifetime", "5.3", put(SUBJECT, "id", value=[ELDER])),
]  # fmt: skip
LISTS = [
    Change("a second context", "status-list", "5.1", put("@context", -1, value=OB3)),
    Change("no type of its own", "status-list", "5.1", put("type", value=["VerifiableCredential"])),
    Change("the name is none", "status-list", "5.1", put("id", value="list")),
    Change("the name has a fragment", "status-list", "5.1", put("id", value=f"{LIST_ID}#list")),
    Change("the issuer as an object", "status-list", "5.1", put("issuer", value={"id": build_did(ROOT)})),
    Change("the issuer without a key", "status-list", "5.1", put("issuer", value=build_uuid(7))),
    Change("no beginning", "status-list", "5.1", drop("validFrom")),
    Change("a beginning that is no time", "status-list", "5.1", put("validFrom", value="today")),
    Change("an end", "status-list", "5.1", put("validUntil", value="2027-05-02T00:00:00Z")),
    Change("a time to live", "status-list", "5.1", put(SUBJECT, "ttl", value=300_000)),
    Change("the bits of another list", "status-list", "5.1", put(SUBJECT, "id", value=f"{build_uuid(302)}#list")),
    Change("another type of bits", "status-list", "5.1", put(SUBJECT, "type", value="StatusList2021")),
    Change("another purpose", "status-list", "5.1", put(SUBJECT, "statusPurpose", value="suspension")),
    Change("two purposes", "status-list", "5.1",
           put(SUBJECT, "statusPurpose", value=["revocation", "suspension"])),
    Change("bits in base58", "status-list", "5.1", put(SUBJECT, "encodedList", value="z2J")),
    Change("bits that say to be in base58", "status-list", "5.1",
           put(SUBJECT, "encodedList", value="z" + zip_bits(bytes(LIST_BYTES))[1:])),
    Change("bits with padding", "status-list", "5.1",
           put(SUBJECT, "encodedList", value=zip_bits(bytes(LIST_BYTES)) + "=")),
    Change("bits that are no text", "status-list", "5.1", put(SUBJECT, "encodedList", value=7)),
    Change("nothing at all", "status-list", "5.1", put(SUBJECT, "encodedList", value="u")),
    Change("bits as they are, without gzip", "status-list", "5.1",
           put(SUBJECT, "encodedList", value="u" + encode_base64url(bytes(64)))),
    Change("bits in zlib's own wrapping", "status-list", "5.1",
           put(SUBJECT, "encodedList", value="u" + encode_base64url(zlib.compress(bytes(LIST_BYTES))))),
    Change("one byte too few", "status-list", "5.1",
           put(SUBJECT, "encodedList", value=zip_bits(bytes(LIST_BYTES - 1)))),
    Change("one byte too many", "status-list", "5.1",
           put(SUBJECT, "encodedList", value=zip_bits(bytes(LIST_BYTES + 1)))),
    Change("a list that bursts", "status-list", "5.1",
           put(SUBJECT, "encodedList", value=zip_bits(bytes(64 * LIST_BYTES)))),
    Change("a second list behind the first", "status-list", "5.1",
           put(SUBJECT, "encodedList", value="u" + encode_base64url(
               gzip.compress(bytes(LIST_BYTES), mtime=0) + gzip.compress(b"more", mtime=0)))),
    Change("a list that is cut off", "status-list", "5.1",
           put(SUBJECT, "encodedList", value="u" + encode_base64url(
               gzip.compress(bytes(LIST_BYTES), mtime=0)[:-4]))),
    Change("a list whose check sum is wrong", "status-list", "5.1",
           put(SUBJECT, "encodedList", value="u" + encode_base64url(
               gzip.compress(bytes(LIST_BYTES), mtime=0)[:-8] + bytes(4) + LIST_BYTES.to_bytes(4, "little")))),
]  # fmt: skip
