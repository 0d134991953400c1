"""Schema of the reports app, step by step. It never imports an action or the core."""
