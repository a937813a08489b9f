"""The form of a report, by subject; `page` puts the parts together."""
