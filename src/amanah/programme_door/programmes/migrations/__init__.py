"""Schema of the programmes app, step by step. It never imports an action or the core."""
