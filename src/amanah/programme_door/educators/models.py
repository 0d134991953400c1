"""Who teaches, as far as they agreed that it is shown, and how to raise a concern. It knows no member.

Words are kept per language: `{"en": {"name": "...", "about": "..."}}`. What somebody may teach is never written here:
it is worked out from signed papers each time.
"""

from typing import ClassVar

from django.db import models

from amanah.web.holdings import holding

PAGE = holding("educator-page", "until-consent-withdrawn")
CONSENT = holding("educator-consent", "until-consent-withdrawn")
PHOTOGRAPH = holding("educator-photograph", "until-consent-withdrawn")
CONCERN = holding("concern-routes", "until-changed")


class Educator(models.Model):
    """One page about one person who teaches; nothing of it is shown before `consent_on`."""

    slug = models.CharField(max_length=64, primary_key=True, db_comment=PAGE)
    # How papers name this person (`spec/credentials.md` 1.1); empty where nobody gave them one.
    holder = models.CharField(max_length=128, default="", db_comment=PAGE)
    language = models.CharField(max_length=12, db_comment=PAGE)
    words = models.JSONField(default=dict, db_comment=PAGE)
    scopes = models.JSONField(default=list, db_comment=PAGE)
    programmes = models.JSONField(default=list, db_comment=PAGE)
    # The day of a check of safeguarding; what was found in it has no column.
    safeguarding_on = models.DateField(null=True, db_comment=PAGE)
    consent_on = models.DateField(null=True, db_comment=CONSENT)
    is_shown = models.BooleanField(default=False, db_comment=CONSENT)

    class Meta:
        ordering: ClassVar = ["slug"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(is_shown=False) | models.Q(consent_on__isnull=False),
                name="nobody_is_shown_without_consent",
            ),
            models.UniqueConstraint(
                fields=["holder"], condition=~models.Q(holder=""), name="one_page_for_one_holder"
            ),
        ]

    def __str__(self) -> str:
        return self.slug


class Photograph(models.Model):
    """A small picture of somebody who agreed to it, as bytes without anything that a camera wrote about itself."""

    educator = models.OneToOneField(
        Educator, primary_key=True, on_delete=models.CASCADE, related_name="photograph", db_comment=PHOTOGRAPH
    )
    kind = models.CharField(max_length=10, db_comment=PHOTOGRAPH)
    width = models.PositiveSmallIntegerField(db_comment=PHOTOGRAPH)
    height = models.PositiveSmallIntegerField(db_comment=PHOTOGRAPH)
    data = models.BinaryField(db_comment=PHOTOGRAPH)

    def __str__(self) -> str:
        return self.kind


class ConcernRoutes(models.Model):
    """Where to turn with a concern, statutory places first, in the community's own words; there is one row."""

    routes = models.PositiveSmallIntegerField(primary_key=True, default=1, db_comment=CONCERN)
    words = models.JSONField(default=dict, db_comment=CONCERN)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(routes=1), name="one_set_of_concern_routes"),
        ]

    def __str__(self) -> str:
        return "concern routes"
