"""How an occasion id stands in an address. Importing this module makes `<occasion:occasion>` known, once."""

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


register_converter(OccasionConverter, "occasion")
