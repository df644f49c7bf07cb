"""What a post is about, by words of both languages. Syntax of a phrase: see `phrases`."""

TOPICS = {
    "delivery": """
        pakket*, bezorg*, levering*, geleverd, niet geleverd, verzend*, verzonden, verstuurd,
        track en trace, track and trace, tracking, koerier*, postnl, dhl, dpd, bestelling*,
        besteld, parcel*, package, packages, deliver*, shipping, shipped, shipment*, courier*,
        order, orders, ordered""",
    "billing": """
        factu*, rekening, rekeningen, incasso*, afschrijv*, afgeschreven, schrijft .. af, termijn*,
        betaal*, betalen, betaald, betaling*, geld terug, terugbetal*, restitutie, restitueren,
        creditnota, aanmaning*, prijs*, prijzen, tarie*, kosten, kost, duurder, euro, invoice*,
        bill, bills, billing, billed, charge, charges, charged, refund*, payment*, paid, paying,
        direct debit, overcharg*, price*, pricing""",
    "outage": """
        storing*, *storing, ligt eruit, ligt .. uit, ligt plat, lig* .. plat, geen internet, zonder
        internet, geen stroom, zonder stroom, geen bereik, geen signaal, geen verbinding, geen tv,
        wifi, internet, netwerk*, site, website, webshop, offline, outage*, down, no signal, no
        internet, no power, power cut, no connection, network*, broadband""",
    "account": """
        account, accounts, inlog*, login, log in, logged, wachtwoord*, password*, mailadres, e
        mailadres, mijn gegevens, persoonsgegevens, my data, my details, personal data, profiel,
        verificatie*, verificat*, inlogcode, two factor, gehackt, hacked, locked out, app""",
    "contract": """
        contract*, abonnement*, opzeg*, opgezegd, zeg .. op, verleng*, looptijd, annuleer*,
        geannuleerd, cancel*, subscription*, renew*, overstap*, stap over, verhuis*, verhuizing*,
        moving house, moving home, contract""",
    "product": """
        kapot, defect*, is stuk, gaat stuk, gebroken, gesmolten, product, producten, model, maat,
        kleur, garantie, oplader*, lader, adapter, batterij*, accu*, schoenen, onderdeel,
        onderdelen, voorraad, broken, broke, faulty, product, products, size, warranty, battery,
        charger*, fell off, stopped working, in stock, spare part*""",
    "service": """
        klantenservice, klantenservice*, service, helpdesk, medewerker*, monteur*, chatbot*,
        gebeld, bellen, bel .. terug, teruggebeld, terugbel*, wachttijd*, aan de lijn, in de
        wacht, geen antwoord, geen reactie, winkel*, filiaal, customer service, support, staff,
        engineer*, technician*, driver*, call .. back, called, on hold, live chat, opgelost,
        geholpen, sorted""",
}
