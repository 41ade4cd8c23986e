"""German words per category: those that decide alone, and those that need another one."""

from collections.abc import Mapping

TERMS: Mapping[str, tuple[str, str]] = {
    "travel": (
        "urlaub reise* flughafen strände tourismus tourist* hotel rucksackreise städtetrip kreuzfahrt",
        "strand ausflug flug insel koffer zug meer reisen ziel fahrt abenteuer stadt angekommen",
    ),
    "food": (
        "rezept* restaurant* kochen abendessen frühstück mittagessen kuchen pizza burger lecker leckere leckeres"
        " nachtisch schokolade köchin backen gebacken käse nudeln suppe essen",
        "gegessen küche kaffee brot wein bier fleisch gemüse salat soße hunger geschmack",
    ),
    "fitness": (
        "fitnessstudio krafttraining fitness workout crossfit yoga pilates marathon liegestütze kniebeugen",
        "training muskel* laufen gelaufen trainieren sport kilo joggen schwitzen",
    ),
    "fashion": (
        "kleid* outfit mode_trend modenschau schuhe bluse jeans rock_und garderobe laufsteg",
        "mode mantel stil tragen jacke tasche stiefel kollektion hose hemd schmuck",
    ),
    "beauty": (
        "schminke schminken kosmetik make_up lippenstift schönheit hautpflege wimperntusche nagellack friseur*",
        "haut nägel haare lippen creme pflege",
    ),
    "music": (
        "musik lied lieder konzert* gitarre sänger* klavier album chor orchester schlagzeug musiker* playlist",
        "band singen bühne text hören tournee festival ton melodie",
    ),
    "gaming": (
        "videospiel* gaming gamer playstation xbox nintendo twitch zocken minecraft streamer computerspiel*",
        "spielen level konsole controller zock*",
    ),
    "art": (
        "gemälde zeichnung* malerei kunst kunstwerk* aquarell skulptur ausstellung_im museum gezeichnet",
        "bild malen künstler* galerie leinwand ausstellung zeichnen atelier theater",
    ),
    "nature": (
        "wald wälder berge sonnenuntergang sonnenaufgang wanderung wasserfall landschaft natur",
        "berg see fluss baum bäume blumen himmel wandern gipfel",
    ),
    "technology": (
        "technik technologie* laptop smartphone* software künstliche_intelligenz iphone android programmieren"
        " roboter rechner handy",
        "computer bildschirm akku internet daten code app digital",
    ),
    "sports": (
        "fußball bundesliga tor_des tennis handball mannschaft* meisterschaft* olymp* champions_league stürmer"
        " torwart trainer_des weltmeister* fcb bvb dfb länderspiel* basketball eishockey",
        "spiel tor tore spieler sieg niederlage gewonnen verloren saison finale liga pokal stadion verein trainer"
        " meister punkte gewinnen",
    ),
    "education": (
        "schule* universität* vorlesung* unterricht prüfung* studium student* lehrer* klausur* abitur semester",
        "uni kurs klasse lernen hausaufgaben note stunde mathe",
    ),
    "business": (
        "unternehm* geschäft* firma kunden startup* marketing gründer* selbstständig*",
        "kunde verkauf marke büro produkt projekt team meeting",
    ),
    "finance": (
        "investi* sparen aktien bank bitcoin finanzen börse zinsen kredit krypto*",
        "geld preis preise steuern schulden depot budget",
    ),
    "health": (
        "gesundheit krankenhaus arzt ärztin ärzte grippe fieber therapie impfung medikament* depression* krankheit*"
        " krank kranke",
        "schmerz schmerzen schlaf schlafen müde medizin",
    ),
    "family": (
        "familie tochter sohn mutter vater geburtstag oma opa hochzeit schwanger schwester bruder meine_eltern",
        "kinder kind baby mama papa eltern jahrestag enkel*",
    ),
    "pets": ("hund hunde welpe* katze* kätzchen haustier* tierarzt kater", "tier tiere adoptiert pfoten"),
    "home": (
        "möbel wohnung wohnzimmer einrichtung deko garten_und sofa",
        "haus küche garten zimmer regal einrichten tisch schlafzimmer aufräumen",
    ),
    "automotive": (
        "motorrad auto autos panne führerschein werkstatt elektroauto",
        "motor fahren gefahren reifen tanken wagen straße",
    ),
    "comedy": ("witz witze komödie comedian memes kabarett", "lustig lachen humor"),
    "photography": ("fotografie* fotograf* fotoshooting", "foto fotos kamera bild objektiv porträt"),
    "books": (
        "buch bücher roman romane lesung literatur bibliothek gedicht* autorin",
        "lesen lese gelesen kapitel autor seiten geschichte",
    ),
    "film": (
        "film filme kino schauspieler* serie serien netflix regisseur*",
        "folge staffel szene trailer schauen fernsehen",
    ),
    "events": ("veranstaltung* messe_in volksfest", "fest messe party feiern festival tickets"),
    "news": (
        "regierung bundestag kanzler* politik politiker* wahl wahlen polizei krieg minister* partei",
        "land gesetz krise nachrichten",
    ),
}
