"""The counter's pages: for outside bodies, for whoever takes requests in, and the card for the door."""
