"""The public log's store, sequencer and static files. It never changes or drops an entry it acknowledged."""
