"""What happened in one department in one half-year: everything that moves, in one line."""
