"""The one address of the reference view."""

from django.urls import path
from tests.support.orm_spending import build_view

from amanah.programme_door.spending.gate import SPEND_PATH
from benchmarks.orm_application import read_occasion

urlpatterns = [path(SPEND_PATH.lstrip("/"), build_view(read_occasion()))]
