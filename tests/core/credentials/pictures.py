"""Pictures made by code: whole ones, ones with a credential in them, and ones that only an attacker would send."""

import struct
import zlib

SIGNATURE = b"\x89PNG\r\n\x1a\n"
CREDENTIAL = b'{"id":"urn:uuid:00000000-0000-4000-8000-000000000001","name":"An invented badge"}'
TOKEN = b"eyJhbGciOiJFZERTQSJ9.eyJpZCI6IngifQ.c2lnbmF0dXJl"
ASSERTION = b'{"@context":"https://w3id.org/openbadges/v2","type":"Assertion"}'
ADDRESS = b"https://badges.example/assertions/123"
MEBIBYTE = 1 << 20


def build_chunk(
    kind: bytes, body: bytes = b"", *, length: int | None = None, check: int | None = None
) -> bytes:
    """Give a chunk; a length or a checksum that is given is a lie."""
    said = len(body) if length is None else length
    return (
        struct.pack(">I", said)
        + kind
        + body
        + struct.pack(">I", zlib.crc32(kind + body) if check is None else check)
    )


HEADER = build_chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
PIXELS = build_chunk(b"IDAT", zlib.compress(b"\0\xff"))
END = build_chunk(b"IEND")


def build_png(*chunks: bytes) -> bytes:
    """Give a picture of one white point with other chunks before its end."""
    return SIGNATURE + HEADER + PIXELS + b"".join(chunks) + END


def build_text_chunk(
    content: bytes, keyword: bytes = b"openbadgecredential", *, is_packed: bool = False
) -> bytes:
    """Give the chunk that holds a credential."""
    text = zlib.compress(content, 9) if is_packed else content
    return build_chunk(b"iTXt", keyword + b"\0" + bytes([is_packed, 0]) + b"en\0" + b"credential\0" + text)


def build_svg(inside: str, *, before: str = "", attributes: str = "") -> bytes:
    """Give an SVG with both namespaces of baked credentials."""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n{before}<svg xmlns="http://www.w3.org/2000/svg"'
        ' xmlns:openbadges="https://purl.imsglobal.org/ob/v3p0" xmlns:older="http://openbadges.org"'
        f' viewBox="0 0 8 8"{attributes}>{inside}<circle r="4"/></svg>'
    ).encode()


def wrap(content: bytes) -> str:
    """Give the element that holds a credential as JSON."""
    return f"<openbadges:credential>\n  <![CDATA[{content.decode()}]]>\n</openbadges:credential>"


BAKED: dict[str, tuple[bytes, str, bytes]] = {
    "a PNG with JSON": (build_png(build_text_chunk(CREDENTIAL)), "json", CREDENTIAL),
    "a PNG with packed JSON": (build_png(build_text_chunk(CREDENTIAL, is_packed=True)), "json", CREDENTIAL),
    "a PNG with a JWT": (build_png(build_text_chunk(TOKEN)), "jwt", TOKEN),
    "a PNG with an older assertion": (build_png(build_text_chunk(ASSERTION, b"openbadges")), "older", ASSERTION),
    "a PNG with an older address": (build_png(build_text_chunk(ADDRESS, b"openbadges")), "older", ADDRESS),
    "a PNG with another text": (
        build_png(build_text_chunk(b"a comment", b"Comment"), build_text_chunk(CREDENTIAL)), "json", CREDENTIAL,
    ),
    "an SVG with JSON": (build_svg(wrap(CREDENTIAL)), "json", CREDENTIAL),
    "an SVG with a JWT": (build_svg(f'<openbadges:credential verify="{TOKEN.decode()}"/>'), "jwt", TOKEN),
    "an SVG with an older assertion": (
        build_svg(f'<older:assertion verify="{ADDRESS.decode()}"><![CDATA[{ASSERTION.decode()}]]></older:assertion>'),
        "older", ASSERTION,
    ),
    "an SVG with an older signed one": (build_svg(f'<older:assertion verify="{TOKEN.decode()}"/>'), "older", TOKEN),
    "an SVG that names pictures elsewhere": (
        build_svg(
            wrap(CREDENTIAL) + '<image href="https://tracker.example/x.png"/><script href="https://tracker.example/x.js"/>',
            before='<?xml-stylesheet href="https://tracker.example/x.css"?>',
        ),
        "json", CREDENTIAL,
    ),
}  # fmt: skip

_LAUGHS = '<!DOCTYPE svg [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;">]>'
_OUTSIDE = '<!DOCTYPE svg [<!ENTITY file SYSTEM "file:///etc/passwd">]>'

HOSTILE: dict[str, bytes] = {
    "neither kind of picture": b"GIF89a",
    "nothing": b"",
    "a picture of more than 1 MiB": build_png(build_text_chunk(b"{" + b" " * MEBIBYTE)),
    "a PNG without a credential": build_png(),
    "a PNG with two credentials": build_png(build_text_chunk(CREDENTIAL), build_text_chunk(CREDENTIAL)),
    "a PNG with one of each version": build_png(
        build_text_chunk(CREDENTIAL), build_text_chunk(ASSERTION, b"openbadges")
    ),
    "a PNG that unpacks to 64 MiB": build_png(build_text_chunk(b"{" + b" " * 64 * MEBIBYTE, is_packed=True)),
    "a PNG that unpacks to a byte too much": build_png(
        build_text_chunk(b"{" + b" " * MEBIBYTE, is_packed=True)
    ),
    "a PNG whose packed text is cut off": build_png(
        build_chunk(b"iTXt", b"openbadgecredential\0\1\0\0\0" + zlib.compress(CREDENTIAL)[:-6])
    ),
    "a PNG with more behind its packed text": build_png(
        build_chunk(b"iTXt", b"openbadgecredential\0\1\0\0\0" + zlib.compress(CREDENTIAL) + b"{}")
    ),
    "a PNG whose packed text is not packed": build_png(
        build_chunk(b"iTXt", b"openbadgecredential\0\1\0\0\0" + CREDENTIAL)
    ),
    "a PNG of an unknown packing": build_png(build_chunk(b"iTXt", b"openbadgecredential\0\2\7\0\0" + CREDENTIAL)),
    "a PNG whose text has no fields": build_png(build_chunk(b"iTXt", b"openbadgecredential\0\0\0")),
    "a PNG chunk longer than the file": SIGNATURE + HEADER + build_chunk(b"iTXt", b"x", length=2**31 - 1),
    "a PNG chunk longer than a chunk": SIGNATURE + HEADER + build_chunk(b"iTXt", b"x", length=2**32 - 1),
    "a PNG chunk shorter than it is": SIGNATURE + HEADER + build_chunk(b"iTXt", CREDENTIAL, length=3) + END,
    "a PNG chunk with a wrong checksum": build_png(
        build_chunk(b"iTXt", b"openbadgecredential\0\0\0\0\0" + CREDENTIAL, check=0)
    ),
    "a PNG with another wrong checksum": SIGNATURE + HEADER
    + build_chunk(b"IDAT", b"x", check=1) + build_text_chunk(CREDENTIAL) + END,
    "a PNG without a beginning": SIGNATURE + build_text_chunk(CREDENTIAL) + END,
    "a PNG with two beginnings": SIGNATURE + HEADER + HEADER + build_text_chunk(CREDENTIAL) + END,
    "a PNG without an end": SIGNATURE + HEADER + build_text_chunk(CREDENTIAL),
    "a PNG with a credential behind its end": build_png() + build_text_chunk(CREDENTIAL),
    "a PNG with a page behind its end": build_png(build_text_chunk(CREDENTIAL)) + b"<script>1</script>",
    "a PNG chunk of no kind": build_png(build_chunk(b"i\xffXt", b""), build_text_chunk(CREDENTIAL)),
    "a PNG with an address in the oldest way": build_png(build_chunk(b"tEXt", b"openbadges\0" + ADDRESS)),
    "a PNG with a credential in packed Latin text": build_png(
        build_chunk(b"zTXt", b"openbadgecredential\0\0" + zlib.compress(CREDENTIAL))
    ),
    "a PNG with a page where a credential belongs": build_png(build_text_chunk(b"<script>alert(1)</script>")),
    "a PNG with nothing where a credential belongs": build_png(build_text_chunk(b"")),
    "an SVG with a document type": build_svg(wrap(CREDENTIAL), before="<!DOCTYPE svg>"),
    "an SVG of a billion laughs": build_svg("&c;" + wrap(CREDENTIAL), before=_LAUGHS),
    "an SVG with an entity from outside": build_svg(
        "<openbadges:credential>&file;</openbadges:credential>", before=_OUTSIDE
    ),
    "an SVG with a document type from outside": build_svg(
        wrap(CREDENTIAL), before='<!DOCTYPE svg SYSTEM "https://tracker.example/x.dtd">'
    ),
    "an SVG with an entity nobody declared": build_svg("&surprise;" + wrap(CREDENTIAL)),
    "an SVG with two credentials": build_svg(wrap(CREDENTIAL) * 2),
    "an SVG with one of each version": build_svg(wrap(CREDENTIAL) + "<older:assertion>{}</older:assertion>"),
    "an SVG with a credential in a credential": build_svg(
        f"<openbadges:credential>{wrap(CREDENTIAL)}</openbadges:credential>"
    ),
    "an SVG with an element in its credential": build_svg(
        f"<openbadges:credential>{CREDENTIAL.decode()}<b/></openbadges:credential>"
    ),
    "an SVG that says it twice": build_svg(
        f'<openbadges:credential verify="{TOKEN.decode()}">{CREDENTIAL.decode()}</openbadges:credential>'
    ),
    "an SVG that signs and says something else": build_svg(
        f'<older:assertion verify="{TOKEN.decode()}">{ASSERTION.decode()}</older:assertion>'
    ),
    "an SVG whose credential is of another namespace": build_svg("<credential>{}</credential>"),
    "an SVG nested 100,000 deep": build_svg("<g>" * 100_000 + "</g>" * 100_000),
    "an SVG of 100,000 parts": build_svg("<g/>" * 100_000 + wrap(CREDENTIAL)),
    "an SVG with an attribute where a credential belongs": build_svg(
        f'<openbadges:credential verify="{"A" * 900_000}"/>'
    ),
    "an SVG in another encoding": build_svg(wrap(CREDENTIAL)).decode().encode("utf-16"),
    "an SVG that says it is in another encoding": b"<?xml version='1.0' encoding='utf-7'?>"
    + build_svg("+ADw-script+AD4-")[38:],
    "an SVG that is cut off": build_svg(wrap(CREDENTIAL))[:-20],
    "an SVG that is a page": b"<html xmlns='http://www.w3.org/1999/xhtml'><body/></html>",
    "an SVG that is no XML": b"<svg <<<",
    "an SVG with a NUL": build_svg(wrap(CREDENTIAL) + "\0"),
}  # fmt: skip

WHY: dict[str, str] = {
    "neither kind of picture": "neither a PNG nor an SVG",
    "nothing": "neither a PNG nor an SVG",
    "a picture of more than 1 MiB": "larger than 1 MiB",
    "a PNG without a credential": "There is no credential",
    "a PNG with two credentials": "two credentials",
    "a PNG with one of each version": "two credentials",
    "a PNG that unpacks to 64 MiB": "unpacks to more than 1 MiB",
    "a PNG that unpacks to a byte too much": "unpacks to more than 1 MiB",
    "a PNG whose packed text is cut off": "is cut off, or more follows it",
    "a PNG with more behind its packed text": "is cut off, or more follows it",
    "a PNG whose packed text is not packed": "cannot be unpacked",
    "a PNG of an unknown packing": "that holds the credential is broken",
    "a PNG whose text has no fields": "that holds the credential is broken",
    "a PNG chunk longer than the file": "says that it is longer than the file",
    "a PNG chunk longer than a chunk": "says that it is longer than the file",
    "a PNG chunk shorter than it is": "its checksum differs",
    "a PNG chunk with a wrong checksum": "its checksum differs",
    "a PNG with another wrong checksum": "its checksum differs",
    "a PNG without a beginning": "in no order that a PNG has",
    "a PNG with two beginnings": "in no order that a PNG has",
    "a PNG without an end": "cut off before its end",
    "a PNG with a credential behind its end": "in no order that a PNG has",
    "a PNG with a page behind its end": "says that it is longer than the file",
    "a PNG chunk of no kind": "in no order that a PNG has",
    "a PNG with an address in the oldest way": "nothing is fetched",
    "a PNG with a credential in packed Latin text": "nothing is fetched",
    "a PNG with a page where a credential belongs": "neither a credential nor a signed one",
    "a PNG with nothing where a credential belongs": "neither a credential nor a signed one",
    "an SVG with a document type": "document type or an entity",
    "an SVG of a billion laughs": "document type or an entity",
    "an SVG with an entity from outside": "document type or an entity",
    "an SVG with a document type from outside": "document type or an entity",
    "an SVG with an entity nobody declared": "cannot be read as XML",
    "an SVG with two credentials": "two credentials",
    "an SVG with one of each version": "two credentials",
    "an SVG with a credential in a credential": "Something else stands inside",
    "an SVG with an element in its credential": "Something else stands inside",
    "an SVG that says it twice": "holds a credential twice",
    "an SVG that signs and says something else": "holds a credential twice",
    "an SVG whose credential is of another namespace": "There is no credential",
    "an SVG nested 100,000 deep": "more than 64 deep",
    "an SVG of 100,000 parts": "more than 64 deep",
    "an SVG with an attribute where a credential belongs": "neither a credential nor a signed one",
    "an SVG in another encoding": "neither a PNG nor an SVG",
    "an SVG that says it is in another encoding": "There is no credential",
    "an SVG that is cut off": "cannot be read as XML",
    "an SVG that is a page": "and is no SVG",
    "an SVG that is no XML": "cannot be read as XML",
    "an SVG with a NUL": "cannot be read as XML",
}
"""What the one sentence says of each, so that none is refused for another reason than its own."""
