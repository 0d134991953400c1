"""Organisers: first-run setup, sign-in by passkey, one-time code or password. It never holds a member."""
