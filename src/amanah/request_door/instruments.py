"""The closed list of legal bases on which an outside body can ask. It never holds what somebody asked."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Instrument(models.TextChoices):
    """On what legal basis an outside body asks; the list is closed."""

    VOLUNTARY = "voluntary-ask", _("A voluntary ask: no law orders us to answer")
    COURT_ORDER = "court-order", _("A court order")
    PRODUCTION_ORDER = "production-order", _("A production order")
    WARRANT = "warrant", _("A warrant")
    OTHER_ORDER = "other-written-order", _("Another written order")
