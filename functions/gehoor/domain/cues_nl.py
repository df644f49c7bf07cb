"""Dutch cues, as a webcare agent knows them. Syntax of a phrase: see `phrases`."""

NL = {
    "harmless": """
        een stuk, hele stuk, mooi stuk, gas geven, gas te geven, gas erop, geef gas, vol gas, vuur
        en vlam, onder vuur, vuur aan de schenen, brandende vraag, per ongeluk, geluk bij een
        ongeluk, buiten gevaar, gevaarlijk lekker, gevaarlijk goed, gevaarlijk mooi, geen gevaar,
        alvast bedankt, alvast dank*, bij voorbaat dank, bedankt alvast, foutje van mij, ligt aan
        mij, slecht ter been, geen klacht maar, recht op de man af, bom vol, bommetje,
        rechter kant, linker of rechter, rechter schoen, rechter oor, rechter hand, rechter knop,
        rechter oortje, schot in de roos, vertrek van, niet normaal goed, niet normaal lekker,
        niet normaal snel, niet normaal mooi,
        lampje brandt, lampjes branden, ledje brandt, controlelampje brandt, brandt het lampje,
        brandt er een lampje, brandt een lampje, branden de lampjes, branden er lampjes, brandt
        niet, brandt constant, brandt continu, brandt groen, brandt rood, brandt oranje, brandt
        blauw, brandt wit, brandt geel, kaarsen branden, kaarsjes branden, prijzen .. de lucht in,
        prijs .. de lucht in, tarie* .. de lucht in, kosten .. de lucht in, word hier ziek van,
        word hier zo ziek van, word er ziek van, word er zo ziek van, word er doodziek van, word
        hier doodziek van, ziek van jullie wacht*, ziek van jullie service, ziek van jullie
        klantenservice, ziek van dit gedoe, ziek van teleurstelling, ziek van dit bedrijf, ziek
        van jullie bedrijf, las een artikel over jullie,
        zonnebrand, gerbrand, ijsbrand, ysbrand, hildebrand, wijbrand, sybrand, rebrand, brand
        store, meneer brand, mevrouw brand, meneer brandt, mevrouw brandt, welke allergenen,
        allergeneninformatie, allergeneninfo, allergenenlijst, allergenenkaart, privacyverklaring,
        privacybeleid, privacyinstelling*, persoonsgegevens wijzigen, persoonsgegevens aanpassen,
        persoonsgegevens invullen, zijn de bom, is de bom, bommen en granaten, weet waar ik woon,
        weten waar ik woon,
        glas in lood, glas in de vaatwasser, glas in het raam, gloeiend kwaad, gloeiende hekel,
        gloeiend hekel, stikte van het lachen, stik van het lachen, dodelijk goed, dodelijk lekker,
        dodelijk saai, aangifte inkomstenbelasting, aangifte van geboorte, aangifte van overlijden,
        btw aangifte""",
    "failure": """
        kapot*, is stuk, gaat stuk, ging stuk, stuk gegaan, al stuk, weer stuk, stuk na, stuk
        aan*, helemaal stuk, zijn stuk, nu stuk, meteen stuk, stukgegaan, defect*, mankement*,
        beschadig*, gebroken, gescheurd*, gebarsten, barst in, lekt, lekkage*, lekken, lekkend,
        werkt .. niet, werken .. niet, werkte .. niet, niet werk*, werkt voor geen, werkt .. niks,
        werkt .. niets, werkt nooit, doet het .. niet, doen het .. niet, deed het .. niet, het
        niet doet, het niet meer doet, het niet doen, doet niks, doet niets, doet .. niet meer,
        start .. niet, laadt .. niet, laden .. niet, gaat .. niet .. aan, gaat .. niet .. open,
        gaat niet .. op, niet bezorgd, niet geleverd, niet ontvangen, niet gekregen, niet
        aangekomen, niet verstuurd, niet verzonden, niet geplaatst, niet gekomen, niet langs, niet
        langsgekomen, niet geweest, nog niet binnen, niks ontvangen, niets ontvangen, niks
        gekregen, niets gekregen, nooit .. gekregen, nooit .. aangekomen, nooit .. ontvangen,
        nooit .. bezorgd, nooit .. geleverd, nooit .. gekomen, niks geleverd, kwijtgeraakt, kwijt,
        is zoek, zoekgeraakt, vermist, verdwenen, verkeerd*, foute, fout, fouten, foutmelding*,
        foutief, onjuist*, niet correct, klopt .. niet, klopt niks, klopt niets, kloppen .. niet,
        te laat, vertraag*, vertraging*, opdagen, komen dagen, no show, niet thuis .. terwijl,
        terwijl .. thuis, geen reactie, geen antwoord, geen gehoor, geen bericht, geen respons,
        geen terugkoppeling, zonder reactie, zonder bericht, zonder antwoord, niemand .. reage*,
        niemand .. antwoord*, niemand .. op, niemand .. helpen, niemand .. help*, niemand .. weet,
        niemand .. bereik*, niemand .. te spreken, nemen .. niet op, neemt .. niet op, nemen niet
        .. op, reageer* .. niet, niet .. gereageerd, reageren .. nergens, reageert .. nooit, hoor*
        .. niks, hoor* .. niets, niets .. gehoord, niks .. gehoord, nooit .. antwoord, nooit ..
        reactie, nooit .. gehoord, nooit .. teruggebeld, niet teruggebeld, niet .. teruggebeld,
        onbereikbaar, niet bereikbaar, niet te bereiken, bereik* .. niemand, opgehangen, hangt ..
        op, hingen .. op, verbinding verbroken, weggedrukt, afgewimpel*, afgescheept, genegeerd,
        negeren, negeert, van het kastje, kluitje in, in de steek, niet inloggen, niet ..
        inloggen, niet betalen, niet bestellen, niet annuleren, niet opzeggen, niet bereiken, niet
        pinnen, niet bellen, lukt .. niet, lukken .. niet, lukt .. nooit, niet gelukt, niet te
        doen, krijg .. geen, krijgen .. geen, kreeg .. geen, krijg .. niet, krijgen .. niet, heb
        .. geen, hebben .. geen, geen internet, geen bereik, geen signaal, geen stroom, geen gas,
        geen water, geen warm, geen verwarming, geen verbinding, geen wifi, geen tv, geen beeld,
        geen geluid, zonder internet, zonder stroom, zonder gas, zonder water, zonder verwarming,
        zonder warm, zonder tv, zonder wifi, zonder bereik, zonder telefoon, ligt eruit, ligt ..
        uit, lig* .. plat, ligt .. eruit, uit de lucht, valt .. uit, viel .. uit, vallen .. uit,
        valt .. weg, uitgevallen, uitval, hapert, haper*, traag, trage, tergend, crasht, crashen,
        gecrasht, crash, vastgelopen, loopt vast, loopt .. vast, loopt .. mis, misgegaan, mis
        gegaan, gaat .. mis, ging .. mis, gaat .. fout, dubbel af*, dubbel betaald, dubbel
        gefactureer*, dubbel in rekening, dubbel .. afgeschreven, dubbele factu*, dubbele
        afschrijving*, dubbele incasso, twee keer .. afgeschreven, twee keer .. betaal*, tweemaal
        .. afgeschreven, te veel betaald, teveel betaald, te veel .. afgeschreven, teveel ..
        afgeschreven, te veel .. rekening, teveel .. rekening, onterecht*, ten onrechte, zonder
        toestemming, zonder overleg, ongevraagd, toch .. factu*, toch .. afgeschreven, toch ..
        incasso*, opgezegd .. toch, steeds .. factu*, aanmaning*, incassokosten, incassobureau,
        boetekosten, weiger*, geweiger*, ineens geannuleerd, afgezegd, zonder reden, niet
        opgelost, niet verholpen, niet geholpen, niet nagekomen, niet doorgegaan, niet ..
        terugbetaald, niet teruggestort, niet terug gestort, geen terugbetaling, ontbreekt,
        ontbreken, ontbrak, mist .. onderde*, mist er, incompleet, onvolledig, niet compleet, lege
        doos, doos .. leeg, bedorven, over datum, over de datum, schimmel*, beschimmel*, verrot,
        rotte, smerig*, vies, vieze, stinkt, stank, oneetbaar, niet te eten, haar in mijn, over de
        schutting, gegooid, in de regen, uit elkaar, laat los, laten los, losgelaten, krassen,
        bekrast, deuk*, gat in, gaten in, besteld .. kreeg, besteld .. gekregen, maar kreeg, iets
        anders gekregen, krimpt, gekrompen, prijsverhog*, prijsstijging*, prijs .. omhoog, prijzen
        .. omhoog, tarie* .. omhoog, duurder geworden, wordt .. duurder, verborgen kosten, extra
        kosten, bijkomende kosten, kost .. ook nog, moet .. bijbetalen, naheffing*, geblokkeerd,
        buitengesloten, afgesloten, gehackt, gestolen, leeggetrokken, leeggehaald, geplunderd,
        weggesleept, verkeerd geparkeerd, staat .. in de weg, geluidsoverlast, overlast,
        lastiggevallen, blijven bellen, blijft bellen, stop met bellen, ongewenst*, opgedrongen,
        aangesmeerd, probleem, problemen, issue, issues, gedoe, bug, bugs, gezeik, geklooi,
        ellende, kwaliteit .. slecht, kwaliteit .. achteruit, gaat .. achteruit, verslechter*,
        geen .. voorraad terwijl, pas* .. niet .. terwijl, uitgegleden, nergens .. te vinden,
        onvindbaar, lijkt nergens, lijkt .. niet op, verlopen .. terwijl, kromgetrokken, gestrand,
        gedupeerd*, gedupeerden, vergeten te, vergeten .. te, nergens .. terecht, geen hulp, geen
        oplossing, geen uitleg, geen excuses, geen compensatie, geen idee waar, geen update, geen
        informatie, geen monteur, geen bezorger, geen pakket, geen bestelling, verloren, kwijt te
        raken, mislukt*, doet raar, doet gek, niet gerepareerd, niet hersteld, niet vervangen,
        niet verwerkt, niet aangepast, niet gewijzigd, niet stopgezet, niet geannuleerd, niet
        meegenomen, niet opgehaald, niet schoon, ophalen .. niet, bezorg* .. niet aangebeld, niet
        aangebeld, aangebeld .. niet, *vertraging, *schade, *probleem, *problemen, verpest*,
        verprutst, verknald, verknalt, zuigt niet, droogt niet, wast niet, koelt niet, verwarmt
        niet, sluit niet, past .. niet op, werkt niet, gaat niet, doet niet, bezorgt niet, levert
        niet, komt .. niet, kwam .. niet, kwam niemand, niemand gekomen, niemand .. die, nog niet
        gezien, niet gezien, niet gehad, geen melding, geen bevestiging, geen mail, geen code,
        langs me heen, na een keer wassen, na <n> keer, na een dag, na een week, na <n> <time>,
        verhoogd, verhoging, achterstand, bij buren, bij de buren, reed door, doorgereden, voorbij
        gereden, voorbijgereden, doorverbonden, doorverwezen, ander verhaal, andere verhalen,
        gedumpt, niks gehad, niets gehad, nie meer, nie werk*, nie geleverd, nie gekregen,
        is geannuleerd, zijn geannuleerd""",
    "outage": """
        storing*, down, eruit, plat, haperingen, ligt .. eruit, netwerkproblemen, *storing""",
    "displeasure": """
        belachelijk*, schandalig*, schande, schandelijk*, schandvlek, schaam*, waardeloos,
        waardeloze, slecht, slechte, slechter, slechtste, bagger, drama, dramatisch*, ramp,
        rampzalig*, bizar, bizarre, triest*, treurig*, huilen, beneden alle peil, ondermaats*,
        onacceptabel*, onaanvaardbaar, onbegrijpelijk*, onbeschoft*, onvriendelijk*, onbeleefd*,
        arrogant*, asociaal, asociale, respectloos, onprofessioneel*, incompetent*, onbekwaam,
        prutser*, pruts*, amateurs, amateuristisch*, kneuzen, klunz*, sukkel*, idioot, idioten,
        debiel*, mongolen, eikel*, flapdrol*, oplicht*, opgelicht, bedrog, bedrogen, bedrieg*,
        diefstal, dieven, zakkenvull*, afzet*, afgezet, geldklopper*, woekerprij*, belazer*,
        bedonder*, genaaid, teleurgesteld, teleurstell*, boos, woedend*, woest, pissig, razend,
        laaiend, witheet, gefrustreerd*, frustr*, irrit*, erger me, ergernis*, geergerd, ben het
        zat, spuugzat, meer dan zat, zijn het zat, strontzat, klaar mee, klaar met, beu, balen,
        baal, jammer, flut*, kloten*, klote*, kut*, godver*, verdomme, verdorie, tering*, tyfus*,
        tyfes*, kanker*, wtf, wth, shit*, bullshit, fuck*, rotbedrijf, rotzooi, puinhoop*, chaos,
        zooitje, zootje, troep, rommel, prul*, hopeloos, hopeloze, slaat nergens op, nergens op,
        echt niet, dit kan niet, dit kan .. niet, kan toch niet, kan dit nou, te zot, hoe kan het
        dat, hoe is het mogelijk, hoe moeilijk, nooit meer, nooit weer, laat maar, niet normaal,
        niet te geloven, ongelofelijk, ongelooflijk, ongehoord, te gek voor woorden, te
        belachelijk, klacht*, klagen, klaag, beklag, onvoldoende, nalatig*, misleid*, gelogen,
        liegen, liegt, leugen*, loze belofte*, niet eerlijk, oneerlijk, beloof* .. niet, beloofd
        .. niet, was beloofd, was mij beloofd, werd .. beloofd, beloftes, afspraak is afspraak, af
        te raden, raad .. af, niet aan te raden, blijf weg, trap er niet in, <n> sterren te veel,
        een ster, nul sterren, 0 sterren, 1 ster, ontevreden, spijt van, spijt dat, miskoop,
        weggegooid, zonde van, zonde dat, onnodig*, veel te duur, te duur, peperduur, fail, epic
        fail, faal*, gefaald, scam, nep, sucks, suckt, wantrouw*, vertrouwen kwijt, geen
        vertrouwen, niet serieus, voor de gek, voor de gek gehouden, aan het lijntje, van de
        gekke, vergeten klant, klantonvriendelijk*, niet te harden, onmogelijk, onduidelijk*,
        verwarrend*, ingewikkeld, omslachtig, lachwekkend, om je dood te schamen, wie verzint, wie
        bedenkt, *klacht, *klachten, *drama, serieus genomen, is dit normaal, vinden jullie dit,
        is dit hoe, is dit jullie, menen jullie, meen je, meent u, voor jan met, spreekt elkaar
        tegen, langs elkaar, geen respect, om gek van, gek van, moe van, doodmoe van, tranen, huil,
        allesbehalve, alles behalve, verre van,
        😡, 😠, 🤬, 😤, 👎, 💩, 🤮, 🤦, 😾, 🖕""",
    "repetition": """
        <nth> keer, <nth> maal, <nth> poging, <nth> mail*, <nth> bericht*, <nth> monteur*, <nth>
        klacht*, <nth> melding*, <nth> verzoek, <nth> telefoontje, <nth> dag op rij, <nth> week op
        rij, <nth> dag dat, <nth> dag zonder, <nth> exemplaar, <nth> week dat, <n> keer gebeld,
        <n> keer .. gemaild, <n> keer .. gebeld, <n> keer .. contact, <n> keer .. gevraagd, <n>
        keer .. gemeld, <n> keer .. kapot, <n> keer .. verkeerd, <n> keer .. niet, <n> mails, <n>
        mailtjes, <n> telefoontjes, <n> monteurs, <n> keer niet, al <n> keer, al <n> x, <n> keer
        al, keer op keer, week op week, dag op dag, telkens weer, steeds weer, alweer, wederom,
        weer eens, weer .. niet, weer geen, weer niks, weer niets, weer niet, weer .. kapot, weer
        .. stuk, weer .. storing, weer mis, weer raak, weer zover, weer .. uit, weer te laat, weer
        .. fout, weer .. verkeerd, weer een monteur, wéér een, nog maar eens, voor de zoveelste,
        meerdere keren, meermaals, herhaaldelijk, elke keer weer, iedere keer weer, structureel,
        constant gedoe, continu gedoe, blijft .. gebeuren, elke maand weer, iedere week weer,
        <n> keer bellen, <n> keer mailen, <n> x bellen, <n> x gebeld, <n> x gemaild""",
    "waiting": """
        nog steeds, nog altijd, nog immer, wacht al, wachten al, zit al, zitten al, al <n> <time>,
        al een <time>, al ruim, al meer dan, al bijna <n>, al bijna een, al de hele, al heel de,
        al dik, al ruim <n>, staat al, sinds <n> <time>, sinds gister*, sinds vorige week, sinds
        vanochtend, sinds vanmorgen, sinds maandag, sinds dinsdag, sinds woensdag, sinds
        donderdag, sinds vrijdag, sinds zaterdag, sinds zondag, sinds <n> uur, al weken, al dagen,
        al maanden, al uren, al tijden, al eeuwen, al sinds, al vanaf, wekenlang, dagenlang,
        urenlang, maandenlang, de hele dag, hele dag, hele ochtend, hele middag, weken geleden,
        maanden geleden, dagen geleden, <n> <time> geleden, een week geleden, een maand geleden,
        wachttijd*, in de wacht, wachtrij, wachtmuziek*, <n> <time> wachten, <n> <time> gewacht,
        <n> <time> aan de lijn, <n> <time> aan de telefoon, <n> <time> later, uur aan de telefoon,
        uur gewacht, uur wachten, dag vrij, vrij genomen, vrij voor genomen, thuisgebleven, voor
        niks, eindelijk eens, duurt .. lang, duurde .. lang, duurt .. eeuw*, duurt .. eeuwig,
        eindeloos, hoe lang moet, hoelang moet, hoe lang .. nog, hoelang .. nog, hoe lang gaat,
        waar blijf*, wanneer .. eindelijk, krijg .. eindelijk, zou .. komen, zou .. bezorgd, zou
        .. geleverd, zouden .. komen, zou .. teruggebeld, zou .. bellen, zouden .. bellen, zou
        gister*, zou vandaag, zou maandag, zou dinsdag, zou woensdag, zou donderdag, zou vrijdag,
        nog niets, nog niks, niks van me, gewacht""",
    "refund": """
        geld terug, terugbetal*, terugbetaald, restitutie, teruggestort, terugstort*, terug
        stort*, vergoeding, compensatie, compenser*, creditnota, crediteer*, gecrediteerd, geld
        kwijt, euro kwijt, euro weg, geld weg, bedrag terug, schadevergoeding""",
    "demand": """
        geld terug graag, wil .. geld terug, wil .. terug, willen .. terug, ik eis, eis ik, wij
        eisen, los .. op, los dit, los het, doe .. wat aan, doe .. iets aan, doe eens, haal ..
        weg, haal weg, bel me, bel mij, bel .. terug, mens spreken, mens aan de lijn, iemand
        spreken, echt iemand, leest er iemand, leest iemand, lezen jullie, is er iemand, regel
        dit, regel het, regel dat, fix dit, fix het, graag .. uitleg, graag uitleg, graag ..
        oplossing, verwacht ik, ik verwacht, wij verwachten, verwacht .. oplossing, wil ..
        oplossing, wil .. uitleg, per direct, onmiddellijk, hou .. op, houd .. op, stop met, stop
        eens, kom op, kom nou, reageer eens, reageer nou, antwoord eens, wordt .. nog wat, gaat
        dit nog, wat gaan jullie, wie kan .. oplossen, hallo .. iemand""",
    "leaving": """
        stap over, stap ik over, stappen over, overgestapt, zeg .. op, zeg ik .. op, zeggen .. op,
        klant af, klant kwijt, klanten kwijt, klant verloren, geen klant meer, klant geweest, ben
        weg, ben hier weg, wegwezen, laatste keer dat, laatste keer, ga naar de concurr*, naar de
        concurr*, andere provider, andere leverancier, doei, aju, vaarwel, exit, bij jullie weg,
        weg bij jullie, opgezegd, wordt .. andere, dan maar een andere, andere energieleverancier,
        andere bank, andere winkel, ergens anders,
        overweeg .. over te stappen, overweeg overstap*""",
    "irony": """
        lekker dan, lekker bezig, lekker weer, lekkere service, top geregeld weer, goed geregeld
        hoor, goed bezig, fijn dat .. weer, fijn hoor, fijn is, lekker is, fijne service, mooi is
        dat, mooie boel, mooie service, leuk hoor, leuk is anders, geweldig hoor, top hoor, knap
        hoor, knap staaltje, bravo, gefeliciteerd, bedankt he, bedankt hoor, nou bedankt, nou
        lekker, nou fijn, nou top, nou leuk, nou mooi, dank je feestelijk, bedankt voor niks,
        bedankt voor niets, bedankt voor nop*, hartelijk bedankt weer, wat een service, wat een
        feest, wat een grap, wat een mop, lang leve, applaus, slow clap, klasse hoor, super hoor,
        prima hoor, ja hoor, ja ja, jaja, kuch, weer top, weer lekker, weer fijn, zogenaamd*, zgn,
        'service', klantenservice noemen, noem je, noemen jullie, noemen ze, dat noemt, moet
        kunnen, dikke prima, 1 april, verborgen camera, grapje zeker, is dit een grap, grap,
        geregeld hoor, top geregeld hoor, super geregeld hoor,
        bedankt voor de <n> <time>, dank voor de <n> <time>,
        🙄, 🤡, 🙃, 😒""",
    "resolved": """
        opgelost, verholpen, geregeld, geholpen, gefikst, gefixt, werkt weer, doet het weer, werkt
        .. weer, doen het weer, hersteld, gerepareerd, in orde, rechtgezet, goedgemaakt,
        teruggebeld, binnen <n> <time>, binnen een <time>""",
    "praise": """
        top, topper*, topservice, topbedrijf, topper, super, supersnel*, superblij, superfijn*,
        supernette, supergoed*, superlief, supervriendelijk*, geweldig*, fantastisch*,
        uitstekend*, perfect*, prachtig*, mooie, goede service, goeie service, netjes, keurig*,
        tevreden, blij, dankbaar, hulde, chapeau, complimenten, compliment, complimentje, petje
        af, shoutout, shout out, aanrader*, aan te raden, raad .. aan, aanbevel*, snel geholpen,
        snel geleverd, snel bezorgd, snel opgelost, vriendelijk*, behulpzaam, behulpzame, lieve,
        lekker*, heerlijk*, gaaf, gave, leuk*, love, allerbeste, trots, klasse, genoten, genieten,
        <n> sterren, lof, knap, niets te klagen, niks te klagen, niets te mopperen, niks te
        mopperen, mag ook gezegd, mag gezegd, eerlijk is eerlijk, houden zo, ga zo door, hou vol,
        ere wie ere, pluim, held, helden, kanjer*, toppers, wauw, wow, indrukwekkend, briljant*,
        geniaal, geslaagd, verrast, aangenaam verrast, ideaal, onder de indruk, klantvriendelijk*,
        in mijn nopjes, zo hoort het, vlekkeloos, soepel, bedankt voor de goede, bedankt voor de
        snelle, bedankt voor de fijne, dank voor de snelle, fijne service, snelle service, snelle
        levering, snelle hulp, snelle reactie, mooi product, mooi spul, mooi initiatief, heel
        fijn, heel goed, zo fijn, erg fijn, erg goed, echt goed, goed geholpen, goed bezorgd, goed
        product, goed advies, beste koop, beste aankoop, beste service, grote fan, super bedankt,
        heel erg bedankt, enorm bedankt, duizendmaal dank, top gedaan, goed gedaan, goed bezig
        met, bedankt voor, dank voor, dank aan, dankjewel voor, dank jullie wel, dankzij, dank u
        wel,
        ❤, 😍, 🙏, 👍, 🎉, 🙌, 🥰, 😊, 👌, 💪, 🤩, 💙, 💚, 🧡, 💛, 💜, 🥳, 😀, 😁, 😃, 🌟""",
    "thanks": """
        goed, goede, goeie, snelle, snel, mooi, dank, bedankt, dankjewel, dankuwel, dankje,
        thanks, thnx, thx, tnx, merci, cool, respect, fan, prima, beste, fijn, fijne""",
    "acknowledgement": """
        wacht ik .. af, ik wacht .. af, wachten we .. af, wacht het af, oke, ok, okee, okay, is
        goed, komt goed, duidelijk, begrepen, helder, staat genoteerd, zie het al, laat maar
        weten, gelukt, is gelukt, inmiddels binnen, doe ik, zal ik doen, stuur ik, dm gestuurd, dm
        verstuurd""",
    "question": """
        kan ik, kan je, kun je, kan jij, kunnen jullie, kunt u, kan iemand, kunnen we, mag ik,
        mogen we, moet ik, is er, zijn er, zijn jullie, hebben jullie, heeft iemand, weet iemand,
        weet je, weten jullie, iemand ervaring, iemand enig, iemand een idee, iemand tips, wie
        weet, wie heeft, vraag me af, vroeg me af, vraagje, mijn vraag, een vraag, klopt het dat,
        klopt het, zoeken jullie, doen jullie, leveren jullie, bezorgen jullie, verkopen jullie,
        accepteren jullie, gaan jullie, komen jullie, komt er, zou ik, zouden jullie, zou je, ben
        benieuwd, benieuwd of, benieuwd wanneer, graag weten, hoe kan ik, hoe laat, hoe lang, hoe
        werkt, hoe zit, hoe neem, hoe moet, hoe vraag, hoe doe, hoeveel kost, wat kost, wat zijn,
        wat is het, wat is de, wat moet, wanneer komt, wanneer is, wanneer wordt, wanneer gaan,
        wanneer kan, waar kan, waar vind, waar staat, welke, wat betekent, hoe, wat, wanneer,
        waar, welk, wie, hoeveel, tot hoe laat, vanaf wanneer, kan, mag, zijn, is, hebben, heeft,
        kunnen, moet, doet, gaat, werkt, past, geldt, verkoopt, levert""",
    "why": """
        waarom, hoezo, hoe komt het, hoe kan het, waar slaat, wat is dit voor, wat is er aan de
        hand, wat gebeurt""",
    "news": """
        kwartaal*, halfjaar*, jaarcijfers, omzet*, nettowinst, winst, winststijging, aandeel,
        aandelen, aandeelhouder*, beursgang, beurs, beurskoers, koers, overname*, overgenomen,
        neemt .. over, fusie*, fuseert, ceo, topman, topvrouw, bestuursvoorzitter, directeur,
        persbericht, meldt, melden, aldus, volgens, kondigt, aangekondigd, opent, banen,
        arbeidsplaatsen, reorganis*, ontslag*, schrapt, boete, boetes, acm legt, acm, afm, nvwa,
        roept .. terug, terugroep*, waarschuwt, onderzoek naar, onderzoek van, woordvoerder,
        miljoen, miljard, lanceert, investeert, investering*, rechtbank, rechter, staking,
        vakbond, fnv, procent, cao, consumenten, distributiecentrum, failliet*, faillissement,
        surseance, introduceert, breidt .. uit, sluit .. filialen, filialen, vestiging*,
        samenwerking met, gaat samenwerken, tekent contract, benoemt, benoemd, treft, duizenden,
        huishoudens, kamervragen, tweede kamer""",
    "spam": """
        verdien*, per dag vanuit, vanuit huis, thuiswerk*, link in .. bio, check .. bio, mijn bio,
        bitcoin*, crypto*, forex, nft, nfts, airdrop*, casino*, gokken, giveaway*, win een, win
        nu, gratis iphone, gratis cadeau*, kans op, cadeaukaart, app mij, app me, stuur mij een
        app, app naar, whatsapp, telegram, volgers, followers, dm me, dm mij, account gehackt,
        help je herstellen, help je .. terug, herstel je, herstellen, hacker*, escort, onlyfans,
        sexdate*, lening*, lenen zonder, zonder bkr, beleg*, belegging*, passief inkomen, rijk
        worden, snel geld, financiele vrijheid, klik hier, klik op, kortingscode, promocode, kijk
        op mijn, bezoek mijn, volg mij, nu bestellen, alleen vandaag, rendement*, trading, trader,
        afvallen, viagra""",
    "phishing": """
        verifieer*, bevestig uw, bevestig je, bevestig nu, uw gegevens, staat nog open, staat
        open, betaal direct, betaal nu, betaal vandaag, betaal binnen, betaal via, te voorkomen,
        wordt geblokkeerd, wordt afgesloten, wordt opgeschort, is opgeschort, is geblokkeerd ..
        klik, is beperkt, laatste herinnering, laatste waarschuwing, log direct in, log nu in,
        klik op de link, klik hier om, klik om, uw pakket, betaalverzoek, inloggegevens, uw ..
        pakket, uw .. account, uw .. abonnement, bezorgkosten, douanekosten, verzendkosten ..
        betaal*, betaal .. via, wordt .. beeindigd, binnen 24 uur, blokkade, deblokkeer*,
        deactiv*, heractiveer*, terugbetaling .. klaar, u heeft recht, gewonnen, prijs gewonnen""",
    "hardship": """
        hele straat, hele wijk, hele buurt, hele stad, hele dorp, hele regio, hele flat, heel de
        straat, iedereen hier, heel .. zonder, heel .. geen, geen verwarming, zonder verwarming,
        geen warm water, zonder warm water, geen stroom, zonder stroom, zonder gas, geen gas, geen
        water, zonder water, in de kou, baby, babyvoeding, pasgeboren, zwanger*, bejaarde*, oma,
        opa, hoogbejaard, hulpbehoevend*, mantelzorg*, medicijn*, medicatie, insuline, zuurstof*,
        dialyse, beademing*, alarmknop, alarmsysteem, rolstoel*, invalide, gehandicapt*,
        slechtziend*, afgesloten van, dakloos, gestrand, midden in de nacht, opgesloten, vast in
        de lift, niet bereikbaar voor 112, leeggetrokken, leeggehaald, geplunderd, rekening ..
        leeg, gehackt, gestolen, geld .. weg, euro weg, euro kwijt, euro .. afgeschreven, bsn,
        burgerservicenummer, paspoort, id bewijs,
        is overleden, overleden is, overlijden van""",
    "deadline": """
        morgen, morgenochtend, vandaag nog, vanavond, vannacht, vanmiddag, overmorgen, over een
        uur, bruiloft, trouwerij, trouwen, begrafenis, uitvaart, crematie, verjaardag*, vlucht,
        vliegveld, examen, operatie, sinterklaas, pakjesavond, kerst, spoed*, dringend*,
        noodgeval, urgent, asap, zsm, zo snel mogelijk""",
    "offtopic": """
        vacature*, sollicit*, stage, stageplek, bijbaan, vakantiekracht*, werken bij,
        noorderlicht, poollicht, sterrenhemel, open dag""",
    "lead": """
        overweeg .. te kopen, overweeg .. te bestellen, overweeg .. aan te schaffen, overweeg ..
        abonnement, twijfel tussen, twijfel .. of
        ik, ik zoek een, op zoek naar een, overstappen .. naar jullie, overstap .. naar jullie,
        stap over naar jullie, klant worden, nieuwe klant, word ik klant, op voorraad, voorradig,
        leverbaar, terug in maat, nog terug in, komt .. nog terug, offerte, prijsopgave, wat kost
        een, hoeveel kost een, proefabonnement, proefperiode, voorbestellen, pre order, wil ..
        kopen, wil .. bestellen, wil .. aanschaffen, willen .. kopen, willen .. bestellen, van
        plan .. te kopen, verkopen jullie, te koop bij jullie, raden jullie .. aan, welk
        abonnement, welke maat, studentenkorting, voor nieuwe klanten, als ik overstap, ben nog
        geen klant, nog geen klant,
        over te stappen naar jullie, overstap naar jullie""",
}
