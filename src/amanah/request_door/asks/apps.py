"""Names the asks board to Django, and says what carries out the decisions about asks and about the gate."""

from django.apps import AppConfig


class AsksConfig(AppConfig):
    """The label under which these migrations are recorded."""

    name = "amanah.request_door.asks"
    label = "asks"

    def ready(self) -> None:
        """Register what follows when trustees have decided."""
        from amanah.request_door.asks import actions, showing
        from amanah.request_door.decisions.carrying_out import CARRY_OUT
        from amanah.request_door.decisions.wording import SHOW

        CARRY_OUT["ask-admitted"] = actions.publish_admitted_ask
        CARRY_OUT["ask-withdrawn"] = actions.withdraw_decided_ask
        CARRY_OUT["season-confirmed"] = actions.record_confirmation
        CARRY_OUT["gate-closed"] = actions.close_gate
        SHOW["ask-admitted"] = SHOW["ask-withdrawn"] = showing.show_ask
        SHOW["season-confirmed"] = SHOW["gate-closed"] = showing.show_season
