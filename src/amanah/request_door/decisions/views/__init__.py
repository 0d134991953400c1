"""Pages on which trustees read, draft, sign and step aside. They never decide anything themselves."""
