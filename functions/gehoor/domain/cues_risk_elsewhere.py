"""German, French and Spanish words of risk; `phrases` has the notation."""

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
