"""Whether the public log knows a newer panel than this door, as after a restore from an old backup.

An old panel must not come back: whoever was removed would sign again. The log has the last word, never this door.
"""

from amanah.core.data_requests.panels import compute_panel_hash
from amanah.core.errors import VerificationError
from amanah.core.public_log.schemas import REQUEST_DOOR
from amanah.request_door.records.log_copy import get_view
from amanah.request_door.trustees.queries import get_panel_in_force


class PanelUncheckedError(VerificationError):
    """No panel comes into force before the log was read: one number stated twice breaks the log for every reader."""

    code = "panel-unchecked"


def check_log_was_read() -> None:
    """Let whoever would change the panel wait until the log can say that there is no newer one."""
    if get_view() is None:
        raise PanelUncheckedError("The public log was not read yet. The panel changes when it was.")


def find_panel_in_log() -> tuple[int, str] | None:
    """Find number and hash of the newest panel that this door has stated; None before the log was read."""
    view = get_view()
    stated = view.list_entries("panel_stated") if view is not None else []
    panels = [(entry.body["number"], entry.body["panel"]) for entry in stated if entry.by == REQUEST_DOOR]
    return max(panels, default=None)


def is_behind_log() -> bool:
    """Tell whether the log knows another panel of this number, or a newer one."""
    stated, known = find_panel_in_log(), get_panel_in_force()
    if stated is None:
        return False
    if known is None:
        return True
    panel, document = known
    return stated[0] > panel.number or (
        stated[0] == panel.number and stated[1] != compute_panel_hash(document)
    )
