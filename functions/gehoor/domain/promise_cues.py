"""What makes a clause a promise in Dutch and English, as patterns.

Patterns are matched without regard to case, on text without typographic apostrophes and without
accents on o and e, which Dutch uses for emphasis.
"""

import re

from gehoor.domain.patterns import Pattern


def _pattern(text: str) -> Pattern:
    return Pattern(text, re.IGNORECASE | re.VERBOSE)


HARMLESS_NO = _pattern(
    r"""\b(?: geen\ (?:zorgen|probleem|punt) | maak\ je\ geen\ zorgen | niet\ alleen
    | no\ (?:worries|problem) | (?:don't|do\ not)\ worry | not\ only )\b"""
)
"""A refusal in form only; taken out before NO_PROMISE is looked for."""

NO_PROMISE = _pattern(
    r"""
    \b(?: not | cannot | \w+n't | never | nothing | nobody | unable | unlikely | unless
    | niet | geen | nooit | niemand | niets | tenzij
    | would | might | hope | hoped | hopen | hoop | misschien | wellicht | zou | zouden
    | (?:we|i|they|you)(?:'ve|\ have|\ had) | yesterday | gisteren
    | heb | hebben | heeft | had | hadden | was | waren | werd | werden
    | close(?!\ of) | closes | closed | sluiten | sluit | gesloten | dicht | unavailable
    | if\ you | als\ [uj]e?
    | always | usually | normally | altijd | meestal | doorgaans | normaal\ gesproken
    ) \b
    """
)
"""Refused, doubted, past, up to the customer, or how it is done in general."""

_BEGINS = r"^ (?:@\S+\s+)* \W*"
_THEN_WE = r".{0,200} \b (?: and | so | then ) \s (?: we | i ) \b"
_DAN_WE = r".{0,200} \b (?: en | dan ) \s \w+ \s (?: we | wij | ik ) \b"
UP_TO_THE_CUSTOMER = _pattern(
    rf"""
    {_BEGINS} (?: if | when\ you | once\ you | als | indien | wanneer\ [uj]e? | zodra\ [uj]e? ) \b
    | \b (?: please | pls | kindly ) \s (?! note | know | be | rest | bear | accept ) {_THEN_WE}
    | \b (?: can | could | would | will ) \s you \b {_THEN_WE}
    | \b (?: send | share | give | let | submit | drop | contact | call | dm | e-?mail ) \s
        (?: us | me | over | a | an | the | your ) \b {_THEN_WE}
    | \b (?: kunt\ u | kun\ je | wilt\ u | wil\ je ) \b {_DAN_WE}
    | {_BEGINS} (?: stuur | geef | laat | mail | bel | vul | deel | meld | app ) \b {_DAN_WE}
    """
)
"""A sentence that asks the customer for something first."""

_US = r"(?: we | wij | ik | i | iemand | someone | (?:een|mijn|onze|a|my|our) \s \w+ )"
_YOU = r"(?: je | jou | jullie | u )"
_WILL = rf"""(?: {_US} (?: '?ll | \s will | \s shall
    | (?:\s|')(?:are|am|is|re|m|s) \s going \s to ) )"""

COMES_BACK = (
    _pattern(
        rf"""\b{_WILL} \s (?:\w+ \s){{0,2}}
        (?: get \s back | come \s back \s to \s you | be \s in \s touch | reach \s out
        | keep \s you \s (?:posted|updated|informed) | let \s you \s know | contact \s you
        | (?:call|ring|e?-?mail|message|update|notify) \s you | write \s (?:to \s)? you
        | reply \s to \s you )\b"""
    ),
    _pattern(r"\b you (?: 'll | \s will | \s are \s going \s to) \s (?:\w+ \s)? hear \b"),
    _pattern(
        rf"""\b(?: {_US} \s (?:\w+ \s)? ko(?:m|mt|men) | ko(?:m|mt|men) \s {_US} ) \b .{{0,80}}
        \b(?: (?:er|hier)? \s? op \s terug | bij \s {_YOU} \s terug
        | (?:er|hier)op \s .{{0,40}} terug )\b"""
    ),
    _pattern(
        rf"""\b(?: {_US} \s (?:\w+ \s)? la(?:at|ten) | la(?:at|ten) \s {_US} ) \b
        .{{0,20}} \b{_YOU}\b .{{0,60}} \b weten \b"""
    ),
    _pattern(
        rf"""\b(?: {_US} \s (?:\w+ \s)? hou(?:d|dt|den)? | hou(?:d|den)? \s {_US} ) \b
        .{{0,10}} \b{_YOU}\b .{{0,40}} \b op \s de \s hoogte \b"""
    ),
    _pattern(
        rf"""\b(?: {_US} \s (?:\w+ \s)? ne(?:em|emt|men) | ne(?:em|men) \s {_US} ) \b
        .{{0,80}} \b contact \b"""
    ),
    _pattern(
        rf"""\b(?: {_US} \s (?:\w+ \s)? (?:bel|belt|bellen|mail|mailt|mailen)
        | (?:bel|bellen|mail|mailen) \s {_US} ) \s {_YOU}\b"""
    ),
    _pattern(
        rf"""\b(?: {_YOU} \s hoort? | hoort? \s {_YOU} ) \b
        .{{0,60}} \b van \s (?:ons|mij|me) \b"""
    ),
)
"""Somebody of ours comes back to the customer: a promise even without a time."""

_WEEKDAY = (
    r"(?: (?:mon|tues|wednes|thurs|fri|satur|sun)day"
    r" | (?:maan|dins|woens|donder|vrij|zater|zon)dag )"
)
_MONTH = r"(?: jan|feb|mar|maart|mrt|apr|may|mei|jun|jul|aug|sep|oct|okt|nov|dec )\w*"
_DAY = rf"""(?: {_WEEKDAY}
    | (?:the\ )?\d{{1,2}}(?:st|nd|rd|th)?(?:\ (?:of\ )?{_MONTH}|[-/]\d{{1,2}})
    | {_MONTH}\ \d{{1,2}}(?:st|nd|rd|th)? | 20\d\d-\d\d-\d\d | (?:(?:the|het)\ )?weekend
    | noon | tonight | tomorrow | morgen | vanavond
    | \d{{1,2}}([:.]\d{{2}})?\ ?(?:uur|am|pm|o'clock|h) | \d{{1,2}}[:.]\d{{2}}
    | (?:the\ )?(?:end|close)\ of\b | (?:het\ )?einde?\ van )"""
_COUNT = r"""(?: \d{1,3} (?:\ ?(?:-|\u2013|to|tot|a)\ ?\d{1,3})? | an? | een | enkele | een\ paar
    | a\ few | a\ couple\ of | one | two | three | four | five | six | seven | ten
    | twee | drie | vier | vijf | zes | zeven | tien )"""
_SPAN = r"""(?: minutes? | minuten | hours? | hrs? | uur | uren | u | days? | dag(?:en)?
    | werkdag(?:en)? | (?:working|business)\ days? | weeks? | week | weken | months?
    | maand(?:en)? | kwartier | half\ ?uur )"""

TIME_AHEAD = _pattern(
    rf"""
    \b(?: (?:by|before|until|on|voor|op|uiterlijk|tegen)\ (?:uiterlijk\ )?(?:at\ the\ latest\ )?
          (?:on\ |op\ |next\ |this\ |komende\ |aanstaande\ |the\ )?{_DAY}
    | (?:within|in|binnen|over)\ (?:the\ next\ |de\ komende\ )?{_COUNT}\ {_SPAN}
    | (?:within|in)\ half\ an\ hour
    | tomorrow | tonight | today | this\ (?:week|month|afternoon|evening|morning)
    | next\ (?:week|month|{_WEEKDAY}) | as\ soon\ as\ | shortly | asap
    | morgen | overmorgen | vandaag | vanmiddag | vanavond | straks
    | (?:deze|volgende|komende)\ (?:week|maand|dagen|{_WEEKDAY})
    | zo\ (?:snel|spoedig)\ mogelijk | z\.?s\.?m | spoedig | uiterlijk
    | {_WEEKDAY}
    )(?:\b|(?<=\ ))
    """
)

_DOING = r"""(?: zal|zullen|ga|gaan|gaat|kom|komt|komen|bel|bellen|belt|stuur|sturen|stuurt
    |mail|mailen|laat|laten|neem|nemen|zorg|zorgen|los|lossen|stort|storten|betaal|betalen
    |lever|leveren|levert|bezorg|bezorgen|bezorgt|regel|regelen|regelt|herstel|herstellen|herstelt
    |repareer|repareren|kijk|kijken|kijkt|controleer|controleren|zoek|zoeken|vraag|vragen
    |reageer|reageren|reageert|antwoord|antwoorden|beantwoord|beantwoorden|bevestig|bevestigen
    |maak|maken|annuleer|annuleren|verwerk|verwerken|verwerkt|verzend|verzenden )"""

WILL_HAPPEN = (
    _pattern(rf"\b{_WILL} \s \w+"),
    _pattern(
        r"""\b (?:it|they|this|that|everything|(?:your|the) \s \w+ (?:\s\w+)?)
        (?: 'll | \s will | \s (?:is|are) \s going \s to ) \s \w+"""
    ),
    _pattern(r"\b you (?: 'll | \s will ) \s (?:\w+ \s)? (?:receive|get|have|see|find) \b"),
    _pattern(r"\b you \s (?:can|may) \s expect \b"),
    _pattern(r"\b (?:arrives?|is \s due) \b"),
    _pattern(rf"\b(?: {_US} \s (?:\w+ \s)? {_DOING} | {_DOING} \s {_US} ) \b"),
    _pattern(
        rf"""\b(?: {_YOU} \s (?:ontvang|ontvangt|krijg|krijgt|hoor|hoort)
        | (?:ontvang|ontvangt|krijg|krijgt|hoor|hoort) \s {_YOU} ) \b"""
    ),
    _pattern(r"\b (?:kunt|kan|kun|mag) \b .{0,60} \b verwachten \b"),
    _pattern(r"\b (?:wordt|worden|zal|zullen) \b"),
    _pattern(r"\b (?:de|een|uw|je|onze) \s \w+ \s komt \b"),
)
"""Something is going to happen: a promise together with TIME_AHEAD."""
