"""Our witness: it cosigns other communities' logs as long as they only grow. It never cosigns two histories."""
