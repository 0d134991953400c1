"""The seizure drill and the load driver: crowds and attackers. No door ever imports it."""
