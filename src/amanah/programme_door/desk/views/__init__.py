"""Pages of the desk, one module per noun. They hold no rule and touch no model."""
