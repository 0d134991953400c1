"""The private log of the request door: records, sealed periods, reports. It never holds a member."""
