"""Roots: whom this community and others recognise, with votes, terms and reasons."""
