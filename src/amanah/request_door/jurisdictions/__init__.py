"""Jurisdiction packs: who can demand what, as data. It never gives legal advice."""
