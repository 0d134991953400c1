"""Writing down what can be taught. It never renames a scope: credentials carry its name for good."""

from collections.abc import Mapping

from django.db import transaction

from amanah.core.credentials.scopes import parse_scope
from amanah.core.errors import RefusedError
from amanah.programme_door.programmes.actions import record_content_change
from amanah.programme_door.scopes.models import Scope


class ScopeRefusedError(RefusedError):
    """The name is taken, or the scope that it would lie inside is not written down."""

    code = "scope-refused"


def open_scope(*, scope: str, language: str, texts: Mapping[str, str]) -> None:
    """Write down a new scope in its first language, inside one that is there or at the top."""
    parse_scope(scope)
    outer = scope.rpartition("/")[0]
    with transaction.atomic():
        if Scope.objects.filter(scope=scope).exists():
            raise ScopeRefusedError("There is a subject with this short name; choose another.")
        if outer and not Scope.objects.filter(scope=outer).exists():
            raise ScopeRefusedError("Write down the wider subject first.")
        Scope.objects.create(scope=scope, language=language, words={language: dict(texts)})
        record_content_change()


def record_scope_words(*, scope: str, language: str, texts: Mapping[str, str], is_shown: bool) -> None:
    """Write down the words of a scope in one language, and whether it is offered; its name stays."""
    with transaction.atomic():
        row = Scope.objects.select_for_update().get(scope=scope)
        row.words = {**row.words, language: dict(texts)}
        row.is_shown = is_shown
        row.save()
        record_content_change()
