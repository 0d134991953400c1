"""Trustees and counter staff: their passkeys, their panel. It never holds a member or an organiser."""
