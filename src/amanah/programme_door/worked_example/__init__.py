"""An invented programme that shows everything at work. It stands on every other app here, and none stands on it."""
