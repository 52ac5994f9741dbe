"""The seal: age files, signatures, keys, contact cards, fingerprint words and vault key slots.

The only room that imports ``nacl`` and ``cryptography``; it knows nothing of records, so that the
cryptography can be reviewed alone. Formats are those of C2SP ``age.md``, OpenSSH ``PROTOCOL.sshsig``
and FIPS 204; the program's own formats (card, revocation, key slot) are described in their modules.
"""
