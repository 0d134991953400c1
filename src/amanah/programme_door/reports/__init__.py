"""Reports: what surveys found, on one page for a committee, and evaluations planned in public. Never a person's row."""
