"""Who may teach, and on whose word: credentials read, checked and chained (`spec/credentials.md`)."""
