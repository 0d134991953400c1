"""The request door: outside bodies and what they asked for. It knows neither members nor answers."""
