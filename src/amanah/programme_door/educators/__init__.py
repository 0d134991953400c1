"""Educators: who teaches, by their consent, and the one page about each; it knows no member."""
