"""Decisions over requests and the trustees' signatures. It decides nothing that core does not."""
