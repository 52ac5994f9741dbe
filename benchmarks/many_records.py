"""A million invented records, the same names every time: companies and people in seven scripts, and what hangs on them.

Nothing is read from anywhere. Frequent words are frequent (``trading``, ``electronics``), rare ones are rare, and one
text in a few thousand carries ``MARKER``.
"""

# ruff: noqa: INP001, PLR2004, S311, SIM905 - a script's helper; shares of an invention; the same in every run; words

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from functools import cache

from briefcase.records import canonical
from briefcase.records.ids import new_id, new_revision
from briefcase.records.kinds import (
    Address,
    Case,
    Identifier,
    Item,
    Link,
    Note,
    Party,
    Record,
    Shipment,
    Transaction,
)
from briefcase.records.label import Label
from briefcase.records.values import IdentifierValue, Leg, Name, Originator, PostalAddress

CASES = 2000
_SYLLABLES = tuple(
    "an ba bel cor da del dor el fa fin gal gor ha hel in ka kar la lin lo ma mar mi na nor o pa per ra ri ro sa sel"
    " ta tor u va vel yu za".split(" ")
)
_TRADES = tuple(
    "Trading Electronics Shipping Logistics Technologies Engineering Supply Components Systems Industrial".split(" ")
)
_FORMS = ("Ltd", "LLC", "GmbH", "SA", "BV", "Inc")
_TURKISH_FORMS = ("Ltd. Şti.", "A.Ş.", "San. ve Tic. Ltd. Şti.")
_TURKISH = tuple("Işıldak Yıldız Güneş Çelik Öztürk Şahin Doğu İstanbul Gümüş Ağaoğlu Kılıç Uğur".split(" "))
_TURKISH_TRADES = ("Elektronik Dış Ticaret", "Makina Sanayi", "Lojistik Hizmetleri", "Teknoloji Çözümleri", "Havacılık")
_CYRILLIC = (
    ("Северная", "Severnaya"), ("Волна", "Volna"), ("Восток", "Vostok"), ("Электроникс", "Elektroniks"),
    ("Завод", "Zavod"), ("Прибор", "Pribor"), ("Радио", "Radio"), ("Энергия", "Energiya"), ("Сибирь", "Sibir"),
    ("Импульс", "Impuls"), ("Вектор", "Vektor"), ("Орион", "Orion"), ("Квант", "Kvant"), ("Сервис", "Servis"),
)  # fmt: skip
_HAN_PLACES = (
    ("深圳市", "Shenzhen"), ("上海", "Shanghai"), ("东莞市", "Dongguan"), ("北京", "Beijing"), ("香港", "Hong Kong"),
)  # fmt: skip
_HAN = (
    ("恒", "heng"), ("晟", "sheng"), ("华", "hua"), ("微", "wei"), ("联", "lian"), ("创", "chuang"), ("达", "da"),
    ("鑫", "xin"), ("科", "ke"), ("宇", "yu"),
)  # fmt: skip
_HAN_TRADES = (("电子", "Electronics"), ("科技", "Technology"), ("贸易", "Trading"), ("半导体", "Semiconductor"))
_PERSIAN = (
    ("پارس", "Pars"), ("آریا", "Aria"), ("کنترل", "Kontrol"), ("صنعت", "Sanat"), ("نیرو", "Niroo"), ("ایمن", "Imen"),
)  # fmt: skip
_GREEK = (("Ελληνική", "Elliniki"), ("Ναυτιλία", "Naftilia"), ("Αιγαίο", "Aigaio"), ("Θάλασσα", "Thalassa"))
_KOREAN = (("대한", "Daehan"), ("전자", "Jeonja"), ("무역", "Muyeok"), ("한국", "Hanguk"), ("산업", "Saneop"))
_PLACES = (
    ("Istanbul", "TR"), ("Almaty", "KZ"), ("Dubai", "AE"), ("Hong Kong", "HK"), ("Shenzhen", "CN"), ("Bishkek", "KG"),
    ("Yerevan", "AM"), ("Tbilisi", "GE"), ("Moscow", "RU"), ("Rotterdam", "NL"), ("Singapore", "SG"), ("Tehran", "IR"),
)  # fmt: skip
_MANY = (30, 12, 20, 12, 14, 6, 3, 3, 12, 8, 6, 2)
_CODES = ("854231", "854232", "854233", "854239", "852691", "853221", "854129", "880730", "901420", "847150")
_CONTROLS = ("3A001", "3A991", "5A002", "7A003", "9A012", "EAR99", "3A001.a.2", "4A994")
_WORDS = tuple(
    "payment invoice route consignee declared diverted listed shell nominee freight forwarder broker warehouse transit"
    " customs declaration seized outreach distributor refused sample microcontroller amplifier converter navigation"
    "".split(" ")
)
_SUFFIX = ("ov", "ev", "in", "enko", "yan", "idze", "oglu", "son", "er", "mann", "ski")
MARKER = "zyxwarin"


@cache
def _labels() -> tuple[Label, ...]:
    markings = (
        ("EXERCISE OFFICIAL//REL TO USA, AUS, GBR", "OFFICIAL", ("country:AUS", "country:GBR", "country:USA")),
        ("EXERCISE OFFICIAL//REL TO USA, AUS", "OFFICIAL", ("country:AUS", "country:USA")),
        ("EXERCISE OPEN//REL TO USA, AUS, GBR", "OPEN", ("country:AUS", "country:GBR", "country:USA")),
    )
    return tuple(Label(marking=text, policy="EXERCISE", level=level, releasable_to=to) for text, level, to in markings)


class Maker:
    """Makes records one after the other."""

    def __init__(self, seed: int = 20261124) -> None:
        self._random = random.Random(seed)
        self.cases: list[str] = []
        self._parties: list[str] = []

    def records(self, count: int) -> Iterator[Record]:
        """Yield *count* records, the cases first."""
        for number in range(min(CASES, count // 20)):
            case = Case(**self._base(), title=f"Case {number:04d} {self._word()} {self._word()}", status="open")
            self.cases.append(case.id)
            yield case
        makers: tuple[Callable[[], Record], ...] = (
            *([self._party] * 9), *([self._address] * 2), *([self._shipment] * 2), *([self._transaction] * 2),
            self._identifier, self._identifier, self._item, self._item, self._link, self._note,
        )  # fmt: skip
        for _number in range(count - len(self.cases)):
            yield self._random.choice(makers)()

    def _base(self) -> dict[str, object]:
        pick = self._random.random
        month = self._random.randrange(1, 13)
        return {
            "id": new_id(),
            "label": _labels()[int(pick() ** 2 * 3)],
            "revision": new_revision(),
            "created": f"2026-{month:02d}-{self._random.randrange(1, 29):02d}T08:00:00Z",
            "author": "Ann Example",
            "originator": Originator(agency="USA/BIS" if pick() < 0.9 else "AUS/ABF"),
            "case_ids": (self._random.choice(self.cases),) if self.cases and pick() < 0.7 else (),
        }

    def _word(self) -> str:
        return "".join(self._random.choices(_SYLLABLES, k=self._random.randrange(2, 5))).capitalize()

    def _date(self) -> str:
        year = self._random.randrange(2018, 2027)
        day = f"{year}-{self._random.randrange(1, 13):02d}-{self._random.randrange(1, 29):02d}"
        return day[: self._random.choice((4, 7, 10, 10, 10, 10))]

    def _place(self) -> tuple[str, str]:
        return self._random.choices(_PLACES, weights=_MANY)[0]

    def _pairs(self, pairs: tuple[tuple[str, str], ...], count: int, between: str) -> tuple[str, str]:
        chosen = self._random.sample(pairs, k=count)
        return between.join(one for one, _latin in chosen), " ".join(latin for _one, latin in chosen)

    def _company(self) -> tuple[Name, ...]:
        choose = self._random.choice
        sort = self._random.randrange(20)
        number = f" {self._random.randrange(1, 4000)}"
        if sort < 10:
            text = f"{self._word()} {choose(_TRADES)} {choose(_FORMS)}"
            return (
                (Name(text=text), Name(text=f"{self._word()} {choose(_TRADES)}", kind="alias"))
                if sort < 3
                else (Name(text=text),)
            )
        if sort < 13:
            return (Name(text=f"{choose(_TURKISH)} {self._word()} {choose(_TURKISH_TRADES)} {choose(_TURKISH_FORMS)}"),)
        if sort < 16:
            own, latin = self._pairs(_CYRILLIC, 2, " ")
            return (Name(text=f"ООО «{own}{number}»", latin=f"OOO {latin}{number}"),)
        if sort < 18:
            place, trade = choose(_HAN_PLACES), choose(_HAN_TRADES)
            own, latin = self._pairs(_HAN, 2, "")
            return (
                Name(
                    text=f"{place[0]}{own}{trade[0]}有限公司", latin=f"{place[1]} {latin.title()} {trade[1]} Co., Ltd."
                ),
            )
        own, latin = self._pairs(choose((_PERSIAN, _GREEK, _KOREAN)), 2, " ")
        return (Name(text=own + number, latin=latin + number),)

    def _text(self, count: int) -> str:
        words = [
            self._random.choice(_WORDS) if self._random.random() < 0.7 else self._word().lower() for _ in range(count)
        ]
        if self._random.random() < 0.0003:
            words[0] = MARKER
        return " ".join(words).capitalize() + "."

    def _party(self) -> Party:
        city, country = self._place()
        person = self._random.random() < 0.25
        names = (
            (Name(text=f"{self._word()} {self._word()}{self._random.choice(_SUFFIX)}"),) if person else self._company()
        )
        party = Party(
            **self._base(),
            party_kind="person" if person else "company",
            names=names,
            countries=(country,),
            since=self._date() if self._random.random() < 0.4 else "",
            addresses=(
                PostalAddress(full=f"{self._random.randrange(1, 300)} {self._word()} Street, {city}", country=country),
            ),
            identifiers=(IdentifierValue(scheme="other", value=f"{country}{self._random.randrange(10**9):09d}"),),
            remarks=self._text(12),
        )
        if len(self._parties) < 10_000:
            self._parties.append(party.id)
        return party

    def _someone(self) -> str:
        return self._random.choice(self._parties) if self._parties else ""

    def _address(self) -> Address:
        city, country = self._place()
        full = f"{self._random.randrange(1, 300)} {self._word()} Avenue, {self._word()} District, {city}"
        return Address(**self._base(), full=full, city=city, country=country, since=self._date())

    def _identifier(self) -> Identifier:
        _city, country = self._place()
        value = f"{self._word()[:4].upper()}{self._random.randrange(10**7):07d}"
        return Identifier(**self._base(), scheme="other", value=value, country=country, holder=self._someone())

    def _item(self) -> Item:
        choose = self._random.choice
        return Item(
            **self._base(),
            description=f"{choose(_WORDS).capitalize()} {self._word()} {choose(_TRADES).lower()}",
            maker=f"{self._word()} {choose(_TRADES)}",
            part_number=f"{self._word()[:3].upper()}-{self._random.randrange(10**5):05d}",
            control_code=choose(_CONTROLS),
            hs6=choose(_CODES),
            quantity=str(self._random.randrange(1, 5000)),
            unit="piece",
        )

    def _shipment(self) -> Shipment:
        (one, start), (two, middle), (three, end) = self._place(), self._place(), self._place()
        legs = (
            Leg(origin=one, origin_country=start, destination=two, destination_country=middle, date=self._date()),
            Leg(origin=two, origin_country=middle, destination=three, destination_country=end),
        )
        return Shipment(
            **self._base(),
            title=f"{self._word()} {one} to {three}",
            legs=legs,
            air_waybill=f"{self._random.randrange(10**3):03d}-{self._random.randrange(10**8):08d}",
            declared_destination=middle,
            true_destination=end,
        )

    def _transaction(self) -> Transaction:
        return Transaction(
            **self._base(),
            transaction_kind="wire",
            payer=self._someone(),
            accounts=(f"TR{self._random.randrange(10**16):016d}",),
            banks=(f"{self._word()} Bank",),
            amount=str(self._random.randrange(1000, 10**6)),
            currency=self._random.choice(("USD", "EUR", "AED", "CNY")),
            date=self._date(),
            purpose=self._text(6),
        )

    def _link(self) -> Link:
        return Link(**self._base(), role="owns", from_id=self._someone(), to_id=self._someone())

    def _note(self) -> Note:
        return Note(**self._base(), title=f"{self._word()} {self._random.choice(_WORDS)}", text=self._text(60))


def as_line(record: Record) -> bytes:
    """Return a record as an officer would give it in a file of JSON lines: without what the program sets."""
    value = canonical.to_object(record)
    for name in ("originator", "author", "created", "revision", "parents"):
        value.pop(name, None)
    return canonical.encode_json(value) + b"\n"
