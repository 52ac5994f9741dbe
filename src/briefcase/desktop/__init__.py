"""Everything Qt: the window over the services. The only importer of PySide6; holds no rule of its own."""
