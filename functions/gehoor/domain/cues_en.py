"""English cues, as a webcare agent knows them. Syntax of a phrase: see `phrases`."""

EN = {
    "harmless": """
        brand new, your brand, the brand, this brand, a brand, brand name, favourite brand,
        favorite brand, any brand, fire sale, fire sales, fire up, fired up, fire away, fire
        stick, fire tv, fire tablet, amazon fire, smoke test, burning question, burning questions,
        hotfix, you guys are on fire, is fire, are fire, straight fire, absolute fire, pure fire,
        thanks in advance, thank you in advance, many thanks in advance, my mistake, my fault, not
        gonna lie, not going to lie, wont lie, cant lie, no lie, ngl, bath bomb*, photo bomb*,
        photobomb*, da bomb, the bomb, hospital radio, hospital charity, in case of fire, fire
        alarm test*, ball in your court, tennis court, food court, courtesy, shot in the dark,
        killing it, killed it, dressed to kill, to die for, not dangerous, dangerously good,
        dangerously addictive, no problem, no problems, no worries, no complaints, right in front,
        i recall, dont recall, cant recall, not recall, as i recall, kill you to, would it kill,
        kindle fire, danger zone, dangerzone, hands down, touched down, touch down, sit down, slow
        down, calm down, settle down, stepped down, so much for the help, so much for your, helped
        me, to help me, for helping, no wonder, kindly help,
        glue gun*, heat gun*, nail gun*, spray gun*, massage gun*, water gun*, nerf gun*, top gun,
        jumped the gun, bullet point*, bulletproof, blow up bed*, blow up mattress*, blow up my
        phone, blow up my budget, cut my bill*, cut my losses, cut my call, cut my internet, cut my
        broadband, cut my line, cut my phone, cut my service, cut my connection, cut my power, cut
        my electricity, cut my gas, cut my speed, cut my wifi,
        allergen info, allergen information, allergen list, which allergens, what allergens, privacy
        policy, privacy settings, bullet journal*, dont know where your, do not know where your,
        anyone know where your, you know where your, to know where your, know where your nearest""",
    "failure": """
        broken, broke, breaks, breaking, bust, busted, faulty, fault, faults, defect*, damaged,
        damage, smashed, shattered, cracked, crack, torn, ripped, leaking, leaks, leaked
        everywhere, leak, snapped, fell off, falls off, fallen off, fell apart, falls apart,
        falling apart, came off, comes off, peeling, stopped working, stops working, quit working,
        not working, isnt working, arent working, wasnt working, doesnt work, dont work, didnt
        work, does not work, do not work, did not work, wont work, never work*, never worked,
        still not work*, not .. working, wont turn on, wont charge, wont connect, wont load, wont
        open, wont start, wont let, wont accept, wont update, wont play, will not .. turn on, not
        charging, not loading, not connecting, cant log, cannot log, cant .. log in, cant login,
        cant access, cannot access, cant get .. through, cant get, cant pay, cant order, cant
        cancel, cant use, cannot use, cant even, cannot get, unable to, not able to, locked out,
        logged out, kicked off, kicked out, not delivered, never delivered, wasnt delivered,
        undelivered, not received, never received, havent received, have not received, hasnt
        received, didnt receive, did not receive, never arrived, never came, never come, never
        showed, never turned up, never got, never had, didnt arrive, did not arrive, hasnt
        arrived, has not .. arrived, havent arrived, not arrived, hasnt come, hasnt shown, hasnt
        turned up, didnt come, didnt show, didnt turn up, did not .. show up, failed to, no show,
        noshow, no sign of, nowhere to be, nowhere in sight, no delivery, just wasnt, it wasnt,
        wasnt there, isnt here, marked as delivered, marked delivered, says delivered, said
        delivered, lost my, lost our, lost in, lost luggage, lost parcel, has been lost, got lost,
        been lost, gone missing, went missing, missing, wrong, incorrect, incorrectly, mistake,
        error, errors, error message, delay, delays, delayed, overdue, behind schedule, cancelled
        my, canceled my, cancelled our, cancelled on, cancelled without, cancelled at, been
        cancelled, was cancelled, got cancelled, cancelled again, flight .. cancelled, cancelled
        flight*, no reply, no response, no answer, no one .. answer*, no one .. repl*, no one ..
        respond*, no one .. help*, no one .. called, no one .. know*, no one .. came, no one ..
        pick*, noone .. answer*, nobody .. answer*, nobody .. repl*, nobody .. respond*, nobody ..
        help*, nobody .. called, nobody .. know*, nobody .. came, nobody .. pick*, nobody ..
        care*, no one .. care*, never repl*, never respond*, never answer*, never call*, never
        heard, not heard, havent heard, have not heard, heard nothing, hear nothing, not
        responding, not replied, havent replied, hasnt replied, not answering, dont answer, doesnt
        answer, dont reply, dont respond, wont answer, wont reply, wont respond, wont call,
        unanswered, ignored, ignoring, ignores, keep ignoring, hung up, hang up, hangs up, cut
        off, cuts out, cutting out, keeps cutting, keeps dropping, drops out, dropping out, keeps
        crashing, keeps freezing, crash*, frozen, glitch*, bug, bugs, buggy, laggy, slowest,
        painfully slow, no signal, no internet, no service, no wifi, no broadband, no connection,
        no power, no electricity, no gas, no water, no hot water, no heating, no heat, no tv, no
        coverage, no phone, without internet, without power, without heating, without hot water,
        without water, without gas, without electricity, lost signal, lost power, lost connection,
        gone down, went down, goes down, been down, keeps going down, offline, charged twice,
        double charged, charged double, charging me, charged me, charged us, overcharg*, billed
        twice, double billed, billed me, still charging, still being charged, still billing, being
        charged, been charged, taken twice, took twice, took .. out of my account, taken .. from
        my account, took .. from my account, debited, unauthori*, without my permission, without
        my consent, without permission, without asking, without telling, without warning, without
        notice, hidden fee*, hidden charge*, hidden cost*, extra charge*, rip off, ripoff, ripped
        off, price hike*, price rise*, price increase*, prices up, put .. prices up, hiked, prices
        .. gone up, price .. gone up, increased my, doubled my, bill .. doubled, gone up again,
        refuse to, refused, refuses, refusing, turned away, turned us away, denied, declined,
        rejected, wont refund, no refund, not refunded, havent refunded, not been refunded, hasnt
        been refunded, not fixed, not resolved, not sorted, unresolved, isnt fixed, still isnt,
        still not, still no, still hasnt, still havent, still have not, still has not, still cant,
        still doesnt, still wont, still nothing, still broken, still down, still missing, still
        waiting, incomplete, empty box, box .. empty, mouldy, moldy, mold, mould, rotten, off
        date, out of date, expired, gone off, inedible, disgusting, filthy, dirty, stinks, smelly,
        hair in my, thrown over, threw .. over, threw my, thrown, dumped, left in the rain, left
        outside, left on the street, soaked, wrong address, wrong house, wrong size, wrong item,
        wrong order, wrong colour, wrong color, not what i ordered, not as described, ordered ..
        got, ordered .. received, ordered .. sent, got sent, sent the wrong, sent me the wrong,
        shrunk, shrank, scratched, dented, stained, hole in, doesnt fit .. description, dead on
        arrival, died after, dead after, died on, stopped after, on day two, on day one, after one
        use, after <n> uses, after <n> days, after <n> weeks, suspended my, blocked my,
        deactivated my, disabled my, hacked, stolen, stole, problems, issue, issues, trouble,
        hassle, nightmare, mess, messed up, screwed up, screwed, cocked up, balls up, shambles,
        fiasco, pushy, spamming, spam calls, cold call*, keeps calling, keep calling, keep
        texting, nuisance, blocking my, blocking our, parked across, parked on, run around,
        runaround, passed around, passed from, pillar to post, fobbed off, brushed off, going
        round in circles, round in circles, go around in circles, useless bot, chatbot, gone
        downhill, going downhill, went downhill, too late, days late, weeks late, hours late,
        running late, arrived late, came late, is late, was late, so slow, too slow, very slow,
        really slow, a problem, big problem, same problem, still a problem, lack of, lost, lose,
        loses, losing, stuck, stranded, bumped, no help, no compensation, no explanation, no
        apology, no update, no updates, no information, no info, no tracking, no one, nobody,
        nothing you can do, nothing we can do, nothing .. done, never fixed, never resolved, never
        sorted, never refunded, isnt letting, not letting, wont allow, not able, not enabled, not
        appear*, hasnt appeared, compromised, without my knowledge, cancelled, canceled,
        cancelling my flight, not collected, not picked up, missed, misdelivered, misplaced,
        ruin*, dont owe, didnt owe, never ordered, didnt order, never signed, didnt sign, never
        agreed, never asked, logs me out, signs me out, kicks me out, drains, drained, drain, in
        the dark, <n> versions, different story, different stories, different answer*, told me one
        thing, zero help, zero response, no solution*, zero solutions, the lift .. out, is out
        and, out of order, out of service, out of action, fortnight ago, got .. instead, received
        .. instead, instead of""",
    "outage": """
        down, outage*, offline, disruption*, not loading""",
    "displeasure": """
        ridiculous*, disgrace*, disgust*, appalling*, shocking*, shameful, shame on, ashamed,
        awful*, terrible, terribly, horrible, horribly, horrendous*, horrific, dreadful*,
        atrocious*, abysmal*, diabolical, pathetic*, useless, hopeless, worthless, rubbish,
        garbage, trash, crap, crappy, shit*, bullshit, bollocks, piss*, fuck*, fck*, wtf, wth,
        ffs, bloody hell, damn*, sucks, suck, sucked, lousy, poor, poorly, bad, badly, worst,
        worse, substandard, subpar, mediocre, unacceptable, unprofessional*, incompetent*,
        incompetence, inept, clueless, amateur*, clowns, clown, idiots, idiot, morons, muppets,
        cowboys, rude, rudely, rudest, impolite, unhelpful, arrogant, dismissive, disrespect*,
        condescending, patronising, patronizing, insult*, liar, liars, lied, lies, lying, lie,
        misled, mislead*, deceiv*, decepti*, dishonest*, scam*, conned, con artists, crooks,
        thieves, thief, theft, robbed, robbery, rob, daylight robbery, fraud*, greedy, greed,
        laughable, circus, disappoint*, let down, letdown, angry, furious, livid, fuming, raging,
        outraged, outrageous, mad at, pissed, annoyed, annoying, irritat*, frustrat*, infuriat*,
        fed up, sick of, sick and tired, tired of, had enough, enough is enough, done with, im
        done, over it, upset, upsetting, unhappy, dissatisfied, not happy, not impressed,
        unimpressed, not good enough, not acceptable, not ok, not okay, not on, not cool, not
        fair, unfair, no excuse, inexcusable, unbelievable, unreal .. service, beyond belief,
        beyond a joke, cant believe, cannot believe, how hard, how difficult, how is this, how is
        that, how can you, how dare, what a joke, what is wrong with, what is going on, whats
        going on, wtf is, what the hell, what the, are you kidding, kidding me, you must be
        joking, are you serious, get a grip, get your act, sort yourselves, complain, complaint*,
        complaining, regret, waste of, wasted, wasting, avoid, stay away, steer clear, dont
        bother, do not buy, dont buy, never buy, beware, would not recommend, wouldnt recommend,
        cant recommend, do not recommend, dont recommend, zero stars, 0 stars, one star, 1 star,
        no stars, never again, last time, never use, never using, never order*, never shop*, never
        fly*, never book*, overpriced, too expensive, extortion*, cheap quality, poor quality,
        broken promise*, promised, false promise*, empty promise*, confus*, complicated,
        negligen*, careless, carelessness, dont care, doesnt care, couldnt care less, fail, fails,
        failed, failing, failure, epic fail, sad, nonsense, stupid, dumb, hate, hated, hates,
        customer disservice, good luck getting, trust .. gone, lost trust, dont trust, cheated, a
        joke, total joke, absolute joke, so much for your so called, so much for customer, so much
        for service, so much for next day, so much for same day, lack of, is this how, is that
        how, how you treat, is this normal, is this acceptable, call yourselves, call this, call
        that, loyal customer*, loyalty means, dont value, not valued, no respect, in tears,
        crying, tearing my hair,
        anything but, far from, hardly what, less happy, less impressed, not great,
        😡, 😠, 🤬, 😤, 👎, 💩, 🤮, 🤦, 😾, 🖕""",
    "repetition": """
        <nth> time, <nth> request, <nth> attempt, <nth> call, <nth> email, <nth> e mail, <nth>
        message, <nth> complaint, <nth> day in a row, <nth> week in a row, <nth> replacement,
        <nth> one, <nth> engineer, <nth> tweet, <nth> day without, <nth> month in a row, <nth>
        delivery, <nth> letter, <nth> ticket, called <n> times, <n> times now, <n> times already,
        <n> times in, <n> times this, rang <n> times, phoned <n> times, emailed <n> times, <n>
        calls, <n> emails, <n> phone calls, <n> engineers, <n> attempts, <n> times .. called, <n>
        times and, <n> times for, called .. times, asked .. times, told .. times, twice now, twice
        already, twice this week, twice in, again and again, over and over, time and time, time
        and again, time after time, every single time, every single day, every time i, yet again,
        once again, once more, yet another, another one, not again, repeatedly, constantly, keep
        having, keeps happening, keep getting, keeps failing, keep being, continually, countless
        times, numerous times, multiple times, many times, how many times, another week, another
        day, another delay, another failed, broken again, down again, late again, out again, wrong
        again, again and still, happened again, happening again, failed again, cancelled again,
        missed again, again today, again this week, and again, again no, no .. again, not ..
        again, never .. again""",
    "waiting": """
        still waiting, been waiting, waiting for, waiting on, im waiting, am waiting, waited,
        waiting since, wait time*, waiting time*, long wait, hour wait, on hold, in a queue, in
        the queue, on the phone for, for <n> days, for <n> weeks, for <n> hours, for <n> months,
        for over, for a week, for a month, for an hour, for hours, for days, for weeks, for
        months, for ages, in <n> days, been <n> <time>, been over, been a week, been a month, been
        weeks, been days, been months, been hours, over <n> <time>, more than <n> <time>, over a
        week, over a month, over an hour, over a fortnight, more than a week, nearly <n> <time>,
        almost <n> <time>, <n> <time> and counting, <n> <time> late, <n> <time> later, <n> <time>
        now, <n> <time> on hold, <n> <time> without, <n> <time> ago, <n> <time> waiting, weeks
        ago, months ago, days ago, a week ago, a month ago, since monday, since tuesday, since
        wednesday, since thursday, since friday, since saturday, since sunday, since last, since
        yesterday, since <n>, since this morning, all day, all week, all morning, all afternoon,
        all night, whole day, day off, took a day, stayed home, stayed in, waited in, was meant
        to, were meant to, should have been, should have arrived, shouldve, was due, were due, was
        promised, were promised, when will .. finally, taking forever, takes forever, taking so
        long, takes so long, taking too long, how long does it take, how much longer, how long do
        i have, how long must, where is my, wheres my, where the hell, where are my, for nothing,
        supposed to be, supposed to arrive, supposed to come, was supposed, were supposed, a
        fortnight, was told .. would, were told .. would, told .. would ring, told .. would call,
        paid for next day, its been <n>, its been weeks, its been days, since noon, since
        midnight, since breakfast""",
    "refund": """
        refund*, money back, reimburs*, compensat*, my money, cash back, chargeback, out of
        pocket, credit my, goodwill""",
    "demand": """
        want my money, want a refund, want .. refund, want my refund, give me .. money, give me
        my, need my money, want .. back, demand, demanding, i expect, we expect, expect better, do
        better, sort it, sort this, sort your, sort out, fix it, fix this, fix your, please fix,
        please sort, do something, get it together, get back to me, call me back, ring me back,
        phone me, please call, call me, someone call, someone .. contact me, contact me, reply to
        my, respond to my, answer my, answer the, answer your, pick up the phone, speak to a
        human, speak to someone, talk to a human, real person, actual human, actual person, a
        human, speak to a manager, speak to a person, anyone there, is anyone, is anybody, hello
        anyone, stop charging, stop calling, stop sending, stop emailing, stop it, leave me alone,
        explain, an explanation, want answers, need answers, need this sorted, need this fixed,
        need help, please help, help me, help please, come on, remove this, take it down, move it,
        move your, immediately, right now""",
    "leaving": """
        bye, goodbye, good riddance, cancelling my, canceling my, cancelled my subscription, im
        cancelling, im leaving, leaving you, leaving for, im off to, switching to, switched to,
        moving to, taking my business, take my business, lost a customer, lost my custom, lose a
        customer, lost me as, losing customers, no longer a customer, former customer, ex
        customer, closing my account, close my account, im out, boycott*, elsewhere, unsubscrib*,
        thinking of switching, thinking about switching, considering switching, looking to
        switch""",
    "irony": """
        thanks for nothing, thanks a lot, thanks a bunch, cheers for, thanks for the .. late,
        bravo, slow clap, great start, just great, just brilliant, just what i needed, oh great,
        oh good, oh brilliant, oh wonderful, oh lovely, how lovely, how nice, how wonderful, how
        convenient, how kind, lovely stuff, love how, love that .. still, love it when, love when,
        love waiting, so called, yeah right, as if, round of applause, top marks, gold star, real
        classy, classy, stellar service, amazing service .. not, genius, brilliant service .. not,
        sarcasm, well done on, well done for, great job on losing, nice job losing, great the,
        great so, great now, great my, great another, great no, brilliant so, brilliant now,
        fantastic so, lovely so, perfect so, wonderful so,
        wow just wow,
        love paying, love being,
        🙄, 🤡, 🙃, 😒""",
    "resolved": """
        sorted, resolved, fixed, solved, helped, replaced, refunded me, refunded straight, works
        again, working again, back up, up and running, put right, made it right, in minutes,
        within minutes, within <n> <time>, within an hour, same day""",
    "praise": """
        amazing, awesome, brilliant, excellent, fantastic, fab, fabulous, wonderful, superb,
        outstanding, perfect, perfectly, lovely, loved, loving, loves, insanely good, so good,
        really good, pleased, delighted, impressed, impressive, thrilled, chuffed, grateful,
        appreciate*, appreciated, kudos, props, shoutout, shout out, hats off, well played, bravo
        to, recommend, recommended, highly recommend, speedy, super fast, fast delivery,
        efficient, smooth, seamless, painless, effortless, hero, heroes, legend, legends,
        superstar*, gem, <n> stars, five stars, first class, top notch, top class, top marks for,
        spot on, bang on, above and beyond, beyond expectations, exceeded, life saver, lifesaver,
        game changer, faultless, flawless, beautiful, gorgeous, delicious, tasty, yummy, yum,
        enjoyed, enjoying, enjoy, obsessed, credit where, cant complain, cant fault, nothing but
        praise, keep it up, keep up, wow, blown away, incredible, phenomenal, winner, saved the
        day, saved my, so helpful, very helpful, really helpful, super helpful, incredibly
        helpful, was helpful, were helpful, so happy, very happy, really happy, happy with, happy
        customer, so kind, very kind, so friendly, very friendly, friendly staff, great service,
        great product, great experience, great customer, great help, great work, great team, great
        flight, great support, great stuff, good service, good experience, good job, great job,
        nice job, nice work, nice one, well done, quick response, quick reply, quick help, quick
        delivery, love my, love your, love the, love this, love you, love it, i love, love that,
        love how quick, the best, best service, best customer, big fan, huge fan, a star, stars,
        thank you so much, thanks so much, so nice, you guys rock, you rock, rocks, glad, too
        cool, so cool, very nice, really nice, much better, thanks for, thanks to, thank you for,
        thank you to, many thanks to, thank you all,
        ❤, 😍, 🙏, 👍, 🎉, 🙌, 🥰, 😊, 👌, 💪, 🤩, 💙, 💚, 🧡, 💛, 💜, 🥳, 😀, 😁, 😃, 🌟""",
    "thanks": """
        good, nice, thanks, thank, thankyou, thx, ty, cheers, best, kind, polite, professional,
        quick, star, fan, respect, proud, cool, helpful, happy, genuinely, magic, pleasant, great,
        love, friendly""",
    "acknowledgement": """
        will wait, ill wait, i will wait, look forward to, looking forward to, ok, okay, noted,
        got it, understood, will do, makes sense, fair enough, no worries, no problem, sent you a
        dm, dm sent, dmed you, have dmd, just sent, all good, cool thanks, thats fine, sounds
        good, done that""",
    "question": """
        can i, can you, can we, can someone, can anyone, could you, could i, could someone, do
        you, do i, do we, does the, does it, does this, does anyone, did you, is there, is it, is
        the, is this, are there, are you, are the, will you, will the, will there, will it, will
        i, would it, would you, may i, should i, has anyone, have you, any update*, any news, any
        idea, any chance, any plans, any tips, anyone know, anyone else, anybody know, anyone
        tried, anyone used, is it possible, like to know, wondering, curious, question, quick
        question, what is the, what are, what time, whats the, what do, what does, when will, when
        is, when are, when do, when does, where can, where do, where is the, which, who do, who
        can, how do, how can i, how long, how much, how many, how does, how to, please advise,
        just me, is .. down, are you down, is .. just me, is .. working, is .. still open, is ..
        available, how, what, when, where, who, is, are, do, does, can, could, will, would, may,
        has, have, did""",
    "why": """
        why, how come, how is it, what for, whats the point""",
    "news": """
        revenue*, quarterly, q1, q2, q3, q4, earnings, profit*, shares, share price, stocks,
        shareholders, investors, ipo, dividend, acquires, acquire, acquired, acquisition, merger,
        merges, takeover, ceo, cfo, chairman, appoints, appointed, press release, reports,
        reported, reportedly, announces, announced, unveils, launches, opens, plans to, to cut,
        layoffs, lays off, redundancies, regulator*, ofcom, ofgem, fca, fines, fined, probe,
        investigation, investigates, recalls, recalled, recall, warns, spokesperson, spokesman,
        spokeswoman, million, billion, bn, percent, according to, sources say, strike, union,
        court rules, judge, watchdog, lawsuit, sues, expands, expansion, partners with,
        partnership, deal with, signs deal, consumers, customers hit, thousands of, bankruptcy,
        administration, distribution centre, distribution center, warehouse""",
    "spam": """
        make money, make .. a week, make .. a day, earn, earned, per day, a day from, from home,
        work from home, dm me, dm for, message me on, text me, inbox me, link in .. bio, check ..
        bio, my bio, my profile, my page, bitcoin*, crypto*, forex, nft, nfts, airdrop*, casino*,
        betting tips, giveaway*, win a, free iphone, gift card*, followers, whatsapp, telegram,
        recovery expert, recover your, recovery agent, recover .. account, recover .. funds, lost
        access, account hacked, hacker*, helped me recover, got my money back through, contact ..
        on, onlyfans, escort, sugar daddy, sugar mummy, loan, loans, invest*, investment, passive
        income, get rich, financial freedom, click here, click the link, click this, promo code,
        discount code, use code, coupon, follow me, follow for, limited offer, limited time, order
        now, buy now, act now, trader, trading, guaranteed, weight loss, viagra, cheap followers""",
    "phishing": """
        verify your, confirm your, update your, validate your, your account has been, your account
        will be, account is suspended, account .. suspended, be suspended, be locked, been
        limited, be terminated, be closed, unusual activity, suspicious activity, log in now,
        login now, sign in now, log in to avoid, avoid suspension, avoid disconnection, final
        notice, final reminder, last warning, outstanding balance, unpaid balance, payment failed,
        pay now, pay immediately, click here to, click the link, your parcel is, your package is,
        claim your, refund is waiting, customers verify, password .. expire*, your .. parcel ..
        is, parcel .. held, parcel .. on hold, package .. held, redelivery fee, delivery fee,
        customs fee, small fee, within 24 hours, expires today, reactivate*, unlock your, restore
        your account, claim .. refund, refund .. waiting, you have won, youve won, won a""",
    "hardship": """
        whole street, entire street, whole town, whole village, whole neighbourhood, whole
        neighborhood, entire neighbourhood, whole building, entire building, whole estate, whole
        area, entire city, whole city, everyone here, all my neighbours, no heating, no heat, no
        hot water, no power, no electricity, no water, no gas, without heating, without power,
        without hot water, without electricity, without water, without gas, freezing cold, in the
        cold, baby, babies, newborn, toddler, pregnant, elderly, pensioner, grandmother, grandma,
        grandad, 80 year old, 90 year old, year old mother, year old father, vulnerable, carer,
        disabled, wheelchair, deaf, medication, medicine, medicines, insulin, oxygen, dialysis,
        ventilator, cancer, chemo, stranded, homeless, locked in, stuck at, middle of the night,
        cant feed, cant afford food, cant pay my rent, rent money, bailiffs, charged twice, double
        charged, charged double, took twice, taken twice, emptied, cleaned out, overdrawn,
        overdraft, hacked, stolen, money .. gone, money .. missing, money .. disappeared,
        unauthorised, unauthorized, passport, national insurance, social security, credit card
        details, card details, <nth> request, <nth> call, <nth> complaint, no signal in all of, in
        all of, blind man, blind woman""",
    "deadline": """
        tomorrow, tonight, this evening, this afternoon, in <n> hours, in an hour, wedding,
        funeral, birthday, exam, surgery, christmas, urgent*, asap, emergency, as soon as
        possible, deadline""",
    "offtopic": """
        vacancy, vacancies, hiring, job opening*, career*, internship, apply for, job application,
        northern lights, aurora*""",
    "lead": """
        thinking of buying, thinking of getting, thinking of joining,
        thinking about buying, thinking about getting, considering
        buying, considering a, looking to buy, looking
        for a new, interested in buying, want to buy, want to order, would like to buy, would like
        to order, like to order, back in stock, in stock, do you sell, do you ship, do you deliver
        to, worth buying, worth getting, which plan, which model, a quote, how much is a, how much
        does a, free trial, pre order, preorder, become a customer, new customer deal, new
        customer offer, if i switch, switch to you, switching to you, student discount, where can
        i buy, not a customer yet, before i buy, before buying""",
}
