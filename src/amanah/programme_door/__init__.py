"""The programme door: what was said and done. It never learns by whom."""
