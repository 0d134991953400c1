"""Pages of the asks board, and the trustees' pages about asks and about the gate."""
