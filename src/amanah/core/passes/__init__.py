"""Blind-signed one-time passes (`spec/passes.md`): codes, occasions, blinding, signing, spending, recounting."""
