"""Dutch words of the coach: what each sign is listed under (see `phrases` for the notation).

First lists: triage.md, section 7 of the project's reference, after Lewicki, Polin and Lount (2016)
and Liebrecht, Tsaousi and van Hooijdonk (2021).
"""

from collections.abc import Mapping

from gehoor.domain.coach_signs import Sign
from gehoor.domain.phrases import listed

_MAY_ASK = "kun je, kan je, kunt u, zou je, zou u, wil je, wilt u"
_TO_GIVE = """doorgeven, sturen, toesturen, delen, geven, noemen, achterlaten, vermelden,
    laten weten"""

NL: Mapping[Sign, str] = {
    Sign.REGRET: """sorry, excuses, excuus, spijt ons, spijt mij, spijt me, wat vervelend, wat naar,
        heel vervelend, erg vervelend, verontschuldig*""",
    Sign.RESPONSIBILITY: """onze fout, mijn fout, ons foutje, wij hadden moeten, we hadden moeten,
        hadden we beter moeten, hadden wij beter moeten, hadden we niet mogen,
        hadden wij niet mogen, tekortgeschoten, tekort geschoten, hebben wij een fout gemaakt,
        hebben we een fout gemaakt, wij hebben een fout gemaakt, we hebben een fout gemaakt,
        is bij ons misgegaan, bij ons fout gegaan, ging bij ons mis, in de steek gelaten""",
    Sign.EXPLANATION: """doordat, omdat, oorzaak, kwam door, komt door, vanwege, door een storing,
        wat er gebeurd is, wat er is gebeurd""",
    Sign.OFFER: "helpen, help, kunnen we, kunnen wij, kan ik, kijken, graag, uitzoeken, nagaan",
    Sign.NON_APOLOGY: """eventuele ongemak, eventueel ongemak, als u dit zo ervaart,
        als je dit zo ervaart, dat u dit zo ervaart, dat je dit zo ervaart,
        dat u het zo ervaart, dat je het zo ervaart, spijt ons dat u vindt,
        spijt ons dat je vindt, sorry als, excuses als, mocht dit .. hebben veroorzaakt""",
    Sign.BETTERMENT: """niet meer gebeuren, niet weer gebeuren, nooit meer gebeuren,
        niet nog een keer gebeuren, niet nogmaals gebeuren, beterschap, wij beloven, we beloven,
        ik beloof, beloven wij, beloven we, beloof ik""",
    Sign.LIABILITY: """aansprakelijk, aansprakelijkheid, onze schuld, wij zijn schuldig,
        onze nalatigheid, nalatig, door ons veroorzaakt, wij zijn verantwoordelijk,
        wij nemen de verantwoordelijkheid, we nemen de verantwoordelijkheid,
        schade vergoeden, vergoeden .. schade, schadevergoeding, wij erkennen, we erkennen""",
    Sign.ACKNOWLEDGEMENT: """bedankt voor, dank voor, dank je wel voor, dank u wel voor,
        dankjewel voor, dankuwel voor, fijn dat je, fijn dat u, goed dat je, goed dat u,
        we waarderen, wij waarderen""",
    Sign.EMPATHY: """wat vervelend, heel vervelend, erg vervelend, balen, wat naar, heel naar,
        begrijp*, snap*, begrijpelijk, frustrerend, kan me voorstellen, kunnen ons voorstellen,
        wat jammer""",
    Sign.INVITATION: """kun je, kunt u, kan je, zou je, zou u, wil je, wilt u, laat het weten,
        laat het ons weten, laat ons weten, laat maar weten, laat het me weten, stuur ons,
        stuur me, stuur een dm, via dm, in een dm, deel het met ons, vertel ons, schrijf ons""",
    Sign.WELL_WISHING: """fijne dag, fijne avond, fijn weekend, fijne middag, prettige dag,
        nog een fijne, succes, sterkte, veel plezier, hopelijk helpt dit, beterschap met""",
    Sign.BLAME: """u had moeten, je had moeten, had u moeten, had je moeten, had u maar,
        had je maar, u had zelf, je had zelf, eigen schuld, uw eigen fout, je eigen fout,
        zoals ik al zei, zoals al gezegd, zoals gezegd, zoals reeds, zoals al aangegeven,
        zoals ik al aangaf, lees eerst, had u .. gelezen, had je .. gelezen, u bent vergeten,
        je bent vergeten, u heeft nagelaten, je hebt nagelaten, rustig aan, kalmeer,
        doe eens rustig, niet ons probleem, niet onze fout, u begrijpt het niet,
        je begrijpt het niet""",
    Sign.REFERRAL: """contact op met de klantenservice, contact op met onze klantenservice,
        contact op met klantenservice, contact opnemen met de klantenservice,
        contact opnemen met onze klantenservice, contact opnemen met klantenservice,
        bel de klantenservice, bel onze klantenservice, bel klantenservice, bellen met onze,
        mail de klantenservice, mail onze klantenservice, contact op met de helpdesk,
        contact op met onze helpdesk, contact op met support""",
    Sign.INFORMAL: """haha*, hihi, oei, oeps, ai, yes, joepie, jippie, lol, top, superleuk, hoi hoi,
        doei, doeg, groetjes, kusjes, ff, gewoon lekker""",
    Sign.ASKS_FOR: """
        stuur, stuurt u, geef, geeft u, deel, deelt u, noem, vermeld, reageer met, wat is je, wat
        is uw, wat zijn je, wat zijn uw, mag ik je, mag ik uw, mogen we je, mogen we uw, mogen wij
        je, mogen wij uw, laat ons je, laat ons uw, laat me je, laat me uw, laat .. weten wat, heb
        je je .. voor, heeft u uw .. voor, ontvangen we graag, ontvangen wij graag, ontvang ik
        graag, ontvangen graag, ontvang graag, heb ik .. nodig, hebben we .. nodig, hebben wij ..
        nodig, """
    + ", ".join(f"{ask} .. {give}" for ask in listed(_MAY_ASK) for give in listed(_TO_GIVE)),
    Sign.PERSONAL_FACT: """je ordernummer, uw ordernummer, je bestelnummer, uw bestelnummer,
        je klantnummer, uw klantnummer, je telefoonnummer, uw telefoonnummer, je mobiele nummer,
        uw mobiele nummer, je e mailadres, uw e mailadres, je emailadres, uw emailadres, je mail,
        je mailadres, uw mailadres, je postcode, uw postcode, je adres, uw adres, je naam,
        uw naam, je volledige naam, uw volledige naam, je geboortedatum, uw geboortedatum,
        je bsn, uw bsn, je burgerservicenummer, uw burgerservicenummer, je iban, uw iban,
        je rekeningnummer, uw rekeningnummer, je polisnummer, uw polisnummer,
        je factuurnummer, uw factuurnummer, je contractnummer, uw contractnummer""",
    Sign.IN_PRIVATE: """dm, dms, dmen, pb, privebericht, prive bericht, priveberichten, prive,
        direct message, inbox, via een bericht, <link>, bel ons, mail ons, formulier,
        contactformulier""",
    Sign.FAULT: """wacht nog steeds, wacht al, wachten al, zit te wachten, nog steeds geen,
        nog steeds niet, nog altijd geen, nog altijd niet, nooit aangekomen, nooit ontvangen,
        niet ontvangen, niet bezorgd, niet geleverd, niet gekomen, niemand, geen reactie,
        geen antwoord, <nth> keer, alweer, voor de zoveelste, dubbel afgeschreven,
        te veel betaald, verkeerde, beschadigd, beloofd, beloofde, beloofden,
        toegezegd, jullie zijn .. kwijt""",
    Sign.WISH: """geld terug, terugbetal*, terug betalen, ik wil, wil graag, wil mijn, wil nu,
        graag, bel me, bel mij, neem contact, reageer, los dit op, los het op, regel dit,
        vervanging, compensatie""",
    Sign.CALL: """bejaard*, op leeftijd, hoogbejaard, slechtziend*, slechthorend*, blind,
        geen computer, geen internet, digibeet, niet handig met computers, niet handig met de""",
}

SUBJECTS = "we, wij, ik, onze collega, een collega, mijn collega, ons team"
"""Who acts, before or after the act."""

ACTS = """stuur, sturen, stort, storten, vergoed, vergoeden, zoek, zoeken, regel, regelen, los,
    lossen, vervang, vervangen, herstel, herstellen, corrigeer, corrigeren, crediteer, crediteren,
    controleer, controleren, verwerk, verwerken, annuleer, annuleren, bel, bellen, ga .. na,
    gaan .. na, kijk .. na, kijken .. na, pak, pakken, onderzoek, onderzoeken, repareer, repareren,
    geef .. door, geven .. door, zet .. door, zetten .. door, heb .. doorgezet, hebben .. doorgezet,
    heb .. doorgegeven, hebben .. doorgegeven, heb .. teruggestort, hebben .. teruggestort"""
