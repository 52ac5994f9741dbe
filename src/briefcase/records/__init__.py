"""What a case holds: record kinds, labels, vocabularies. Pure values, no input or output but the shipped tables."""
