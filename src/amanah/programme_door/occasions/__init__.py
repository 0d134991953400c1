"""Waves and occasions: what can be taken part in, when, under which key. Never who takes part."""
