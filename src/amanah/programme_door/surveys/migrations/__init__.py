"""Schema of the surveys app, step by step. It never imports an action or the core."""
