"""Scopes: what can be taught, as a tree of the community; it holds no person."""
