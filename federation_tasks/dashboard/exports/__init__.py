"""What leaves the dashboard: every table as a workbook, a print, and a link that somebody can be sent."""
