"""The organisers' desk: pages across programmes, sessions and surveys. It never lists a person: there is no list."""
