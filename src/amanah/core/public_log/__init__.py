"""The public log as pure functions (`spec/public_log.md`): entries, Merkle tree, checkpoints, reading."""
