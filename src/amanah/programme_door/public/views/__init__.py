"""Public pages and the shells of member pages. They read nothing that a browser sends."""
