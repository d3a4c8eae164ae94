"""The one message catalogue: each sentence a person reads, in English and Vietnamese; refuses to fail over one."""

import gettext
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path
from string import Formatter
from typing import Any, Final, Literal, NamedTuple, Protocol, runtime_checkable

from engine.text import format_amount, format_date, format_decimal, shortened

Language = Literal["vi", "en"]
LOCALE_DIR: Final = Path(__file__).with_name("locale")
DOMAIN: Final = "khcn"


class Message(NamedTuple):
    """A sentence still to be put into a language: English source text with {placeholders}, and what fills them."""

    text: str
    params: Mapping[str, Any] = {}

    @classmethod
    def of(cls, text: str, /, **params: Any) -> "Message":
        """Take the source text and its params by name; give the message."""
        return cls(text, params)

    def render(self, lang: str) -> str:
        """Take a language; give the sentence."""
        return render(self.text, lang, **self.params)


@runtime_checkable
class Titled(Protocol):
    """What plan data says in both languages, as the title of a state."""

    def within(self, lang: str) -> str:
        """Take a language; give the text."""


def N_(text: str) -> str:  # noqa: N802 - the name gettext tools look for
    """Take a source text; give it back unchanged. Marks it for `tools/messages.py extract`."""
    return text


def NP_(one: str, many: str) -> str:  # noqa: N802 - beside N_
    """Take a source text for one and for several; give the former. Marks a text that a library looks up by a count.

    Vietnamese has one form for both: what is translated is `one`."""
    return one


def render(message: str, lang: str, /, **params: Any) -> str:
    """Take a source text, a language and params; give the sentence translated and filled in.

    By name: `*_vnd` is an amount, `*_date` and `*_on` a date. By type: a float has its point or comma, a list is joined
    with ', ', a Message is rendered too, a long text is shown by its beginning and end.
    A placeholder without a param stays visible: an old fact must never make a report fail.
    """
    text = _translation(lang).gettext(message) if message else ""
    return _FORMATTER.vformat(text, (), _Shown(params, lang)) if "{" in text or "}" in text else text


def pick_language(flag: str | None, env: Mapping[str, str]) -> Language:
    """Take --lang and the environment; give the language: flag, KHCN_LANG, the locale in force, else English."""
    for wish in (flag, env.get("KHCN_LANG")):
        known = _language_of(wish or "")
        if known:
            return known
    locale = next((value for name in ("LC_ALL", "LC_MESSAGES", "LANG") if (value := env.get(name))), "")
    return "vi" if locale.lower().startswith("vi") else "en"


def _language_of(wish: str) -> Language | None:
    match wish.strip().lower():
        case "vi":
            return "vi"
        case "en":
            return "en"
        case _:
            return None


class _Shown(dict[str, str]):
    """Params as text in one language, shown when asked for."""

    def __init__(self, params: Mapping[str, Any], lang: str) -> None:
        super().__init__()
        self._params, self._lang = params, lang

    def __missing__(self, name: str) -> str:
        if name not in self._params:
            return "{" + name + "}"
        return _show(name, self._params[name], self._lang)


class _NamesOnly(Formatter):
    """str.format without attributes and indexes: a placeholder is a name and nothing else."""

    def get_field(self, field_name: str, args: Any, kwargs: Any) -> tuple[str, str]:
        return kwargs[field_name], field_name


_FORMATTER: Final = _NamesOnly()


def _show(name: str, value: Any, lang: str) -> str:
    if isinstance(value, Message):
        return value.render(lang)
    if isinstance(value, Titled):
        return value.within(lang)
    if isinstance(value, list | tuple) and len(value) == 2 and isinstance(value[1], Mapping):
        return Message(*value).render(lang)  # a Message that has been through JSON
    if isinstance(value, list | tuple):
        return ", ".join(_show(name, each, lang) for each in value)
    if name.endswith("_vnd") and isinstance(value, int):
        return format_amount(value, lang)
    if isinstance(value, float):
        return format_decimal(value, lang)
    if isinstance(value, date):
        value = value.isoformat()
    if name.endswith(("_date", "_on")) and isinstance(value, str):
        return format_date(value, lang)
    return shortened(str(value))


@lru_cache(maxsize=4)
def _translation(lang: str) -> gettext.NullTranslations:
    if lang == "en":  # the source texts are English
        return gettext.NullTranslations()
    return gettext.translation(DOMAIN, LOCALE_DIR, languages=[lang], fallback=True)
