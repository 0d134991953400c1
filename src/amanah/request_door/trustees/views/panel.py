"""Who the trustees are, for everybody: a page and a file that can be checked without us. They set no cookie."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from amanah.request_door.trustees.log_state import is_behind_log
from amanah.request_door.trustees.queries import (
    encode_panel_chain,
    find_moved_origin,
    find_panel_hash,
    list_shown_panels,
)
from amanah.web.pages import public_page


@require_safe
@public_page(version=lambda: (find_panel_hash(), is_behind_log()))
def show_panel(request: HttpRequest) -> HttpResponse:
    """Show the panel in force, how many must sign, and every panel before."""
    panels = list_shown_panels()
    context = {
        "panel": panels[0] if panels else None,
        "earlier": panels[1:],
        "moved_from": find_moved_origin(),
        "is_behind": is_behind_log(),
    }
    return render(request, "trustees/panel.html", context)


@require_safe
@public_page(version=find_panel_hash)
def send_panel_file(_request: HttpRequest) -> HttpResponse:
    """Send all panels with their decisions and signatures, as decision files hold them."""
    return HttpResponse(encode_panel_chain(), content_type="application/json")
