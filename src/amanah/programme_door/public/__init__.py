"""Pages that anybody reads: home, programmes, what we hold, recounts. They set no cookie and keep no trace."""
