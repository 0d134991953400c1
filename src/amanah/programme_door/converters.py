"""How an occasion id, a place in the log and a hash stand in an address. Importing this makes them known, once."""

from django.urls import register_converter


class OccasionConverter:
    """16 lower-case hex digits."""

    regex = "[0-9a-f]{16}"

    def to_python(self, value: str) -> str:
        """Give it as it is."""
        return value

    def to_url(self, value: str) -> str:
        """Give it as it is."""
        return value


class IndexConverter:
    """The place of an entry in the public log, in its one spelling; a number longer than any log leads nowhere."""

    regex = "0|[1-9][0-9]{0,14}"

    def to_python(self, value: str) -> int:
        """Give the number."""
        return int(value)

    def to_url(self, value: int | str) -> str:
        """Give it as text."""
        return str(value)


class HashConverter:
    """SHA-256 in 64 lower-case hex digits."""

    regex = "[0-9a-f]{64}"

    def to_python(self, value: str) -> str:
        """Give it as it is."""
        return value

    def to_url(self, value: str) -> str:
        """Give it as it is."""
        return value


register_converter(OccasionConverter, "occasion")
register_converter(IndexConverter, "index")
register_converter(HashConverter, "sha256")
