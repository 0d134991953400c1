"""Where passes are spent: the gate, its store, and the closing of an occasion. It never stores a time or an order."""
