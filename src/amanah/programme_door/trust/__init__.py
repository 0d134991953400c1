"""The trust reading, the gate and the harm alarm: what the community drew in public, and what its surveys say of it."""
