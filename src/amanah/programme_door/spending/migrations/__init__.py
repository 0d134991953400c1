"""Schema of the spending app, step by step. It never imports an action or the core."""
