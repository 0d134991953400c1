"""The card door: invitations, cards, waves. It knows cards and never learns what was said or done with a pass."""
