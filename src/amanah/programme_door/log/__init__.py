"""The public log as pages: entries in words, how fresh it is, who witnesses it. Nothing here can change it."""
