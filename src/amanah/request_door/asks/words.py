"""Why outside bodies may or may not ask now, and why an ask left, in sentences. It decides nothing."""

from django.utils.translation import gettext as _

from amanah.request_door.asks.gate import AskGate, Reason


def tell_gate(gate: AskGate) -> str:
    """Say why the gate is as it is."""
    return tell_reason(gate.reason)


def tell_reason(reason: Reason | None) -> str:
    """Say what a reason means to somebody who never heard of a gate."""
    return {
        None: _("People here surely trust the programme, by the line that the community drew beforehand."),
        "no-season": _("The community has not said yet how much trust it asks for."),
        "log-unread": _("This door has not read the public log since it started. It takes a moment."),
        "log-old": _("The public log has given no sign of life for more than a day, so nobody can tell."),
        "not-begun": _("The time for which trust is measured has not begun."),
        "not-yet": _("Nobody can be sure yet that people here trust the programme enough."),
        "waiting": _("A survey about trust is over and not counted yet."),
        "uncounted": _("A survey about trust has been over for more than seven days and is not counted."),
        "alarm": _("People here said that harm was done to them. The gate stays shut until the season ends."),
        "trustees": _("It was closed in the trustees' name. It stays shut until the season ends."),
        "ended": _("The season is over. Trust has to be earned again in the next one."),
    }[reason]


def tell_left(reason: str) -> str:
    """Say why an ask left; empty for one that has not."""
    return {
        "body": _("You took it back."),
        "trustees": _("The trustees took it down, or did not let it in."),
        "gate": _("The gate shut. When it opens again you can ask again."),
    }.get(reason, "")
