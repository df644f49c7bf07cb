"""English words of the coach: what each sign is listed under (see `phrases` for the notation).

First lists: triage.md, section 7 of the project's reference, after Lewicki, Polin and Lount (2016)
and Liebrecht, Tsaousi and van Hooijdonk (2021).
"""

from collections.abc import Mapping

from gehoor.domain.coach_signs import Sign

EN: Mapping[Sign, str] = {
    Sign.REGRET: "sorry, apologi*, apology, regret, regrets",
    Sign.RESPONSIBILITY: """our mistake, our fault, our error, our oversight, my mistake, my fault,
        we should have, we shouldve, we shouldnt have, we should not have, we got this wrong,
        we got that wrong, we let you down, we made a mistake, we dropped the ball,
        we fell short""",
    Sign.EXPLANATION: """because, due to, caused by, what happened, as a result of, the reason,
        the cause""",
    Sign.OFFER: """happy to, here to help, love to help, like to help, glad to help, can help,
        could help, to help, help you, help out, assist, we can, i can, well do, we will, ill be""",
    Sign.NON_APOLOGY: """any inconvenience, if you feel that we, sorry you feel,
        sorry that you feel, sorry if, apologies if, apologise if, apologize if,
        if this caused, if this has caused""",
    Sign.BETTERMENT: """wont happen again, will not happen again, never happen again, do better,
        doesnt happen again, does not happen again, happening again, we promise, i promise,
        we will improve, well improve""",
    Sign.LIABILITY: """we are liable, were liable, accept liability, admit liability,
        accept responsibility, accept full responsibility, take responsibility,
        take full responsibility, we are to blame, were to blame, at fault, our negligence,
        negligent, we caused, caused by us, compensate you, compensation, pay for the damage""",
    Sign.ACKNOWLEDGEMENT: """thanks for, thanks so much, thank you, appreciate, appreciated""",
    Sign.EMPATHY: """frustrat*, understand, understandable, sorry to hear, sorry to see,
        feel you, where youre coming from, doesnt sound good, not sound good, thats not good,
        must be hard, annoying""",
    Sign.INVITATION: """let us know, let me know, could you, can you, would you mind, mind sharing,
        dm us, dm me, send us, send me, message us, via dm, by dm, in a dm, reach out to us,
        feel free, keep us posted, tell us, tell me, please share, share with us, write to us""",
    Sign.WELL_WISHING: """have a great, have a good, have a nice, have a lovely, have a wonderful,
        hope this helps, hope that helps, hope it helps, good luck, enjoy, take care, stay safe,
        best wishes, all the best""",
    Sign.BLAME: """you should have read, you should have checked, you should have called,
        you should have contacted, you should have told, you should have known,
        you should have asked, you should have thought, you shouldve read, you shouldve checked,
        you shouldve called, you shouldve told, you shouldve known, you failed to,
        you forgot to, you neglected to,
        your own fault, your fault, as i said, as we said, like i said, as i told you,
        as already mentioned, as i already, as we already, as stated before, had you read,
        you didnt read, you did not read, if you had, thats on you, calm down, you clearly,
        you obviously, not our problem, not our fault, there is no need to""",
    Sign.REFERRAL: """contact customer service, contact customer support, contact our customer,
        contact customer care, contact our support, contact support, contact our service,
        call customer service, call our customer service, call customer support,
        email customer service, reach out to customer, reach out to our customer,
        reach out to our support, get in touch with customer, get in touch with our customer,
        get in touch with our support""",
    Sign.INFORMAL: """haha*, lol, omg, oh no, uh oh, uhoh, uhh*, whoops, oops, yay, woohoo, cheers,
        gonna, wanna, xoxo, hiya, yikes, ouch, bummer""",
    Sign.ASKS_FOR: """
        send us, send me, send over, send your, share, sharing your, give us, give me, tell us
        your, tell us what your, tell me your, let us know your, let us know what your, let me
        know your, let me know what your, what is your, whats your, what are your, provide, reply
        with, post your, confirm your, need your, include your, do you have your, can we have
        your, could we have your, may we have your, can i have your, could i have your, may i have
        your, can we get your, can i get your, could we get your, could i get your""",
    Sign.PERSONAL_FACT: """your order number, your customer number, your account number,
        your phone number, your telephone number, your mobile number, your email, your e mail,
        your email address, your postcode, your post code, your zip code, your address,
        your home address, your full name, your date of birth, your birth date, your iban,
        your bank account, your card number, your policy number, your booking reference,
        your invoice number, your username""",
    Sign.IN_PRIVATE: """dm, dms, direct message, direct messages, private message,
        private messages, pm, privately, in private, private, inbox, via message, by message,
        <link>, call, call us, email us, e mail us, mail us, form""",
    Sign.FAULT: """still waiting, been waiting, waited, waiting for <n> <time>, never arrived,
        never received, never came, didnt arrive, not arrived, nobody, no one, noone, no response,
        no reply, ignored, <nth> time, once again, yet again, charged twice,
        double charged, overcharged, wrong item, wrong order, wrong size, damaged, you promised,
        was promised, were promised, lied, you lost, cancelled without, broken promise""",
    Sign.WISH: """refund, money back, please, i want, i would like, id like, i need, i expect,
        call me, contact me, get back to me, fix this, fix it, sort this, sort it, replacement""",
    Sign.CALL: """elderly, pensioner, not good with computers, no computer, dont have a computer,
        do not have a computer, visually impaired, partially sighted, blind, hard of hearing""",
}

SUBJECTS = "we, well, were, weve, i, ill, im, ive, our team, a colleague, my colleague"
"""Who acts; apostrophes are left out, so `well` is we'll."""

ACTS = """refund*, replac*, send, sent, sending, investigat*, fix, fixed, fixing, escalat*, resend,
    forwarded, forwarding, passed, passing, arrang*, credited, crediting, cancelled, canceled,
    looking into, look into, working on, work on, checking, checked, called, call you, calling you,
    introducing, correct*, repair*, sort this, sort it, get back to you, reported, monitoring"""
