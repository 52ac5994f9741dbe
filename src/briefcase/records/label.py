"""The label of a record: the originator's own words beside the same thing in structured form."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from briefcase.records.values import PartialDate, Value

Code = Annotated[str, Meta(max_length=80)]
"""A short code, such as ``country:GBR``, ``ORCON`` or ``H2``."""


class Label(Value, frozen=True, kw_only=True):
    """How a record is marked; ``marking`` and the structured fields must agree (see ``records.markings``)."""

    marking: Annotated[str, Meta(title="Marking", description="The originator's words, verbatim.", max_length=500)] = ""
    policy: Annotated[str, Meta(title="Policy", description="Whose scheme the marking follows.", max_length=40)] = ""
    level: Annotated[str, Meta(title="Level", description="Level inside that scheme.", max_length=60)] = ""
    releasable_to: Annotated[
        tuple[Code, ...],
        Meta(
            title="Releasable to",
            description="Typed codes: country:GBR, agency:GBR/HMRC, community:FVEY.",
            extra={"vocabulary": "releasable_to", "open": True},
        ),
    ] = ()
    caveats: Annotated[
        tuple[Code, ...],
        Meta(title="Caveats", description="Such as ORCON or LES.", extra={"vocabulary": "caveat", "open": True}),
    ] = ()
    tlp: Annotated[str, Meta(title="TLP", description="Traffic Light Protocol 2.0.", extra={"vocabulary": "tlp"})] = ""
    pap: Annotated[str, Meta(title="PAP", description="What may be done with it.", extra={"vocabulary": "pap"})] = ""
    handling: Annotated[
        tuple[Code, ...], Meta(title="Handling codes", description="H0 to H3.", extra={"vocabulary": "handling_code"})
    ] = ()
    review_on: Annotated[
        PartialDate,
        Meta(
            title="Review on",
            description="Day on which the marking is to be looked at again; it does not lapse; nothing leaves then.",
        ),
    ] = ""
