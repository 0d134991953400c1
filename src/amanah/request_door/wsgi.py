"""What the one page worker of the request door serves; clerk and timekeeper run beside it as threads."""

import os

from django.core.wsgi import get_wsgi_application

os.environ["DJANGO_SETTINGS_MODULE"] = "amanah.request_door.settings"
application = get_wsgi_application()

# These need the settings that were chosen above.
from amanah.request_door.answers.actions import release_due  # noqa: E402
from amanah.request_door.answers.keeping import destroy_due  # noqa: E402
from amanah.request_door.answers.telling import record_told  # noqa: E402
from amanah.request_door.asks.actions import withdraw_asks_of_shut_gates  # noqa: E402
from amanah.request_door.clerk import start_clerk  # noqa: E402
from amanah.request_door.decisions.carrying_out import carry_out_due  # noqa: E402
from amanah.request_door.records.publishing import publish_due_reports  # noqa: E402
from amanah.request_door.records.sealing import seal_due_periods  # noqa: E402
from amanah.request_door.rules.stating import state_rules  # noqa: E402
from amanah.request_door.timekeeper import Timekeeper  # noqa: E402
from amanah.request_door.trustees.actions import destroy_expired  # noqa: E402
from amanah.web.settings import get_config  # noqa: E402

start_clerk(get_config())
Timekeeper(
    [
        state_rules,
        carry_out_due,
        seal_due_periods,
        release_due,
        publish_due_reports,
        record_told,
        destroy_due,
        withdraw_asks_of_shut_gates,
        destroy_expired,
    ]
).run_in_thread()
