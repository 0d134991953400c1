"""Papers that invented bodies hand in: small, valid PDFs of a few lines. None looks like that of a real court."""


def build_paper(lines: list[str]) -> bytes:
    """Give a PDF of one page that says these lines."""
    shown = " ".join(f"({_escape(line)}) Tj T*" for line in ["INVENTED PAPER, FOR A DRILL", *lines])
    content = f"BT /F1 11 Tf 16 TL 60 780 Td {shown} ET".encode("ascii", "replace")
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    paper = bytearray(b"%PDF-1.4\n")
    places: list[int] = []
    for number, content_of_object in enumerate(objects, 1):
        places.append(len(paper))
        paper += b"%d 0 obj\n%s\nendobj\n" % (number, content_of_object)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    start = len(paper)
    size = len(objects) + 1
    paper += b"xref\n0 %d\n0000000000 65535 f \n%s" % (size, table)
    paper += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (size, start)
    return bytes(paper)


def _escape(line: str) -> str:
    return line.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
