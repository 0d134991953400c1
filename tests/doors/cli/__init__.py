"""The command and an outsider's checks, run as people run them."""
