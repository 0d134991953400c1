"""Names the answers of the request door to Django, and joins them to what trustees decide."""

from django.apps import AppConfig


class AnswersConfig(AppConfig):
    """The label under which these migrations are recorded."""

    name = "amanah.request_door.answers"
    label = "answers"

    def ready(self) -> None:
        """Carry out what is decided about answers, holds and secrecy, show it to who signs, answer the status page."""
        from django.utils.translation import gettext_lazy as _

        from amanah.request_door.answers.actions import answer_request, give_package
        from amanah.request_door.answers.holding import begin_hold, end_hold
        from amanah.request_door.answers.kept_words import (
            show_begun_hold,
            show_ended_hold,
            show_ended_secrecy,
        )
        from amanah.request_door.answers.queries import find_released_answer, list_receipt_links
        from amanah.request_door.answers.showing import show_disclosure
        from amanah.request_door.answers.telling import end_withholding
        from amanah.request_door.decisions.carrying_out import CARRY_OUT
        from amanah.request_door.decisions.wording import CASE_PAGES, SHOW, SIGNED_FILES
        from amanah.request_door.requests.receiving import FIND_ANSWER, LIST_RECEIPTS

        CARRY_OUT["request-answered"] = answer_request
        CARRY_OUT["disclosure-made"] = give_package
        CARRY_OUT["hold-begun"] = begin_hold
        CARRY_OUT["hold-ended"] = end_hold
        CARRY_OUT["secrecy-ended"] = end_withholding
        SHOW["disclosure-made"] = show_disclosure
        SIGNED_FILES["disclosure-made"] = "signed-package"
        SHOW["hold-begun"] = show_begun_hold
        SHOW["hold-ended"] = show_ended_hold
        SHOW["secrecy-ended"] = show_ended_secrecy
        CASE_PAGES.append((_("The letter, and what is given"), "case-package"))
        CASE_PAGES.append((_("Days, keeping and telling"), "case-keeping"))
        FIND_ANSWER.append(find_released_answer)
        LIST_RECEIPTS.append(list_receipt_links)
