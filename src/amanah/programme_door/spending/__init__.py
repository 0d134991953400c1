"""Where passes are spent: the spending gate, its store, and the closing of an occasion. It never stores a time, an order or an address."""
