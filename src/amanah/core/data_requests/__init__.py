"""What outside bodies may be given, decided, signed, sealed and told (`spec/data_requests.md`)."""
