"""What messages may name, and what recalls do."""
