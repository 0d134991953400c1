"""Addresses of letters, packages and the calendar."""

from django.urls import URLPattern

translated: list[URLPattern] = []
untranslated: list[URLPattern] = []
desk: list[URLPattern] = []
