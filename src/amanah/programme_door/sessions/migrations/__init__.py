"""Schema of the sessions app, step by step. It never imports an action or the core."""
