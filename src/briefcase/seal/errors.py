"""What can go wrong with a seal, each as a class of its own.

The ``exit_status`` of the age errors is the contract of ``briefcase age``: 3 malformed header, 4 no identity
matches, 5 header MAC, 6 payload, 7 armor.
"""

from __future__ import annotations

from briefcase.errors import N_, BriefcaseError


class SealError(BriefcaseError):
    """Parent of everything that this room reports."""

    code = "SEAL"
    sentence = N_("The seal could not be handled.")


class AgeHeaderInvalid(SealError):
    """The header of an age file is malformed; ``reason`` is a short technical word."""

    code = "AGE_HEADER"
    sentence = N_("The file is not a sealed file of the age format, or its header is damaged (%(reason)s).")
    hint = N_("Ask the sender for a new copy, carried on another medium.")
    exit_status = 3


class AgeHeaderTruncated(AgeHeaderInvalid):
    """The file ends inside its header: a short copy rather than a wrong one."""

    code = "AGE_HEADER_TRUNCATED"
    sentence = N_("The file ends inside its header (%(reason)s).")
    hint = N_("Copy the file again; the copy was not finished.")


class PassphraseTooCostly(AgeHeaderInvalid):
    """The file is well formed, and its passphrase asks for more memory than a file from outside may take."""

    code = "AGE_SCRYPT_TOO_COSTLY"
    sentence = N_(
        "To try a passphrase this file asks for 2^%(factor)d rounds of scrypt; at most 2^%(limit)d, a GiB of memory,"
        " are allowed."
    )
    hint = N_("Ask the sender to seal it with a smaller work factor, or to a key; age itself opens up to 2^22.")


class NoIdentityMatches(SealError):
    """None of the identities at hand opens the file."""

    code = "AGE_NO_IDENTITY"
    sentence = N_("The file is not sealed to any key that is at hand.")
    hint = N_("Ask the sender to seal it to your current contact card.")
    exit_status = 4


class PassphraseNeeded(NoIdentityMatches):
    """The file is sealed with a passphrase, and only keys are at hand."""

    code = "AGE_PASSPHRASE_NEEDED"
    sentence = N_("The file is sealed with a passphrase and not to a key.")
    hint = N_("Give the passphrase with --passphrase-file, or leave out the key files to be asked for it.")


class PassphraseIncorrect(NoIdentityMatches):
    """The file is sealed with another passphrase."""

    code = "AGE_PASSPHRASE_WRONG"
    sentence = N_("The passphrase does not open the file.")
    hint = N_("Type it again; mind capital letters and the keyboard's language.")


class KeyNeeded(NoIdentityMatches):
    """The file is sealed to keys, and none is at hand."""

    code = "AGE_KEY_NEEDED"
    sentence = N_("The file is sealed to a key, and no key was given.")
    hint = N_("Name your key file with -i.")


class HeaderMacInvalid(SealError):
    """The header was changed after it was written."""

    code = "AGE_HEADER_MAC"
    sentence = N_("The header of the sealed file was changed after it was written.")
    hint = N_("Do not use the file; ask the sender for a new copy and tell your security officer.")
    exit_status = 5


class PayloadInvalid(SealError):
    """A chunk of the payload is damaged, missing, or follows the last one."""

    code = "AGE_PAYLOAD"
    sentence = N_("The content of the sealed file is damaged or cut off (%(reason)s).")
    hint = N_("Do not use the file; ask the sender for a new copy.")
    exit_status = 6


class ArmorInvalid(SealError):
    """The text form of an age file is malformed."""

    code = "AGE_ARMOR"
    sentence = N_("The text form of the sealed file is damaged (%(reason)s).")
    hint = N_("Copy the whole text again, with its first and last line and nothing in between left out.")
    exit_status = 7


class RecipientInvalid(SealError):
    """A public key text is not one that can be sealed to."""

    code = "SEAL_RECIPIENT"
    sentence = N_("This is not a public key that can be sealed to (%(reason)s).")
    hint = N_("Copy the whole key again; it begins with age1pq1 or age1.")
    exit_status = 2


class IdentityInvalid(SealError):
    """A secret key text or a stored identity cannot be read."""

    code = "SEAL_IDENTITY"
    sentence = N_("This is not a secret key that can be read (%(reason)s).")
    hint = N_("Use the key file as it was written; it begins with AGE-SECRET-KEY-.")


class RecipientsRefused(SealError):
    """The set of recipients is empty, or mixes kinds that must not be mixed."""

    code = "SEAL_RECIPIENTS_REFUSED"
    sentence = N_("The file cannot be sealed to these recipients together (%(reason)s).")
    hint = N_("Seal to post-quantum keys only, to classic keys only, or to one passphrase alone.")
    exit_status = 2


class KeyLineInvalid(SealError):
    """A line of a file of keys cannot be used; ``line`` counts from 1 and nothing of it is repeated."""

    code = "SEAL_KEY_LINE"
    sentence = N_("Line %(line)s of the key file %(name)s cannot be used (%(reason)s).")
    hint = N_("Write one key a line, as it was given to you; lines that begin with # are comments.")
    exit_status = 2


class KeyFileEmpty(SealError):
    """A file of keys holds none."""

    code = "SEAL_KEY_FILE_EMPTY"
    sentence = N_("The key file %(name)s holds no key.")
    hint = N_("Check that it is the file you mean.")
    exit_status = 2


class KeyFileSealed(SealError):
    """A sealed key file does not open, or is not sealed with a passphrase."""

    code = "SEAL_KEY_FILE_SEALED"
    sentence = N_("The sealed key file %(name)s cannot be opened (%(reason)s).")
    hint = N_("A key file can be sealed with a passphrase only; check the passphrase, or use another copy.")
    exit_status = 2


class SignatureInvalid(SealError):
    """A signature does not verify; ``reason`` says which one."""

    code = "SEAL_SIGNATURE"
    sentence = N_("A signature does not fit the signed content (%(reason)s).")
    hint = N_("Do not rely on the content; ask the sender for a new copy and compare the words of the card.")


class PurposeUnknown(SealError):
    """Something was to be signed or verified for a purpose that does not exist."""

    code = "SEAL_PURPOSE"
    sentence = N_("Nothing may be signed for the purpose %(purpose)s.")


class CanonicalInvalid(SealError):
    """A signed text is not canonical JSON."""

    code = "SEAL_CANONICAL"
    sentence = N_("A signed text is not in its canonical form (%(reason)s).")
    hint = N_("Ask the sender for a new copy made with this program.")


class CardInvalid(SealError):
    """A contact card is malformed or its self signatures do not verify; ``reason`` names the field."""

    code = "SEAL_CARD"
    sentence = N_("The contact card is not valid (%(reason)s).")
    hint = N_("Ask the owner for a new export of the card.")


class SuiteUnsupported(SealError):
    """A signed text uses algorithms or extensions that this version does not know."""

    code = "SEAL_SUITE"
    sentence = N_("The signed text needs something that this version does not have: %(needs)s.")
    hint = N_("Install a newer version of the program, then try again.")


class RevocationInvalid(SealError):
    """A revocation is malformed or was not made by the key that it revokes."""

    code = "SEAL_REVOCATION"
    sentence = N_("The revocation is not valid (%(reason)s).")
    hint = N_("Use the revocation exactly as it was printed when the identity was made.")


class PartsError(SealError):
    """Parent of what can be wrong with numbered codes on paper."""

    code = "SEAL_PARTS"
    sentence = N_("The codes could not be put together.")
    hint = N_("Scan every page again, flat and with at least 150 dots per inch.")
    exit_status = 2


class PartsInvalid(PartsError):
    """A text begins like a code of ours and is none; ``reason`` is a short technical word."""

    code = "SEAL_PARTS_INVALID"
    sentence = N_("A code looks like one of this program and is none (%(reason)s).")
    hint = N_("Do not use the page that it stands on; ask for a new print.")
    exit_status = 12


class PartsForeign(PartsError):
    """There is no code of this program, or one of another among ours; ``count`` counts the others."""

    code = "SEAL_PARTS_FOREIGN"
    sentence = N_("No codes of this program were found, or others among them (%(count)s).")
    hint = N_("Scan the pages that carry the numbered codes, flat and with at least 150 dots per inch.")


class PartsMissing(PartsError):
    """Some numbers of a sequence are missing; ``numbers`` names them, commas between."""

    code = "SEAL_PARTS_MISSING"
    sentence = N_("Of the %(total)s codes of a sequence (%(kind)s) these are missing: %(numbers)s.")
    hint = N_("Scan the pages with the missing numbers again and read all files together.")
    exit_status = 13


class PartsMixed(PartsError):
    """Several sequences lie where one was expected."""

    code = "SEAL_PARTS_MIXED"
    sentence = N_("There are codes of %(count)s different sheets where one was expected.")
    hint = N_("Read the sheets one by one.")


class PartsConflict(PartsError):
    """One number of a sequence came twice with different content."""

    code = "SEAL_PARTS_CONFLICT"
    sentence = N_("Code %(number)s of %(total)s (%(kind)s) is there twice with different content.")
    hint = N_("Do not use these pages: somebody may have changed one; ask for a new print.")
    exit_status = 12


class PartsChecksum(PartsError):
    """All parts are there, but the whole is not what was printed."""

    code = "SEAL_PARTS_CHECKSUM"
    sentence = N_("All %(total)s codes of a sequence (%(kind)s) were read, but together they are not what was printed.")
    hint = N_("Do not use these pages: somebody may have changed one; ask for a new print.")
    exit_status = 12


class PartsTooLong(PartsError):
    """There is too much for paper, or nothing."""

    code = "SEAL_PARTS_TOO_LONG"
    sentence = N_("%(size)s bytes cannot be printed as codes; at least 1 and at most %(most)s can.")
    hint = N_("Carry the file on a medium instead.")


class PartsNotSealed(PartsError):
    """Only what is sealed to contact cards is printed as codes, or they would be a way past every rule."""

    code = "SEAL_PARTS_NOT_SEALED"
    sentence = N_("The file %(name)s is not sealed to contact cards, so it is not printed as codes.")
    hint = N_("Print a receipt or another sealed message as it was written, a file that ends in .brief.")


class WordsInvalid(SealError):
    """A sequence of words cannot be read; ``position`` counts from 1, 0 means the whole."""

    code = "SEAL_WORDS"
    sentence = N_("The words cannot be read: word %(position)s of %(count)s is missing, unknown or one too many.")
    hint = N_("Compare the words one by one with the original.")
    exit_status = 2


class WordsChecksum(WordsInvalid):
    """Every word is known, but together they do not fit their checksum."""

    code = "SEAL_WORDS_CHECKSUM"
    sentence = N_("The %(count)s words are all known but do not belong together.")


class SlotInvalid(SealError):
    """A key slot of a vault is malformed or asks for more memory or time than is allowed."""

    code = "SEAL_SLOT"
    sentence = N_("A key slot of the vault is damaged or asks for too much (%(reason)s).")
    hint = N_("Use the copy of the header beside it, or a copy of the vault.")


class SlotWrongSecret(SealError):
    """The passphrase, recovery words or PIN do not open the slot."""

    code = "SEAL_SLOT_SECRET"
    sentence = N_("The passphrase or the recovery words do not open this vault.")
    hint = N_("Check the keyboard layout and capital letters, then try again.")


class SlotMemory(SealError):
    """The machine has too little free memory for the key derivation."""

    code = "SEAL_SLOT_MEMORY"
    sentence = N_("There is too little free memory to check the passphrase: %(mebibytes)s MiB are needed.")
    hint = N_("Close other programs, then try again.")


class SelfTestFailed(SealError):
    """A known answer of the cryptography came out wrong, or an algorithm is missing."""

    code = "SEAL_SELFTEST"
    sentence = N_("The program's cryptography does not work as it must (%(part)s), so the program stops.")
    hint = N_("Install the program again from a trusted copy.")
    exit_status = 70


class CryptographyUnusable(SealError):
    """A library of the cryptography cannot be loaded, or is too old to have what the program needs."""

    code = "SEAL_LIBRARY"
    sentence = N_(
        "The cryptography library %(library)s is missing, damaged or too old (version found: %(version)s), "
        "so the program stops."
    )
    hint = N_("Install the program again from a trusted copy.")
    exit_status = 70
