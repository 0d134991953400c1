"""Addresses under which trustees read and sign decisions."""

from django.urls import URLPattern

translated: list[URLPattern] = []
untranslated: list[URLPattern] = []
desk: list[URLPattern] = []
