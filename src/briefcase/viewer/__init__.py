"""Foreign PDFs and images become pixels here, and nothing else of them ever reaches the main process.

``picture`` is what the rest of the program calls. ``child`` runs in a process of its own that has given up
files, network and most system calls (``limits``) before it sees the first byte of a document; ``frame`` is the
language that the two speak over two pipes. Only ``child`` imports a decoder.
"""
