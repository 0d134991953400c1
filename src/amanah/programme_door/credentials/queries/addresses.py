"""Public addresses that stand inside signed papers, so that they never change. It reads no table."""

from amanah.web.settings import get_config

STATUS_LIST_NUMBER = 1


def build_status_list_id() -> str:
    """Give the address of the community's one status list (5.1)."""
    return f"{get_config().urls['programme']}/credentials/status/{STATUS_LIST_NUMBER}.json"
