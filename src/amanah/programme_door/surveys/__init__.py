"""Plain surveys: questions, closing, counts. It never shows a result before the survey has closed."""
