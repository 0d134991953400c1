"""Credentials: signed papers: authorisations, notices, status lists, drafts; it knows no member."""
