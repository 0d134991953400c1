"""Pages of answers: what a body fetches by its secret link, and the package at the desk."""
