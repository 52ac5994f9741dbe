"""Clearing a case: what the texts and files of what would go say of what is withheld, and the officer's word on it."""
