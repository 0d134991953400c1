"""Who teaches, for everybody and at the desk."""
