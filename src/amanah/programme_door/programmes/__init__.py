"""Programmes, their public pages, invitations and waves as planned. It never holds a code or a card."""
