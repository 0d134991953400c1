"""What questions may be asked, how answers are read and counted. It never sees a clock, a card or an order."""
