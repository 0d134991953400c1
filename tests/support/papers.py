"""Legal papers as PDF, made by hand byte for byte: good ones, and ones that attack whoever reads them."""

import io
import zlib
from collections.abc import Iterable, Mapping

from pypdf import PdfWriter

PAGES = {
    1: b"<</Type/Catalog/Pages 2 0 R>>",
    2: b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
    3: b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R>>",
}


def build_stream(body: bytes, head: bytes = b"") -> bytes:
    """Give a stream object that is not packed."""
    return b"<<%s/Length %d>>stream\n%s\nendstream" % (head, len(body), body)


def build_packed_stream(body: bytes, head: bytes = b"", *, times: int = 1) -> bytes:
    """Give a stream packed once or more often."""
    for _ in range(times):
        body = zlib.compress(body, 9)
    return build_stream(body, head + b"/Filter[%s]" % (b"/FlateDecode" * times))


def build_pdf(changes: Mapping[int, bytes] | None = None, trailer: bytes = b"") -> bytes:
    """Give a paper of one page with some objects changed or added."""
    objects = PAGES | {4: build_stream(b"BT ET")} | dict(changes or {})
    return append_revision(b"%PDF-1.7\n", objects, trailer)


def append_revision(paper: bytes, objects: Mapping[int, bytes], trailer: bytes = b"") -> bytes:
    """Add objects, a table of where they stand, and a trailer, as writers do that save on top of a file."""
    out = bytearray(paper)
    places = {}
    for number, body in objects.items():
        places[number] = len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 1\n0000000000 65535 f \n"
    for number, place in sorted(places.items()):
        out += b"%d 1\n%010d 00000 n \n" % (number, place)
    size = max(objects) + 1
    out += b"trailer\n<</Size %d/Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF\n" % (size, trailer, start)
    return bytes(out)


def build_pdf_with_object_stream(hidden: Iterable[bytes]) -> bytes:
    """Give a paper whose objects from 10 on stand packed together, as modern writers do."""
    bodies = list(hidden)
    heads, inside = [], b""
    for place, body in enumerate(bodies):
        heads.append(b"%d %d" % (10 + place, len(inside)))
        inside += body + b" "
    head = b" ".join(heads) + b" "
    packed = build_packed_stream(head + inside, b"/Type/ObjStm/N %d/First %d" % (len(bodies), len(head)))
    out = bytearray(b"%PDF-1.7\n")
    places = {}
    for number, body in (PAGES | {4: build_stream(b"BT ET"), 5: packed}).items():
        places[number] = len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    rows = [b"\x00" + (0).to_bytes(4) + b"\x00"]
    rows += [b"\x01" + places[number].to_bytes(4) + b"\x00" for number in range(1, 6)]
    rows += [b"\x01" + start.to_bytes(4) + b"\x00"]
    rows += [b"\x02" + (5).to_bytes(4) + bytes([place]) for place in range(len(bodies))]
    table = b"".join(rows)
    index = b"[0 7 10 %d]" % len(bodies)
    out += b"6 0 obj\n%s\nendobj\n" % build_packed_stream(
        table, b"/Type/XRef/W[1 4 1]/Index%s/Size %d/Root 1 0 R" % (index, 10 + len(bodies))
    )
    out += b"startxref\n%d\n%%%%EOF\n" % start
    return bytes(out)


def build_encrypted_pdf() -> bytes:
    """Give a paper that opens with a password alone."""
    writer = PdfWriter()
    writer.add_blank_page(595, 842)
    writer.encrypt("only the clerk knows")
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def build_catalog(words: bytes) -> dict[int, bytes]:
    """Give a catalog with more in it."""
    return {1: b"<</Type/Catalog/Pages 2 0 R%s>>" % words}


def build_annotation(words: bytes) -> dict[int, bytes]:
    """Give a page with one note on it."""
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Annots[5 0 R]>>"
    return {3: page, 5: b"<</Type/Annot/Rect[0 0 9 9]%s>>" % words}


SCRIPT = b"<</S/JavaScript/JS(app.alert\\(1\\))>>"

GOOD_PAPERS: Mapping[str, bytes] = {
    "one page": build_pdf(),
    "an e-mail address to click": build_pdf(
        build_annotation(b"/Subtype/Link/A<</S/URI/URI(mailto:c@x.example)>>")
    ),
    "opens on a page": build_pdf(build_catalog(b"/OpenAction[3 0 R/Fit]")),
    "goes to a page": build_pdf(build_catalog(b"/OpenAction<</S/GoTo/D[3 0 R/Fit]>>")),
    "signed electronically": build_pdf(
        build_catalog(b"/AcroForm<</SigFlags 3/Fields[5 0 R]>>")
        | {5: b"<</FT/Sig/T(Judge)/V<</Type/Sig/Filter/Adobe.PPKLite/ByteRange[0 1 2 3]/Contents<00>>>>>"}
    ),
    "packed objects": build_pdf_with_object_stream([b"<</Title(An order)>>"]),
    "packed page": build_pdf({4: build_packed_stream(b"BT (An order) Tj ET " * 1_000)}),
    "a second version": append_revision(build_pdf(), {4: build_stream(b"BT (again) Tj ET")}, b"/Prev 9"),
    "words about scripts in a picture": build_pdf({4: build_stream(b"/JS /AA /XFA")}),
}

HOSTILE_PAPERS: Mapping[str, tuple[str, bytes]] = {
    "empty": ("file-not-pdf", b""),
    "a picture": ("file-not-pdf", b"\x89PNG\r\n\x1a\n" + bytes(100)),
    "a page of the web that calls itself a paper": ("file-not-pdf", b"<html>%PDF-1.7" + build_pdf()),
    "more than ten megabytes": ("file-too-large", build_pdf() + bytes(10 * 1024 * 1024)),
    "locked": ("file-encrypted", build_encrypted_pdf()),
    "script at opening": ("file-action", build_pdf(build_catalog(b"/OpenAction<</S/Named/N/Print>>"))),
    "script in the catalog": ("file-script", build_pdf(build_catalog(b"/OpenAction" + SCRIPT))),
    "script by name": ("file-script", build_pdf(build_catalog(b"/Names<</JavaScript<</Names[(a)%s]>>>>" % SCRIPT))),
    "script under a link": ("file-script", build_pdf(build_annotation(b"/Subtype/Link/A" + SCRIPT))),
    "script in disguise": (
        "file-script", build_pdf(build_annotation(b"/Subtype/Link/A<</S/J#61vaScript/#4a#53(x)>>")),
    ),
    "script packed": ("file-script", build_pdf_with_object_stream([SCRIPT])),
    "script packed in disguise": (
        "file-script", build_pdf_with_object_stream([b"<</S/#4Aav#61Script/J#53(x)>>"]),
    ),
    "script in an earlier version": (
        "file-script", append_revision(build_pdf({5: SCRIPT}), {5: b"<<>>"}),
    ),
    "script that no table names": ("file-script", build_pdf() + b"77 0 obj\n%s\nendobj\n" % SCRIPT),
    "packed script that no table names": (
        "file-script",
        build_pdf() + b"77 0 obj\n%s\nendobj\n" % build_packed_stream(b"9 0 " + SCRIPT, b"/Type/ObjStm/N 1/First 4"),
    ),
    "action when a page opens": (
        "file-action", build_pdf({3: PAGES[3][:-2] + b"/AA<</O<</S/URI/URI(http://x.example)>>>>>>"}),
    ),
    "starts a programme": ("file-action", build_pdf(build_annotation(b"/Subtype/Link/A<</S/Launch/F(c.exe)>>"))),
    "sends a form away": (
        "file-action", build_pdf(build_annotation(b"/Subtype/Widget/A<</S/SubmitForm/F(http://x.example)>>")),
    ),
    "page, then more": (
        "file-action",
        build_pdf(build_catalog(b"/OpenAction<</S/GoTo/D[3 0 R/Fit]/Next<</S/URI/URI(http://x.example)>>>>")),
    ),
    "script behind a false beginning of a stream": (
        "file-script",
        build_pdf({5: b"(stream\n)", 6: b"null"}) + b"77 0 obj\n%s\nendobj\nendstream\n" % SCRIPT,
    ),
    "script behind a link": (
        "file-action", build_pdf(build_annotation(b"/Subtype/Link/A<</S/URI/URI( JavaScript:alert)>>")),
    ),
    "a file behind a link": (
        "file-action", build_pdf(build_annotation(b"/Subtype/Link/A<</S/URI/URI(file:///etc/passwd)>>")),
    ),
    "a programme for printers": ("file-action", build_pdf({5: build_stream(b"showpage", b"/Type/XObject/Subtype/PS")})),
    "files inside": (
        "file-embedded", build_pdf(build_catalog(b"/Names<</EmbeddedFiles<</Names[(a)<</EF<<>>>>]>>>>")),
    ),
    "a file pinned to a page": (
        "file-embedded", build_pdf(build_annotation(b"/Subtype/FileAttachment/FS<</Type/Filespec/F(a)>>")),
    ),
    "a stream that lies elsewhere": ("file-embedded", build_pdf({4: build_stream(b"", b"/F(http://x.example)")})),
    "a film": ("file-embedded", build_pdf(build_annotation(b"/Subtype/RichMedia"))),
    "a portfolio": ("file-embedded", build_pdf(build_catalog(b"/Collection<</View/D>>"))),
    "a form of another kind": ("file-form", build_pdf(build_catalog(b"/AcroForm<</XFA 5 0 R/Fields[]>>"))),
    "cut off": ("file-broken", build_pdf()[:60]),
    "noise": ("file-broken", b"%PDF-1.7\n" + bytes(range(256)) * 40),
    "no page": ("file-broken", build_pdf({2: b"<</Type/Pages/Kids[]/Count 0>>"})),
    "pages in a circle": ("file-broken", build_pdf({2: b"<</Type/Pages/Kids[2 0 R]/Count 1>>"})),
    "a bomb": ("file-too-heavy", build_pdf({4: build_packed_stream(bytes(400 * 1024 * 1024))})),
    "a bomb in a bomb": ("file-too-heavy", build_pdf({4: build_packed_stream(bytes(400 * 1024 * 1024), times=2)})),
    "many small bombs": (
        "file-too-heavy",
        build_pdf({number: build_packed_stream(bytes(40 * 1024 * 1024)) for number in range(5, 10)}),
    ),
    "a bomb of objects": (
        "file-too-heavy",
        build_pdf() + b"77 0 obj\n%s\nendobj\n" % build_packed_stream(bytes(400 * 1024 * 1024), b"/Type/ObjStm"),
    ),
    "a picture of a hundred square metres": (
        "file-too-heavy",
        build_pdf({4: build_stream(b"", b"/Subtype/Image/Width 100000/Height 100000")}),
    ),
    "sixty thousand objects": ("file-too-heavy", build_pdf(dict.fromkeys(range(5, 60_005), b"null"))),
    "a well of brackets": ("file-too-heavy", build_pdf({5: b"[" * 60_000 + b"]" * 60_000})),
    "a well of dictionaries": ("file-too-heavy", build_pdf({5: b"<</a" * 200 + b" 1" + b">>" * 200})),
}  # fmt: skip
