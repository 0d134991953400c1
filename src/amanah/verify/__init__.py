"""An outsider's checks: read the public log and count an occasion again, with the core alone.

It needs neither Django nor a server, asks nobody for a list, and trusts no number that it can count itself.
"""
