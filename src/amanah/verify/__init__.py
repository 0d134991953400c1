"""`python -m amanah.verify`: an outsider's checks, with core alone. It never needs Django or the network unless given a URL."""
