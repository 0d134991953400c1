"""Schema of the occasions app, step by step. It never imports an action or the core."""
