"""Questions that others have asked before, ready to be added to a survey. It never holds an answer."""
