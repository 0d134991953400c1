"""The desk's doors: first run, sign-in, accounts. It never decides anything itself."""
