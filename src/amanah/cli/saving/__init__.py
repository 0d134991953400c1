"""Backups: one encrypted file that holds every department, and the way back; nothing is written in the clear."""
