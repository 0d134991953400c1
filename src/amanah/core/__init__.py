"""Rules and protocols as pure functions: values in, values out.

It never reads a clock, a file, the network or hidden randomness.
"""
