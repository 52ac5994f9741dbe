"""The services from a shell: a contract that scripts rely on, described in docs/cli.md."""
