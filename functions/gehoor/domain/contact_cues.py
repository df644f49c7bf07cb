"""How people say in Dutch and English that they asked elsewhere already, in vain.

Phrases are written as `phrases` has them. Both lists are read for every post: people mix languages.
"""

ASKED_ELSEWHERE_NL = (
    *("al <n> keer gebeld", "al <nth> keer gebeld", "nu <n> keer gebeld", "heb <n> keer gebeld"),
    *("heb jullie <n> keer gebeld", "<n> keer met jullie gebeld", "<nth> keer dat ik bel"),
    *("al <n> keer gemaild", "nu <n> keer gemaild", "heb <n> keer gemaild", "<n> mails gestuurd"),
    *("<nth> keer dat ik mail", "al <n> keer contact", "<n> keer contact gehad"),
    *("al <n> x gebeld", "al <n> x gemaild", "al <n> gebeld", "al <n> gemaild"),
    *("niemand reageert op mijn", "niemand antwoordt op mijn", "geen reactie op mijn mail*"),
    *("mail* gestuurd .. geen antwoord", "mail* gestuurd .. geen reactie"),
    *("gemaild .. geen antwoord", "gemaild .. geen reactie", "gebeld .. geen gehoor"),
    *("geen antwoord op mijn mail*", "geen reactie op mijn bericht*", "geen mail terug"),
    *("reageren niet op mijn", "reageert niet op mijn", "reageren niet op mail*"),
    *("reageren niet op de mail*", "antwoorden niet op mijn", "negeren mijn mail*"),
    *("krijg niemand te pakken", "krijg niemand aan de lijn", "krijg geen gehoor"),
    *("niemand neemt op", "niemand neemt de telefoon op", "neemt niemand op", "nemen niet op"),
    *("nemen de telefoon niet op", "niet teruggebeld", "nooit teruggebeld", "bellen niet terug"),
    *("<n> <time> in de wacht", "<time> in de wacht gestaan", "<time> in de wacht gehangen"),
    *("telefonisch onbereikbaar", "telefonisch niet bereikbaar", "telefonisch niet te bereiken"),
    *("klantenservice onbereikbaar", "klantenservice is onbereikbaar"),
    *("klantenservice niet te bereiken", "klantenservice is niet te bereiken"),
    *("dan maar via twitter", "dan maar via hier", "dan maar hier", "dan maar via social*"),
    *("dan maar op twitter", "dan maar openbaar", "dan maar in het openbaar"),
    *("chat verbreekt", "chat sluit steeds", "opgehangen door jullie", "ophangen door jullie"),
)
ASKED_ELSEWHERE_EN = (
    *("called <n> times", "called you <n> times", "rang <n> times", "phoned <n> times"),
    *("called twice", "called you twice", "rang twice", "phoned twice", "emailed twice"),
    *("emailed <n> times", "emailed you <n> times", "written <n> times", "sent <n> emails"),
    *("<nth> time i call", "<nth> time ive called", "<nth> call", "<nth> email"),
    *("<nth> request", "emailed .. no reply", "emailed .. no response", "emailed .. no answer"),
    *("no reply to my email*", "no response to my email*", "no answer to my email*"),
    *("no reply to my message*", "no response to my message*", "not answering my email*"),
    *("ignored my email*", "ignoring my email*", "ignores my email*", "ignored my message*"),
    *("nobody answers my", "no one answers my", "nobody replies to my", "no one replies to my"),
    *("nobody responds to my", "no one responds to my", "nobody answers the phone"),
    *("no one answers the phone", "nobody picks up", "no one picks up", "nobody is picking up"),
    *("i was on hold", "ive been on hold", "i have been on hold", "put me on hold"),
    *("<n> <time> on hold", "waiting on hold", "spent .. on hold", "hung up on me"),
    *("cant get through", "cannot get through", "couldnt get through", "cant reach anyone"),
    *("cannot reach anyone", "never called back", "never called me back", "didnt call me back"),
    *("as a last resort", "my last resort", "tried calling", "tried to call", "tried phoning"),
    *("tried emailing", "tried to email", "tried your chat", "tried the chat"),
    *("customer service is unreachable", "chat keeps disconnecting", "chat disconnected"),
)
