"""A broadcast's words as one person reads them: greeted by name, in the language they wrote in."""

import re

from gehoor.domain.mention import Author
from gehoor.domain.text import clean

GREETINGS = {
    "nl": ("Hoi", "Hallo", "Dag", "Beste"),
    "en": ("Hi", "Hello", "Hey there", "Dear"),
}
WITHOUT_NAME = {"nl": ("Hoi", "Hallo", "Dag"), "en": ("Hi", "Hello", "Hi there")}
LONGEST_NAME = 20

_NO_WORDS = "de het een van der den the an mr mrs ms dr drs ir dhr mevr mevrouw meneer familie team"
_NO_NAMES = frozenset(_NO_WORDS.split())
"""What a name may begin with that nobody is called by: titles, articles, particles."""

_NAME = re.compile(r"[^\W\d_]{2,}(?:[-'\u2019][^\W\d_]+)*")


def greeted(text: str, author: Author, language: str, choice: int) -> str:
    """The text after a greeting; `choice` is any number, the same for one person each time.

    In a language without greetings the text goes out as it is. Nothing else is added: what is said
    is the agent's own.
    """
    name = given_name(author)
    greetings = (GREETINGS if name else WITHOUT_NAME).get(language)
    if greetings is None:
        return text
    greeting = greetings[choice % len(greetings)]
    return f"{greeting} {name},\n{text}" if name else f"{greeting},\n{text}"


def given_name(author: Author) -> str:
    """The first word of the author's name when it looks like one, else "".

    A network lets anybody call themselves anything, and the company says it aloud: so a name is one
    word of letters, and one in capitals, a title or an article is no name.
    """
    words = clean(author.display_name).split() if author.named else []
    first = words[0].rstrip(",") if words else ""
    if not _NAME.fullmatch(first) or len(first) > LONGEST_NAME or first.lower() in _NO_NAMES:
        return ""
    return "" if first.isupper() else first[0].upper() + first[1:]
