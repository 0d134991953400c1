"""Addresses of the panel, of sign-in and of enrolment."""

from django.urls import URLPattern

translated: list[URLPattern] = []
untranslated: list[URLPattern] = []
desk: list[URLPattern] = []
