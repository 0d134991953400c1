"""Schema of the staff app, step by step. It never imports an action or the core."""
