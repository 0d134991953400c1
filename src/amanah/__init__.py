"""Amanah runs a community programme without holding a list of the people in it."""

__version__ = "0.1.0"
