"""Dutch words of risk; `phrases` has the notation."""

RISKS_NL = {
    "press": """
        journalist*, verslaggever*, redactie, hoofdredact*, wederhoor, persvraag, persvragen,
        persafdeling, perscontact, voor een artikel, voor een reportage, een artikel over jullie,
        naar de pers, naar de krant, naar de kranten, naar de media, de media in, pers
        ingeschakeld, pers inschakel*, media inschakel*, bij de krant, avrotros radar, tros radar,
        naar radar, bij radar, bnnvara kassa, kassa bnnvara, naar kassa, tv programma, televisie
        programma, consumentenprogramma, voor onze uitzending, rtl nieuws, nos nieuws, van de nos,
        nieuwsuur, zembla, eenvandaag, hart van nederland, omroep .. redactie""",
    "danger": """
        brand, branden, brandje, brandend*, brandgevaar*, brandlucht, brandgeur, brandplek*,
        verbrand*, brandwond*, doorgebrand, afgebrand, vlam, vlammen, vuur, fik, fikt, rook,
        rookt, rookte, rookontwikkeling, rookwolk*, rookmelder .. af, rokende, gesmolten, smelt,
        smolt, smelten, explos*, ontplof*, explodeer*, geexplodeerd, vonk, vonken, vonkt, vonkte,
        kortsluiting, elektrocut*, geelektrocuteerd, stroomstoot, stroomschok*, schok gekregen,
        schok kreeg, kreeg .. schok, onder stroom, gloeiend*, oververhit*, gaslucht, gasgeur,
        gaslek*, lekt gas, gas lekt, gas .. lekt, ruik* .. gas, rook .. gas, stinkt .. gas, gas ..
        ruik*, koolmonoxide*, kolendamp, co melder, co vergiftiging, vergiftig*, voedselvergift*,
        vergif, giftig*, allergisch*, allergie*, allergen*, anafyl*, pinda* .. niet vermeld,
        ziekenhuis, spoedeisend*, spoedpost, huisartsenpost, eerste hulp, seh, ambulance*,
        brandweer*, gewond*, verwond*, letsel*, gebroken arm, gebroken been, gebroken pols,
        hersenschudding, bloedt, bloedde, bloedend*, snijwond*, stikte, stikken,
        gestikt, verstik*, verslikt, levensgevaar*, gevaarlijk*, onveilig*, gevaar, dodelijk*,
        bewusteloos, flauwgevallen, onwel, overgeven, overgegeven, braken, doodziek,
        ziek geworden, ziek van, werd* ziek, worden ziek, is ziek geworden, zijn ziek geworden,
        salmonella, legionella, listeria, e coli, glas in, glasscherv*, stuk glas, scherven,
        stukje metaal, stuk plastic, splinters, plastic in .. eten, metaal in, naald in, remmen ..
        niet, remmen weiger*, rem .. niet, stuur .. los, aanrijding, ongeluk, ongeval, bijna dood,
        ingestort, instort*, chemisch*, bijtend*, asbest, terugroep*, roept .. terug,
        veiligheidsrisico*, brandonveilig*, accu .. bol, batterij .. bol, opgezwollen,
        huiduitslag, verblind, chloorgas, benauwd, ademnood, geen adem, vergast, gekeeld, beknel*,
        nooduitgang*, begon .. te roken, begint te roken, is aan het roken, klem in,
        *brand, *brandje, *explosie, *vergiftiging, *gevaar, *letsel, *wond, *wonden, *ongeval,
        *schok gekregen, elektrische schok, schok van, schokken van, schok .. gekregen,
        opengehaald, hand open, vinger open, been open, hoofd open, gekneusd, kneuzing, gehecht,
        hechtingen, hechten, blauwe plek*, blaren, vinger* tussen, vinger* klem, ingeslikt, slikte
        .. in, inslikken, inslikte, intensive care, op de ic, de ic, huisarts, tand afgebroken,
        tand gebroken, kies gebroken, gezondheidsklacht*, gezondheidsrisico*, gezondheidsschade,
        niet veilig, verdronken, verdrink*, losgeschoten, omgevallen, omgekieperd, naar gas, rotte
        eieren, smeul*, schroei*, verschroei*, walm, klapte uit elkaar, klapband,
        stroomdraad, blote draden, losse draden, blootliggende, heet water over, scherp
        randje, scherpe rand*, stikgevaar, kapotgesprongen, sprong uit elkaar, zat
        vast in, steekvlam*, vuurbal, evacu*, ontruim*, paniekaanval, infectie,
        ontstoken, ontsteking, jeuk van, opgezette, oogletsel, blind geworden, doof geworden,
        hartaanval, hartstilstand, epilep*, reanim*, overleed, doodgegaan, gaan .. doden vallen,
        doden vallen, slachtoffer*, levensbedreigend*, ggd, vwa, naar de dokter, bij de
        dokter, harde knal, noten .. vermeld, noten .. etiket, niet op het etiket,
        niet op de verpakking, *allergie, stroomkabel*, kabel .. bloot, ligt bloot, vast in de
        lift, vastgezeten, gevallen door, uitgegleden, over
        gestruikeld, struikel*, pinda* .. etiket, sporen van,
        viel op mijn, viel op mn, viel op me, viel op mij, viel op onze, viel op haar, viel op zijn,
        viel op een, viel op de, viel van de, viel van het, viel van mijn, viel van zijn, viel van
        haar, kokend heet, kokend water over, kokende .. over, uit elkaar gesprongen, glas ..
        gesprongen, gesprongen glas, ruit .. gesprongen, leiding .. gesprongen, zat vast tussen, zit
        vast tussen, overleden door, overleden aan, overleden na, overleden nadat, overleden toen,
        overleden doordat, overleden
        tijdens, overleden in jullie, overleden bij jullie, overleden van, door jullie ..
        overleden, brandt, bloedheet, zo heet dat, te heet om, optater*, opdonder, glas
        gevonden, misselijk geworden, werd* misselijk, zijn misselijk, is misselijk, misselijk van
        .. eten, diarree, stuur brak, brak .. stuur, scheur in het stuur, frame brak, brak .. af
        tijdens, zakte door, zakte .. heen,
        aangereden, reed .. bijna aan, reed .. omver, bijna omver, kind viel, dochter viel, zoon
        viel, zoontje viel, baby viel, verkeerde medicijn*, verkeerde medicatie, verkeerde dosering,
        schimmel .. baby*,
        gestoken door, gestoken met, werd* gestoken, staat stroom op, stond stroom op, staat er
        stroom op, stond er stroom op, bevat toch .. noten, bevat toch .. pinda*, bevatte .. noten,
        bevatte .. pinda*, zaten .. noten, zaten .. pinda*,
        112 gebeld, 112 bellen, 112 gesproken, 112 moeten bellen, bel 112, bel ik 112, bel nu 112,
        belde 112, gebeld met 112, naar 112, via 112, bel 1 1 2, 1 1 2 bellen, 1 1 2
        gebeld, gif in, gif op, vol gif,
        me gesneden, mij gesneden, zich gesneden, gesneden aan, vinger .. gesneden,
        hand .. gesneden""",
    "legal": """
        advoca*, jurist*, juridisch*, rechters, rechtbank, rechtszaak, rechtszaken,
        rechtsbijstand*, kort geding, bodemprocedure, dagvaard*, ingebrekestelling, in gebreke*,
        aansprakelijk*, schadeclaim*, claim in, claim indien*, dien .. claim, massaclaim,
        geschillencommissie*, consumentenbond, consumentenautoriteit, juridisch loket, acm,
        autoriteit consument, afm, kifid, nvwa, autoriteit persoonsgegevens, bij de ap, naar de
        ap, de ap, avg, gdpr, privacywet*, privacyschending*, schending*, persoonsgegevens,
        aangifte, politie, gerechtelijk*, deurwaarder*, discrimin*, gediscrimineerd, racis*,
        vanwege .. afkomst, vanwege .. huidskleur, vanwege .. geloof, vanwege .. hoofddoek,
        vanwege .. handicap, vanwege .. beperking, om .. afkomst, hoofddoek, geleidehond*,
        hulphond*, assistentiehond*, rolstoel .. geweiger*, rolstoel .. weiger*, antisemit*,
        homofo*, seksis*, seksueel*, ongewenste intimiteit*, aangerand, aanranding, intimid*,
        illegaal, illegale, onwettig*, onrechtmatig*, strafbaar, wettelijk*, bij wet, volgens de
        wet, tegen de wet, wet overtre*, in strijd met, contractbreuk, wanprestatie, fraude,
        fraudeer*, frauduleus, identiteitsfraude, identiteitsdiefstal, boete, toezichthouder*,
        ombudsman, smaad, laster, auteursrecht*, zonder toestemming .. foto*, incassofraude,
        ontbind*, kartel*, conformiteit, consumentenrecht, recht op inzage, inzageverzoek,
        verwijderverzoek, valsheid, phishing, nepmail*, nep mail*, valse mail*, valse sms, nep
        sms, nepaccount*, nep account, fake account, doen zich voor, doet zich voor, uit jullie
        naam, namens jullie, uit naam van, *advocaat, *advocaten, *discriminatie,
        *aansprakelijkheid, advocatenkantoor, dwangsom, incassoprocedure, herroepingsrecht,
        bedenktijd, meldpunt, arbeidsinspectie, klokkenluider*, juridisch advies,
        kantonrechter, civiele procedure, gedaagd, procederen, rechtsgang, rechtsgeldig,
        onwettelijk*, wetsovertreding, mijn recht, mijn rechten, persoonsgegev*, portretrecht,
        oplichting .. aangifte, vanwege .. leeftijd, vanwege .. geslacht, vanwege .. accent,
        vanwege .. naam, vanwege .. geaardheid, omdat .. zwart, omdat .. moslim, omdat ..
        buitenland*, omdat .. rolstoel, omdat .. homo, omdat .. trans, blindengeleidehond*,
        toegang .. geweigerd, toegang weiger*, niet toegankelijk .. rolstoel, validis*, misbruik,
        minderjarig*, kinderarbeid, uitbuiting, omkoping, corrupt*, witwas*, belastingfraude,
        arbitrage, privacy*, hackers, cyberaanval*, ransomware, gestolen gegevens, letselclaim,
        betast*, zat aan mijn dochter, zat aan mijn zoon, zat aan mij,
        naar de rechter, naar een rechter, voor de rechter, bij de rechter, de rechter ., rechter
        beslis*, rechter bepaal*, rechter oordeel*, rechter stappen""",
    "leak": """
        datalek*, data lek, gegevens .. gelekt, gegevens .. op straat, gegevens van .. ander*,
        gegevens van andere, facturen van .. ander*, factuur van .. ander*, rekening van ..
        ander*, bestelling* van .. ander*, bestellingen van andere, account van .. ander*,
        gegevens .. andere klant*, naam en adres van, van iemand anders .. zien, van een ander ..
        zien, van andere klanten, van een andere klant, van een onbekende, van wildvreemd*, van
        een vreemde, gegevens .. doorverkocht, gegevens .. doorgestuurd, ingelogd als, per ongeluk
        .. gegevens, *datalek, mails voor .. ander*, brieven van .. ander*, post van .. ander*,
        mails van andere, dossier van .. ander*, polis van .. ander*, gegevens .. vreemden,
        gegevens .. onbekende*, adres van .. ander*, namen en adressen, klantgegevens, wachtwoord*
        .. gelekt, wachtwoord* .. op straat""",
    "self_harm": """
        zelfmoord*, zelfdoding*, suicid*, er niet meer zijn, niet meer leven, niet meer wil leven,
        wil dood, dood zijn, uit het leven, einde aan maken, eind aan maken, einde maken aan, eind
        aan mijn, einde aan mijn, leven geen zin, zie het niet meer zitten, niet meer zitten,
        leven niet meer, liever dood, was ik maar dood, kan niet meer verder, zie geen uitweg,
        geen uitweg meer, wil niet meer verder, spring .. voor de trein, voor de trein, van een
        brug, van het dak, mezelf iets aan*, mezelf van kant, van kant maken, verhang*, ophangen
        mezelf, zelfverminking, snijd mezelf, hoeft niet meer voor mij, hoeft voor mij niet meer,
        niet meer wakker, spring van, spring .. van het dak, spring ik, stap eruit, uit het raam,
        pillen slikken, overdosis, er een einde, er een eind aan, geen reden meer,
        beter af zonder mij, beter zonder mij, afscheidsbrief, polsen door*, mezelf ..
        aan doe, doe mezelf, maak er .. eind*, er een einde aan, stap uit het leven, de dood in,
        leven beu, leven zat,
        wil niet meer ., wil niet meer en, wil niet meer zo, mezelf wat aan*, mezelf wat ., zin meer
        in het leven, geen zin in het leven, hang mezelf, hang me op, hang ik me op, me van kant,
        zelf van kant, wil niet meer bestaan, hier niet meer zijn""",
    "threat": """ jerrycan*, in brand steken, steek ..
        in brand, steken .. in brand, fik .. af, brand .. plat, maak ..
        dood, maak .. kapot, vermoord*, afmaken, schiet .. neer, schieten .. neer, neerschiet*,
        schiet .. kop, neersteken, steek .. neer, overhoop, bom, bommen, bommelding, opblazen,
        blaas .. op, gaan eraan, gaat eraan, gaan er aan, weet waar .. woon*, weet je te vinden,
        weet jullie te vinden, weten jullie te vinden, weet waar .. zit*, in elkaar slaan, sla ..
        in elkaar, sla .. op .. bek, ga je slaan, klap voor, op je bek, op jullie bek, op zijn
        bek, kapot slaan, kapot maken, sloop .. de winkel, ramen ingooien, ruiten ingooien,
        ingooien, pistool, honkbalknuppel, baseballknuppel, hakbijl, kalasjnikov, molotov*,
        doodsbedreiging*, bedreig*, pas op je tellen, zal jullie krijgen,
        doodmaken, kom jullie halen, kom je halen, met een mes, met mes, steek je, de lucht in,
        gaat branden, gaan branden, in de hens, zal branden, laat .. ontploffen, kom
        verhaal halen, komen verhaal halen, met een bijl, met een hamer,
        vuurwapen,
        nekschot, gijzel*, klappen krijgen, klappen uitdelen, tanden uit, benen breken,
        poten breken, iets aandoen, kapotschieten, dood wens*, hoop dat .. dood,
        verrekken, zul je bezuren, bezuren, berouwen, weet waar .. wonen,
        weten waar .. wonen, weten waar .. woon*, sla .. ruiten, sla .. ramen, kom persoonlijk,
        kom ik persoonlijk, gooi .. door de ruit, steen door, baksteen, wurg*, gewurgd, doden,
        gedood, dood aan, keel .. doorsnij*, kelen .. doorsnij*, keel door*, keel .. doorgesneden,
        nek .. breken, nekken .. breken, martel*, uitroei*, uitgeroeid, afslacht*, afgeslacht, af
        te slachten, doodgeschoten, doodschiet*, geexecuteerd, verkracht*, brandstapel, jou ..
        pijn doen, jullie .. pijn doen, laten lijden, zien lijden, verdien* .. sterven, gruwelijke
        dood, genadeloos,
        met benzine, liter benzine, benzine over, benzine erover, benzine door, steek .. in de fik,
        steken .. in de fik, zet .. in de fik, zetten .. in de fik, in de fik steken, in de fik
        zetten, aanslag pleg*, aanslag te plegen, pleeg .. aanslag,
        aanslag op jullie, aanslag op je, aanslag op het, aanslag op de winkel, doe hem iets aan,
        doe haar iets aan, doe jullie iets aan, doe je iets aan, doe jou iets aan, doe u iets aan,
        doe ze iets aan, doe hun iets aan, doe iemand iets aan, doe die .. iets aan, doe jullie wat
        aan, doe je wat aan, doe hem wat aan, krijgt klappen, krijg je klappen, krijgen jullie
        klappen, schiet jullie, schiet hem, schiet .. allemaal af, breek ..
        poten, breek .. benen, breek .. nek, ram .. in elkaar, trap .. in elkaar,
        tent .. in de fik, winkel .. in de fik, kantoor .. in de fik, filiaal .. in de fik,
        langs met mijn broer*, langs met mijn vriend*, langs met mijn maten, langs met vrienden,
        langs met wat vrienden, langs met een paar, maak je af, maak jullie af, maak hem af, maak
        haar af, maak ze af, maak u af, maken je af, maken jullie af, maken hem af, maak die gast*
        af, jullie zijn nog niet van me af, jullie zijn nog niet van mij af, zijn nog niet jarig,
        zet je betaald, zet jullie betaald, zet het je betaald, zet het jullie betaald, zet ik
        jullie betaald, zet ik je betaald, betaald zetten, schiet je dood, schiet je kapot, schiet
        die gast*, steek jullie .. aan, steek je .. aan, steek die .. aan, steek de winkel aan,
        steek het pand aan, steek de boel aan, steek de tent aan""",
}
