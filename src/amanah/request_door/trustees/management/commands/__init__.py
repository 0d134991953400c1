"""Commands that the command line runs in this department."""
