"""Tests of the request door from inside: Django runs with its settings alone, so they are a run of their own."""
