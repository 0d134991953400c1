"""Schema of the trust app, step by step. It never imports an action or the core."""
