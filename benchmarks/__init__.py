"""Measures every figure that the documents quote, one module a figure; it never measures a stand-in for the product."""
