"""Addresses of the jurisdiction packs."""

from django.urls import URLPattern

translated: list[URLPattern] = []
untranslated: list[URLPattern] = []
desk: list[URLPattern] = []
