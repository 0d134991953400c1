"""Whether this process answers; every page belongs to the noun that it is about."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe


@require_safe
def show_health(_request: HttpRequest) -> HttpResponse:
    """Say that this process answers."""
    return HttpResponse(b'{"status":"done"}', content_type="application/json")
