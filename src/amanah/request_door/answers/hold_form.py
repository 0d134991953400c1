"""What trustees enter when something must not be destroyed: kinds, people, days. It asks for nothing new."""

from typing import Any

from django.utils.translation import gettext as translate

from amanah.core.data_requests.scopes import Scope
from amanah.request_door.decisions.forms import ScopeForm


class HoldForm(ScopeForm):
    """The scope of a hold; without names it is about everybody."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.scope: Scope | None = None

    def clean(self) -> dict[str, Any]:
        """Make the scope; a hold names at least one kind."""
        self.scope = self.build_typed_scope()
        if not self.cleaned_data.get("categories"):
            self.add_error("categories", translate("Choose what must not be destroyed."))
        return self.cleaned_data
