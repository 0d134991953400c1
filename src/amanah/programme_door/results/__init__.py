"""Results of closed surveys: pages, pictures, comparisons and downloads. It never shows anything before closing."""
