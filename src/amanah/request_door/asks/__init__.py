"""Favours that outside bodies ask of the community. It carries no answer and no report about anyone."""
