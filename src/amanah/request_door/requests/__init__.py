"""What outside bodies asked for, and how it came in. It never holds a member."""
