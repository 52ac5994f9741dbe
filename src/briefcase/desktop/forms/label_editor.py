"""The label of a record: policy, level, who may have it, caveats; the marking is written live, or by hand verbatim."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QFrame, QGridLayout, QLineEdit, QVBoxLayout

from briefcase.desktop.forms.editors import CalmCombo, ChoiceEditor, LineEditor, terms_of
from briefcase.desktop.forms.many import ManyEditor
from briefcase.desktop.widgets.basics import PlainLabel, box, button, clear, column, restyle, row
from briefcase.errors import BriefcaseError
from briefcase.language import _
from briefcase.records.fields import FieldSpec, label_fields
from briefcase.records.label import Label
from briefcase.records.markings import parse_marking, render_marking
from briefcase.records.packs import Pack, Policy
from briefcase.records.vocabulary import country_name

_COLUMNS = 3
_MORE = ("tlp", "pap", "handling", "review_on")


class Ticks(QFrame):
    """A set of tick boxes in columns."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._grid = QGridLayout()
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(2)
        self.setLayout(self._grid)
        self._boxes: dict[str, QCheckBox] = {}

    def offer(self, entries: list[tuple[str, str, str]]) -> None:
        """Show (key, words, explanation) entries; ticks of entries that stay are kept."""
        ticked = self.ticked()
        clear(self._grid)
        self._boxes = {}
        for place, (key, words, more) in enumerate(entries):
            tick = QCheckBox(words.replace("&", "&&"))
            tick.setAccessibleName(f"{words}: {more}" if more and more != words else words)
            tick.setToolTip(more)
            tick.setChecked(key in ticked)
            tick.toggled.connect(lambda _on: self.changed.emit())
            self._boxes[key] = tick
            self._grid.addWidget(tick, place // _COLUMNS, place % _COLUMNS)
        for place in range(_COLUMNS):
            self._grid.setColumnStretch(place, 1)

    def ticked(self) -> tuple[str, ...]:
        """Return the keys that are ticked, in the order shown."""
        return tuple(key for key, tick in self._boxes.items() if tick.isChecked())

    def tick(self, keys: tuple[str, ...]) -> tuple[str, ...]:
        """Tick exactly *keys*; return those that are not offered."""
        for key, tick in self._boxes.items():
            tick.blockSignals(True)  # noqa: FBT003 - Qt's signature
            tick.setChecked(key in keys)
            tick.blockSignals(False)  # noqa: FBT003 - Qt's signature
        return tuple(key for key in keys if key not in self._boxes)


def audiences(pack: Pack, policy: Policy | None) -> list[tuple[str, str, str]]:
    """Return whom a label may name: the pack's partners by country, its agencies, its communities."""
    found: dict[str, tuple[str, str]] = {}
    for code, partner in pack.partners.items():
        kind = "agency" if "/" in code else "country"
        found[f"{kind}:{code}"] = (code, partner.title or country_name(code))
    for members in pack.communities.values():
        for code in members:
            found.setdefault(f"country:{code}", (code, country_name(code)))
    if policy is not None and policy.country:
        found.pop(f"country:{policy.country}", None)
    countries = sorted((key, *words) for key, words in found.items())
    communities = [
        (f"community:{code}", code, ", ".join(sorted(members))) for code, members in sorted(pack.communities.items())
    ]
    return [*countries, *communities]


class LabelEditor(QFrame):
    """Edits one label; ``value`` gives it, whole, and ``trouble`` says when marking and ticks disagree."""

    changed = Signal()

    def __init__(self, pack: Pack) -> None:
        super().__init__()
        self.setProperty("role", "card")
        self._pack = pack
        self._extra: tuple[str, ...] = ()
        self._policy = self._combo(_("Policy"), [(one.id, _(one.title)) for one in pack.policies.values()])
        self._level = self._combo(_("Level"), [])
        self._audience = Ticks()
        self._caveats = Ticks()
        self._marking = QLineEdit()
        self._marking.setAccessibleName(_("Marking"))
        self._own_words = QCheckBox(_("Write the marking by hand"))
        self._own_words.setAccessibleName(_("Write the marking by hand"))
        self._trouble = PlainLabel(role="bad")
        self._trouble.hide()
        self._more = {spec.name: self._editor(spec) for spec in label_fields() if spec.name in _MORE}
        self._build()
        self._wire()
        self._show_policy()

    def value(self) -> Label:
        """Return the label as it stands in the editor."""
        more: dict[str, Any] = {name: editor.value() for name, editor in self._more.items()}
        more["handling"] = tuple(more.get("handling") or ())
        return Label(
            marking=self._marking.text().strip(),
            policy=str(self._policy.currentData() or ""),
            level=str(self._level.currentData() or ""),
            releasable_to=(*self._audience.ticked(), *self._extra),
            caveats=self._caveats.ticked(),
            **more,
        )

    def set_value(self, label: Label) -> None:
        """Show a label; its marking stays verbatim when the ticks would write it differently."""
        self._choose(self._policy, label.policy)
        self._show_policy()
        self._choose(self._level, label.level)
        self._extra = self._audience.tick(label.releasable_to)
        self._caveats.tick(label.caveats)
        for name, editor in self._more.items():
            editor.set_value(getattr(label, name))
        by_hand = bool(label.marking) and label.marking != self._rendered()
        self._own_words.setChecked(by_hand)
        self._marking.setReadOnly(not by_hand)
        self._marking.setText(label.marking)
        if not by_hand:
            self._render()
        self._judge()

    def trouble(self) -> str:
        """Return what is wrong with the label in words; empty when nothing is."""
        self._judge()
        return self._trouble.text()

    def mark(self, *, bad: bool) -> None:
        """Show that the label was refused, or that it is well again."""
        restyle(self._marking, state="bad" if bad else "")

    def focus_first(self) -> None:
        """Put the cursor on the level, the first thing to decide."""
        self._level.setFocus()

    def _build(self) -> None:
        first = row(
            column(PlainLabel(_("Policy"), "field"), self._policy, gap=2),
            column(PlainLabel(_("Level"), "field"), self._level, gap=2),
            gap=12,
        )
        self._rest = QVBoxLayout()
        for editor in self._more.values():
            self._rest.addLayout(column(PlainLabel(_(editor.spec.title), "field"), editor, gap=2))
        hidden = box(self._rest)
        hidden.hide()
        opener = button(_("More: TLP, PAP, handling, review"), role="flat", icon="down")
        opener.clicked.connect(lambda: hidden.setVisible(hidden.isHidden()))
        self.setLayout(
            column(
                first,
                PlainLabel(_("Releasable to (beside the policy's own country)"), "field"),
                self._audience,
                PlainLabel(_("Caveats"), "field"),
                self._caveats,
                PlainLabel(_("Marking, as it is printed"), "field"),
                self._marking,
                self._own_words,
                self._trouble,
                row(opener, 1),
                hidden,
                margin=12,
                gap=6,
            )
        )

    def _wire(self) -> None:
        self._policy.activated.connect(lambda _place: self._on_policy())
        self._level.activated.connect(lambda _place: self._on_part())
        self._audience.changed.connect(self._on_part)
        self._caveats.changed.connect(self._on_part)
        self._own_words.toggled.connect(self._on_by_hand)
        self._marking.textEdited.connect(lambda _text: self._on_words())
        for editor in self._more.values():
            editor.changed.connect(self.changed)

    def _on_policy(self) -> None:
        self._extra = ()
        self._show_policy()
        self._on_part()

    def _on_part(self) -> None:
        if not self._own_words.isChecked():
            self._render()
        self._judge()
        self.changed.emit()

    def _on_by_hand(self, by_hand: bool) -> None:  # noqa: FBT001 - Qt's signal
        self._marking.setReadOnly(not by_hand)
        restyle(self._marking)
        if by_hand:
            self._marking.setFocus()
        else:
            self._render()
        self._judge()
        self.changed.emit()

    def _on_words(self) -> None:
        policy = self._current_policy()
        if policy is not None:
            self._follow(policy)
        self._judge()
        self.changed.emit()

    def _follow(self, policy: Policy) -> None:
        """Let level, ticks and caveats follow what the officer writes, as far as it can be read."""
        try:
            parsed = parse_marking(self._marking.text(), policy)
        except BriefcaseError:
            return
        self._choose(self._level, parsed.level)
        self._caveats.tick(parsed.caveats)
        if parsed.releasable_to is not None:
            own = f"country:{policy.country}"
            self._extra = self._audience.tick(tuple(code for code in parsed.releasable_to if code != own))

    def _judge(self) -> None:
        words = ""
        policy = self._current_policy()
        if policy is None or not self._level.currentData():
            words = _("Choose a policy and a level.")
        else:
            try:
                parsed = parse_marking(self._marking.text(), policy)
            except BriefcaseError:
                words = _("This marking cannot be read under its policy; a record marked so is not released.")
            else:
                if parsed.level != self._level.currentData() or set(parsed.caveats) != set(self._caveats.ticked()):
                    words = _("The marking and the choices above do not say the same.")
        self._trouble.setText(words)
        self._trouble.setVisible(bool(words))

    def _render(self) -> None:
        self._marking.setText(self._rendered())
        self._marking.setCursorPosition(0)

    def _rendered(self) -> str:
        policy = self._current_policy()
        if policy is None:
            return ""
        label = Label(
            policy=policy.id,
            level=str(self._level.currentData() or ""),
            releasable_to=(*self._audience.ticked(), *self._extra),
            caveats=self._caveats.ticked(),
        )
        try:
            return render_marking(label, policy)
        except BriefcaseError:
            return ""

    def _show_policy(self) -> None:
        policy = self._current_policy()
        self._audience.offer(audiences(self._pack, policy))
        self._caveats.offer([(one.id, one.text, _(one.title)) for one in policy.caveats] if policy else [])
        before = self._level.currentData()
        self._level.clear()
        self._level.addItem(_("Choose a level"), "")
        for level in policy.levels if policy else ():
            self._level.addItem(level.text, level.id)
        self._choose(self._level, str(before or ""))

    def _current_policy(self) -> Policy | None:
        return self._pack.policy(str(self._policy.currentData() or ""))

    def _choose(self, combo: CalmCombo, key: str) -> None:
        place = combo.findData(key)
        if place < 0 and key:
            combo.addItem(key, key)
            place = combo.count() - 1
        combo.setCurrentIndex(max(place, 0))

    def _combo(self, name: str, entries: list[tuple[str, str]]) -> CalmCombo:
        combo = CalmCombo()
        combo.setAccessibleName(name)
        for key, words in entries:
            combo.addItem(words, key)
        return combo

    def _editor(self, spec: FieldSpec) -> ChoiceEditor | ManyEditor | LineEditor:
        if spec.name == "handling":
            return ManyEditor(spec, terms_of(spec.vocabulary))
        return ChoiceEditor(spec, terms_of(spec.vocabulary)) if spec.vocabulary else LineEditor(spec)
