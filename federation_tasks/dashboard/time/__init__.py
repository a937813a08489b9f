"""Time on the dashboard: progress against the days gone by, where the pace leads to, and how earlier half-years stood."""
