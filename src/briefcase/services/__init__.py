"""One use case a module; the only place that joins the vault with the other rooms."""
