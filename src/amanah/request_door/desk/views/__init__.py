"""Pages of the desk: today, the panel and its changes, the counter. They hold no rule and show no member."""
