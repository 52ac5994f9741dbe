"""May this record, or this field, go to that recipient? The one place that decides, for every way out of the vault."""
