"""Addresses of educators: for everybody, for programs, and at the desk."""

from django.urls import URLPattern

translated: list[URLPattern] = []
untranslated: list[URLPattern] = []
desk: list[URLPattern] = []
