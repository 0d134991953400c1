"""The pages of this door that everybody reads. They change at fixed times alone."""
