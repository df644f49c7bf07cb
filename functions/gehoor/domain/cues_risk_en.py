"""English words of risk; `phrases` has the notation."""

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
