"""What can stop a pack from being signed or coming into force."""

from __future__ import annotations

from briefcase.errors import N_
from briefcase.services.errors import ServiceError


class PackUnsigned(ServiceError):
    """A pack has no signature beside it, and nobody said that it is meant as a draft."""

    code = "SERVICE_PACK_UNSIGNED"
    sentence = N_("The agency pack %(name)s is not signed: there is no %(signature)s beside it.")
    hint = N_("Ask your record authority for both files. Only where no root is pinned, a draft loads with --draft.")
    exit_status = 4


class PackSignatureInvalid(ServiceError):
    """A signature of a pack is none, or it does not fit the pack."""

    code = "SERVICE_PACK_SIGNATURE_INVALID"
    sentence = N_("The signature of the agency pack %(name)s does not count: %(reason)s.")
    hint = N_("Ask your record authority for the pack and its signature again; do not use this one.")
    exit_status = 4


class PackOtherRoot(ServiceError):
    """A pack is signed by somebody else than the pinned root."""

    code = "SERVICE_PACK_OTHER_ROOT"
    sentence = N_("The agency pack %(name)s was signed by the card %(signer)s; the root pinned here is %(root)s.")
    hint = N_("Ask your record authority. Only when it has a new card, pin that one with pack root --replace.")
    exit_status = 4


class PackOlder(ServiceError):
    """A pack is older than the one in force, or another one under the same number."""

    code = "SERVICE_PACK_OLDER"
    sentence = N_("The agency pack %(name)s has the version %(version)s; version %(held)s was in force here already.")
    hint = N_("A pack that is to take its place needs a higher version.")
    exit_status = 4


class PackRootMissing(ServiceError):
    """A signed pack cannot be checked, because no root is pinned."""

    code = "SERVICE_PACK_ROOT_MISSING"
    sentence = N_("No root is pinned in this vault, so nobody can say whether the signature of %(name)s counts.")
    hint = N_("Take in your record authority's card, compare its words (contact verify), and pin it with pack root.")
    exit_status = 4


class PackRootTaken(ServiceError):
    """Another root is pinned already."""

    code = "SERVICE_PACK_ROOT_TAKEN"
    sentence = N_("Another root is pinned in this vault: %(root)s.")
    hint = N_("If your record authority really has a new card, say so by pack root --replace.")
    exit_status = 4


class PackRootUnfit(ServiceError):
    """A card cannot be the root of our packs."""

    code = "SERVICE_PACK_ROOT_UNFIT"
    sentence = N_(
        "The card %(name)s cannot be the root: it must be a verified card of the record authority of %(agency)s."
    )
    hint = N_("Compare the words of your own agency's record authority (contact verify), then pin that card.")
    exit_status = 4


class PackRootFallen(ServiceError):
    """The root's card was revoked, or is not valid now."""

    code = "SERVICE_PACK_ROOT_FALLEN"
    sentence = N_(
        "The card of the root was revoked, renewed or is not valid now, so nothing that it signed comes into force."
    )
    hint = N_("Ask your record authority for its new card and a pack that it signed with that one.")
    exit_status = 4


class PackRootForm(ServiceError):
    """What was typed is no fingerprint."""

    code = "SERVICE_PACK_ROOT_FORM"
    sentence = N_("A root is given as the whole fingerprint of a card: 64 digits from 0 to 9 and a to f.")
    hint = N_("Read it from the paper of your record authority; blanks do not matter.")
    exit_status = 2


class PackNotAuthority(ServiceError):
    """An officer's card signs no packs."""

    code = "SERVICE_PACK_NOT_AUTHORITY"
    sentence = N_("Your card is an officer's; only the card of a record authority signs agency packs.")
    hint = N_("Sign it in a vault that was made with --role agency.")
    exit_status = 4


class PackIsDraft(ServiceError):
    """A pack that calls itself a draft is not signed."""

    code = "SERVICE_PACK_IS_DRAFT"
    sentence = N_("The agency pack %(name)s calls itself a draft, so it is not signed.")
    hint = N_("Check every row, write another status into the file, raise its version, and sign it then.")
    exit_status = 4
