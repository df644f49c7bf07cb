"""Words of risk: Dutch, English, and German, French and Spanish together.

Syntax of a phrase: see `phrases`.
"""

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

RISKS_EN = {
    "press": """
        journalist*, reporter, newsroom, news desk, press office, press enquir*, press inquir*,
        media enquir*, media inquir*, right of reply, for a story, writing a story, writing an
        article, working on a story, for an article, bbc watchdog, going to the press, go to the
        press, going to the papers, go to the papers, to the newspaper*, going to the media, go to
        the media, contact the media, contacting the media, request for comment, local paper, tv
        crew, for publication, on the record""",
    "danger": """
        fire, on fire, caught fire, burn, burns, burned, burnt, burning, burning smell, flames,
        flame, smoke, smoking, smoked, smoulder*, smolder*, melted, melting, melts, explod*,
        explosion, explosive, blew up, blown up, blowing up, spark, sparks, sparking, sparked,
        short circuit*, electrocut*, electric shock, got a shock, gave me a shock, shocked me,
        live wire, exposed wire*, overheat*, red hot, scald*, scorch*, gas smell, smell gas, smell
        of gas, smells of gas, smelling gas, gas leak*, carbon monoxide, co alarm, co
        poisoning, fumes, poison*, food poison*, toxic, chemical burn*, allerg*, anaphyla*,
        epipen, nuts .. not listed, undeclared, choke, choked, choking, choking hazard, suffocat*,
        emergency room, a and e, ambulance, paramedic*, fire brigade, fire service, fire
        department, firefighters, call 999, called 999, injur*, hurt my, hurt himself, hurt
        herself, hurt our, got hurt, hurt by, hurt me, bleed, bleeding, bled, blood, cut my, cut
        his, cut her, sliced my, stitches, broke my arm, broke my leg, broken arm, broken leg,
        broken wrist, broke her, broke his, concussion, unconscious, passed out, fainted,
        collapsed, dangerous*, hazard*, unsafe, not safe, isnt safe, wasnt safe, safety risk,
        safety issue, safety concern*, safety hazard, deadly, lethal, fatal, died from, killed
        someone, could have killed, couldve killed, nearly killed, almost killed, nearly died,
        almost died, death trap, deathtrap, made .. ill, made .. sick, got sick, violently ill,
        fell ill, been sick, being sick, threw up, throwing up, vomit*, salmonella, listeria,
        legionella, e coli, glass in, shard*, metal in, piece of metal, piece of glass, piece of
        plastic, plastic in, needle in, brakes fail*, brakes .. not, brakes dont, brakes didnt,
        brake fail*, no brakes, crash .. car, crashed into, recall, recalls, recalled, asbestos,
        swollen battery, battery .. swell*, battery .. swollen, bulging, cant breathe, trapped,
        stuck in the lift, fire exit, sharp edge*, nearly blinded, run over, ran over, hit by
        your, hit a child, an accident, in danger, hospital, hospitals, hospitalised,
        hospitalized, intensive care, in icu, the icu, see a doctor, to the doctor*, the doctor
        said, my gp, wound*, gash*, cut open, severed, amputat*, tipped over, fell on, drown*,
        burnt my, blister*, fractur*, sprain*, bruise*, chipped tooth, broke my tooth, broken
        tooth, sharp metal, rash from, skin rash, infection, infected, sting, stung, heart attack,
        seizure, epilep*, blinded, lost sight, deafen*, hearing loss, impaled, crushed, pinched,
        finger* trapped, hand trapped, fell through, fell off .. injured, gas leaking, leaks gas,
        leaking gas, rotten egg*, hissing, exploding, bang and, burst into, in flames, ablaze,
        arcing, live cable*, bare wire*, bare cable*, electrified, zapped, evacuat*, lives at
        risk, life threatening, life or death, risk to life, someone will .. die, someone .. get
        hurt, kid .. hurt, child .. hurt, child .. choke, baby .. choke, contaminat*, maggot*,
        legionnaires, diarrhoea, diarrhea, puking, puked, er visit, swallowed a, swallowed
        the magnet*, swallowed part*, swallowed one, swallowed it, swallowed small, could swallow,
        my teeth, nuts .. label, not on the label, not labelled, not labeled, trapped in, stuck in
        your lift, slipped on, tripped over, tripped on, exposed cable*, knocked out, knocked
        unconscious, hit by, contains peanut*, contained peanut*, traces of peanut*, contains
        nuts, contained nuts,
        wheel came off, wheels came off, wheel fell off, handlebar* .. off, handlebars snapped,
        poorly after, ill after, sick after, unwell after,
        ran me over, nearly ran .. over, almost ran .. over, nearly hit my, almost hit my, nearly
        hit me, almost hit me, wrong medication, wrong medicine, wrong medicines, wrong
        prescription, wrong dose,
        in a e, to a e, into a e, at a e, from a e, call 911, called 911, calling 911, dial 911,
        calling 999, dial 999""",
    "legal": """
        solicitor*, lawyer*, attorney*, barrister*, legal, legally, legal action, legal advice,
        court, courts, small claims, sue, suing, sued, sues, lawsuit*, class action, litigation,
        prosecut*, tribunal, letter before action, breach of, breached, breaching, liable,
        liability, liabilities, negligence, ombudsman, trading standards, consumer rights,
        consumer law, consumer protection, statutory, rights act, citizens advice, regulator*,
        watchdog, ofcom, ofgem, ofwat, fca, ftc, cma, better business bureau, bbb, attorney
        general, gdpr, data protection, ico, information commissioner, privacy, illegal*,
        unlawful*, against the law, by law, the law, criminal, police, crimestoppers, action
        fraud, identity theft, forged, forgery, fraud*, defamat*, libel, slander, copyright,
        discriminat*, racis*, racial*, sexist, sexis*, sexual*, homophob*, transphob*, antisemit*,
        islamophob*, because .. black, because .. muslim, because .. disabled, because .. gay,
        because .. hijab, because .. skin, hijab, headscarf, wheelchair .. refus*, refus* ..
        wheelchair, guide dog*, assistance dog*, service dog*, equality act, disability act,
        harass*, harrass*, assault*, groped, bailiff*, fines, fined, misleading advert*, false
        advert*, dispute resolution, arbitration, injunction, antitrust, price fixing, contract
        breach, fundamentally dishonest, pretending to be, impersonat*, posing as, fake account,
        fake email, fake text, fake website, fake page, phishing, scam text, scam email, scam
        call, in your name, claiming to be, see you in court, legal team, legal department, take
        you to court, my rights, your legal, cease and desist, subpoena, summons, ccj, refused
        entry, denied entry, denied boarding .. compensation, uk261, eu261, because of my age,
        because of my race, because of my skin, because of my religion, because of my disability,
        because of my gender, because of my accent, because of my name, because im black, because
        im muslim, because im gay, because shes black, because hes black, ableis*, ageis*,
        misogyn*, bigot*, slur, slurs, underage, child labour, child labor, exploitation, bribe*,
        money laundering, tax evasion, infring*, trespass*, eavesdrop*, spying, surveillance,
        reporting you to, report you to, reported you to, the authorities, hackers, cyberattack*,
        cyber attack*, ransomware, customer data, personal data, sensitive data,
        settle .. claims""",
    "leak": """
        data breach*, data leak*, leaked .. data, leaked my, details .. leaked, data .. leaked,
        someone elses, somebody elses, another customers, other customers .. details, other
        customers, another persons, sold my data, shared my data, shared my details, sent my
        details, emailed everyone, cced everyone, cc instead of bcc, logged in as, logged into ..
        else*, strangers .. details, strangers .. data, strangers .. account*, other peoples ..
        data, other peoples .. details, other peoples .. info*, other peoples .. account, other
        peoples .. order*, other peoples .. bill*, other peoples .. invoice*, other peoples ..
        address*""",
    "self_harm": """
        suicid*, kill myself, killing myself, end my life, ending my life, end it all, ending it
        all, take my own life, take my life, taking my own life, want to die, wanna die, wish i
        was dead, wish i were dead, better off dead, rather be dead, dont want to live, do not
        want to live, dont want to be here, not want to be here, dont want to be alive, no reason
        to live, nothing to live for, cannot go on, can not go on, cant do this
        anymore, cant take it anymore, cant take this anymore, cant cope, no way out, over the
        edge, to the edge, self harm*, hurt myself, harm myself, hang myself, overdose,
        jump in front, slit my, goodbye world, life isnt worth, life is not worth, not worth
        living, dont want to wake up, not wake up, never wake up, goodbye everyone, final goodbye,
        ending everything, done with life, tired of living, tired of life, no point living, no
        point in living, no point going on, better without me, off a bridge, under a train, in
        front of a train, take all my pills, pills and, give up on life, want it all to end, make
        it all end, ready to end it, ready to end my,
        hurting myself, ending my own life, driven to suicide,
        cant go on ., cant go on like, cant go on any*, cant go on living, jump off a, jump off the
        bridge, jump off the roof, jump off the building, wont be here tomorrow ., wont be around .,
        wont be around much, wont be around any*, kms, unalive*, want to end it, thinking of ending
        it, thinking about ending it, going to end it, gonna end it""",
    "threat": """
        kill you, kill them, kill someone, kill your, kill the, kill him, kill her, ill kill,
        gonna kill, going to kill, shoot you, shoot up, shoot your, shoot the, gun, guns, shotgun,
        bomb, bombs, blow up your, blow up the, blow you up, blow .. up, burn down, burn your,
        burn you, burn it down, burn .. down, burn the place, torch your, torch the, molotov*,
        with a knife, stab, stabbed, with a bat,
        baseball bat, smash your, smash the, smash up,
        break your legs, break your face, break your neck, punch you, punch your, punch the, punch
        someone, know where you live, know where you work, know where your, know where he lives,
        know where she lives, hunt you, come after
        you, come to your house, watch your back, youll regret, you will regret, youll pay for,
        make you pay, make them pay, threat*, death threat*, hope you die,
        hope you all die, deserve to die, someone will get hurt, gets hurt, somebody will get
        hurt, throw a brick, brick through, strangle, hang you, hang them, lynch, rape, see you
        burn, hope it burns, bullet*, headshot, hitman, explosive*, slit your, skin you, bury you,
        dead man, dead meat, you are dead, youre dead, youre all dead, come down there and, coming
        down there, pay you a visit, revenge, hurt you,
        hurt your staff, hurt someone, going to hurt, knock you out, crowbar, machete,
        with a hammer, with an axe, gonna get hurt, going to get hurt, through your window,
        through your windows, smash .. windows,
        petrol bomb*, with petrol, petrol through, petrol on, petrol over, pour petrol, with
        gasoline, gasoline on, gasoline over, set fire to your, set your .. on fire, set you .. on
        fire, ill set, gonna set .. on fire, going to set .. on fire, will set .. on fire, brick in,
        batter him, batter her, batter you, batter your, batter that,
        beat you up, beat him up, beat her up, beat them up, beat the crap, beat the shit, beat the
        hell, beat your face, beat your head, beat your staff, beat your driver*, youre going to pay
        for this, you are going to pay for this, theyre going to pay for this, gonna pay for this,
        you will pay ., youll pay ., you will pay for this, you will pay for that, you will pay for
        what, coming for you ., coming for you all, come for you ., come for you all, coming for
        your family, coming for your kids, coming for your staff, come and find you, come and find
        your, come find you, knock your teeth, knock your head, knock your block""",
}

RISKS_ELSEWHERE = {
    "danger": """
        feuer, brand, brennt, brannte, verbrannt*, rauch, rauchte, explod*, explos*, geschmolzen,
        stromschlag, gasgeruch, kohlenmonoxid, vergift*, giftig*, allergisch*, krankenhaus,
        notaufnahme, krankenwagen, feuerwehr, verletz*, gefahrlich*, lebensgefahr*,
        lebensmittelvergiftung, ruckruf, incendie*, en feu, pris feu, prend feu, brule, brulure*,
        brulee, flammes, fumee, fondu, electrocut*, odeur de gaz, fuite de gaz, monoxyde,
        empoisonn*, intoxication, intoxique*, allergique, allergie, hopital, urgences, pompiers,
        blesse, blessee, blessure*, dangereux, dangereuse, danger, etouff*, rappel produit, fuego,
        incendio, en llamas, quemado, quemada, quemadura*, quemo, humo, derretido, explosion,
        exploto, descarga electrica, olor a gas, fuga de gas, monoxido, intoxica*, envenena*,
        alergica, alergico, alergia, hospital, urgencias, ambulancia, bomberos, herido, herida,
        lesion*, peligroso, peligrosa, peligro,
        gebrannt""",
    "legal": """
        anwalt*, rechtsanwalt*, vor gericht, gerichtlich*, klage einreichen, verklage*,
        verbraucherzentrale, verbraucherschutz, anzeige, polizei, abmahnung, datenschutz*, dsgvo,
        datenleck, datenpanne, illegal*, rechtswidrig, betrug, diskriminier*, rassis*, avocat,
        avocate, la justice, en justice, tribunal, porter plainte, plainte, mise en demeure, prud
        hommes, dgccrf, que choisir, cnil, rgpd, huissier, poursuites, escroquerie, arnaque*,
        discrimin*, racis*, fuite de donnees, mediateur, police, abogado*, abogada*, demanda,
        demandar, demandare, denuncia*, denunciar, juzgado*, juicio, tribunales, ocu, consumo,
        reclamaciones, facua, aepd, policia, ilegal*, estafa*, fraude, discrimina*, fuga de datos,
        proteccion de datos""",
    "self_harm": """
        selbstmord*, suizid*, umbringen, nicht mehr leben, sterben will, will sterben, suicide*,
        suicider, me tuer, envie de mourir, en finir, plus envie de vivre, suicid*, matarme,
        quiero morir, no quiero vivir, quitarme la vida""",
    "threat": """
        bringe euch um, bring euch um, umbringen, bombe, anzunden, zunde .. an, wei wo ihr, weiss
        wo ihr, erschie*, vous tuer, te tuer, mettre le feu, bruler vos, je sais ou, matarlos,
        mataros, voy a matar, bomba, prender fuego, quemar vuestra, donde viv*""",
}
