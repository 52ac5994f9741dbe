"""Finding records: in the whole vault, in what a partner may see, and by questions that were saved."""
