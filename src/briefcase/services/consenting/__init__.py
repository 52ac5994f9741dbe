"""Consents and requests: asked, decided, relied on at every way out, and at their end."""
