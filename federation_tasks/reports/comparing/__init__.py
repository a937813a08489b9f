"""Two versions of a report beside each other: what changed, part by part and word by word."""
