"""The rules by which requests are decided, with this community's numbers. Nobody can leave a rule out."""
