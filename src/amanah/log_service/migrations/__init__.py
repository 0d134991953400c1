"""Schema changes of the log service's database; run by the operator's `amanah init`, never by the running service."""
