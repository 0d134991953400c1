"""What can be taught here: a tree of scopes in the community's own words. It never holds who teaches, or who learns.

Words are kept per language: `{"en": {"name": "...", "about": "..."}}`. They are never compared; the scope is.
"""

from typing import ClassVar

from django.db import models

from amanah.web.holdings import holding

WORDS = holding("scope-words", "until-changed")


class Scope(models.Model):
    """One subject, named as `spec/credentials.md` 1.2 says; credentials carry that name, so it never changes."""

    scope = models.CharField(max_length=64, primary_key=True, db_comment=WORDS)
    language = models.CharField(max_length=12, db_comment=WORDS)
    words = models.JSONField(default=dict, db_comment=WORDS)
    is_shown = models.BooleanField(default=True, db_comment=WORDS)

    class Meta:
        ordering: ClassVar = ["scope"]

    def __str__(self) -> str:
        return self.scope
