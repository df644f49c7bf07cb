"""How Dutch and English name a time that lies ahead, as patterns.

They are matched without regard to case, on clauses without typographic apostrophes and without
accents on o and e.
"""

import re
from datetime import time, timedelta

from gehoor.domain.patterns import Pattern

NUMBERS = {
    "a": 1, "an": 1, "een": 1, "one": 1, "two": 2, "twee": 2, "three": 3, "drie": 3, "four": 4,
    "vier": 4, "five": 5, "vijf": 5, "six": 6, "zes": 6, "seven": 7, "zeven": 7, "eight": 8,
    "acht": 8, "nine": 9, "negen": 9, "ten": 10, "tien": 10,
}  # fmt: skip
MONTHS = {
    "jan": 1, "feb": 2, "mar": 3, "maa": 3, "mrt": 3, "apr": 4, "may": 5, "mei": 5, "jun": 6,
    "jul": 7, "aug": 8, "sep": 9, "oct": 10, "okt": 10, "nov": 11, "dec": 12,
}  # fmt: skip
WEEKDAYS = {
    "mon": 0, "maa": 0, "tue": 1, "din": 1, "wed": 2, "woe": 2, "thu": 3, "don": 3, "fri": 4,
    "vri": 4, "sat": 5, "zat": 5, "sun": 6, "zon": 6,
}  # fmt: skip
"""By their first three letters."""


def _pattern(text: str) -> Pattern:
    return Pattern(rf"(?<![\w-])(?:{text})(?![\w-])", re.IGNORECASE)


_NUMBER = rf"\d{{1,3}}|{'|'.join(sorted(NUMBERS, key=len, reverse=True))}"
_WITHIN = (
    r"(?:within|in|binnen|over) (?:uiterlijk )?(?:the next |de komende )?"
    rf"(?:(?:{_NUMBER}) ?(?:-|\u2013|to|tot|or|of|a) ?)?(?P<count>{_NUMBER}) ?"
)
SPANS = tuple(
    (_pattern(_WITHIN + unit), size)
    for unit, size in (
        (r"(?:minutes?|mins?|minuten|minuut)", timedelta(minutes=1)),
        (r"kwartier", timedelta(minutes=15)),
        (r"(?:hours?|hrs?|uur|uren|u)", timedelta(hours=1)),
        (r"(?:days?|dag(?:en)?)", timedelta(days=1)),
        (r"(?:weeks?|weken)", timedelta(weeks=1)),
    )
)
"""A span of time from now, with its unit; of "two to three" the later is its `count`."""

HALF_AN_HOUR = _pattern(r"(?:within|in|binnen|over) (?:half an hour|(?:een )?half ?uur)")
WORKING_DAYS = _pattern(rf"{_WITHIN}(?:werkdag(?:en)?|(?:working|business) days?)")

TOMORROW = _pattern(r"tomorrow|(?<!goede )morgen(?:ochtend|middag|avond)?")
DAY_AFTER_TOMORROW = _pattern(r"(?:the )?day after tomorrow|overmorgen")
TODAY = _pattern(
    r"today|tonight|this (?:morning|afternoon|evening)|(?:the )?end of (?:the )?(?:business )?day"
    r"|(?:the )?close of business|eod|cob|vandaag|vanochtend|vanmiddag|vanavond"
    r"|(?:het )?einde? van de dag"
)
WEEKDAY = _pattern(
    r"(?P<name>(?:mon|tues|wednes|thurs|fri|satur|sun)day"
    r"|(?:maan|dins|woens|donder|vrij|zater|zon)dag)(?:ochtend|middag|avond)?"
)
_YEAR = r"(?:,? (?P<year>20\d\d))?"
_MONTH = r"(?P<month>jan|feb|mar|maart|mrt|apr|may|mei|jun|jul|aug|sep|oct|okt|nov|dec)[a-z]*\.?"
_NOT_PAST = r"(?<!van )(?<!of )(?<!from )(?<!dated )(?<!since )(?<!sinds )(?<!d\.d\. )"
DATES = (
    _pattern(rf"{_NOT_PAST}(?P<day>\d{{1,2}})(?:st|nd|rd|th|e)?(?: of)? {_MONTH}{_YEAR}"),
    _pattern(rf"{_NOT_PAST}{_MONTH} (?P<day>\d{{1,2}})(?:st|nd|rd|th)?{_YEAR}"),
)
_LEAD = r"(?:by|before|until|on|op|voor|uiterlijk|tegen|per) (?:on |op |uiterlijk )?"
NUMERIC_DATES = (
    _pattern(rf"{_LEAD}(?P<day>\d{{1,2}})[-/](?P<number>\d{{1,2}})(?:[-/](?P<year>20\d\d))?"),
    _pattern(rf"{_LEAD}(?P<year>20\d\d)-(?P<number>\d\d)-(?P<day>\d\d)"),
)
BEFORE = Pattern(r"(?:before|voor) (?:next |this |the |komende |aanstaande )?$", re.IGNORECASE)
"""What stands right before a day that the promise ends with the beginning of."""

BEFORE_WEEKEND = _pattern(r"(?:before|voor) (?:the|het) weekend")
WEEKEND = _pattern(r"(?:this|the|het|dit|komend) weekend")
THIS_WEEK = _pattern(r"this week|deze week|(?:the )?end of the week|(?:het )?einde? van de week")
NEXT_WEEK = _pattern(r"next week|volgende week|komende week")
END_OF_MONTH = _pattern(
    r"this month|deze maand|(?:the )?end of the month|(?:het )?einde? van de maand"
)

CLOCK = _pattern(
    r"(?:by|before|until|at|om|voor|tegen|uiterlijk)(?: om| at)? (?:about |around |rond )?"
    r"(?P<hour>[01]?\d|2[0-3])(?:[:.](?P<minute>[0-5]\d))? ?"
    r"(?P<half>am|pm|a\.m\.|p\.m\.)?(?P<mark>uur|u|h|o'clock)?(?P<evening> 's (?:middags|avonds))?"
)
PARTS_OF_DAY = (
    (_pattern(r"noon|midday"), time(12)),
    (_pattern(r"(?!goede)\w*ochtend|(?<!good )morning"), time(12)),
    (_pattern(r"(?!goede)\w+middag|(?<!good )afternoon"), time(18)),
    (_pattern(r"(?!goede)\w+avond|(?<!good )evening|tonight"), time(22)),
)
"""When what is promised for a part of a day is late."""
