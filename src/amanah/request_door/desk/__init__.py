"""The desk of trustees and counter staff: what is due today. It never shows a member, there is none."""
