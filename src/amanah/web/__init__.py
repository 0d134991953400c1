"""What every page and gate stands on: configuration, settings, middleware, components, styles, translations.

It never holds a rule.
"""
