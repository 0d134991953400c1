"""Takes in one uploaded file, in memory and up to a bound; it never puts one on a disk.

Django's own handler for memory alone lets a larger file vanish without a word. This one reads it to its end, keeps
nothing of it, and says how long it was, so that a page can refuse it and keep the rest of the form.
"""

import io
from typing import Any

from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopUpload

LARGEST_FILE = 10 * 1024 * 1024
# What is too long is read and dropped up to here; then the connection ends.
LARGEST_EXCESS = 4 * LARGEST_FILE


class BoundedUploadHandler(FileUploadHandler):
    """Keeps the bytes of a request's files while they fit together; a file that did not fit is empty and too long."""

    def __init__(self, request: Any = None) -> None:
        super().__init__(request)
        self.received = 0
        self.kept = 0
        self.buffer = io.BytesIO()

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Begin with nothing of the file before."""
        super().new_file(*args, **kwargs)
        self.kept += self.buffer.tell()
        self.buffer = io.BytesIO()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        """Keep a piece, or drop everything once it is too much."""
        self.received += len(raw_data)
        if self.received > LARGEST_EXCESS:
            raise StopUpload(connection_reset=True)
        if self.kept + start + len(raw_data) <= LARGEST_FILE:
            self.buffer.write(raw_data)
        else:
            self.buffer = io.BytesIO()
        return None

    def file_complete(self, file_size: int) -> InMemoryUploadedFile:
        """Give the file; one that did not fit has its true size and no bytes."""
        self.buffer.seek(0)
        if self.kept + file_size > LARGEST_FILE:
            self.buffer = io.BytesIO()
        return InMemoryUploadedFile(
            file=self.buffer,
            field_name=self.field_name,
            name=self.file_name or "file",
            content_type=self.content_type,
            size=max(file_size, 0),
            charset=self.charset,
            content_type_extra=self.content_type_extra,
        )
