"""Pages and passkey ceremonies of trustees and counter staff. They never decide anything themselves."""
