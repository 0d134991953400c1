"""Sessions of a programme: schedule, check-in screen, poster, scanner. It never holds who came."""
