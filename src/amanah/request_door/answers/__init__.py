"""What follows a decision: letters, packages, holds, deadlines. It gives nothing before it is sealed."""
