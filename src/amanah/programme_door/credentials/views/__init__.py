"""Pages about papers, at the desk and for programs. They hold no rule and touch no model."""
