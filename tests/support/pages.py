"""Reads an HTML page strictly: every element closed, in the right order."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"meta", "img", "br", "link", "input", "hr"}


@dataclass
class Seen:
    """One element: its tag, attributes and the text directly in it."""

    tag: str
    attrs: dict[str, str]
    text: str = ""

    def has(self, css: str) -> bool:
        return css in self.attrs.get("class", "").split()


@dataclass
class Page(HTMLParser):
    """All elements of a page in order; raises AssertionError where a tag does not match."""

    source: str
    all: list[Seen] = field(default_factory=list)
    _open: list[Seen] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()
        self.feed(self.source)
        self.close()
        assert not self._open, f"not closed: {[e.tag for e in self._open]}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len({name for name, _ in attrs}) == len(attrs), f"doubled attribute in {tag}: {attrs}"
        element = Seen(tag, {name: value or "" for name, value in attrs})
        self.all.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_endtag(self, tag: str) -> None:
        assert self._open, f"</{tag}> closes nothing"
        assert self._open[-1].tag == tag, f"</{tag}> closes <{self._open[-1].tag}>"
        self._open.pop()

    def handle_data(self, data: str) -> None:
        if self._open:
            self._open[-1].text += data

    def tagged(self, tag: str) -> list[Seen]:
        return [e for e in self.all if e.tag == tag]

    def classed(self, css: str) -> list[Seen]:
        return [e for e in self.all if e.has(css)]

    @property
    def words(self) -> str:
        """All that is read, white space folded."""
        return " ".join(" ".join(e.text for e in self.all if e.tag not in {"style", "script"}).split())
