"""Italian words per category: those that decide alone, and those that need another one."""

from collections.abc import Mapping

TERMS: Mapping[str, tuple[str, str]] = {
    "travel": (
        "viaggio viaggi viaggiare vacanza vacanze spiaggia spiagge turismo turist* aeroporto albergo volo",
        "isola treno aereo valigia mare destinazione gita città avventura strada hotel",
    ),
    "food": (
        "ricetta ricette cibo ristorante pranzo colazione dolci pizza torta gelato cucinare cucinato cena_di"
        " delizios* pasta trattoria cuoco pasticceria carbonara risotto",
        "cena mangiare piatto pane vino caffè formaggio fame sapore buono carne sugo forno cucina",
    ),
    "fitness": (
        "palestra allenamento* allenarsi fitness crossfit yoga pilates maratona",
        "muscoli correre corsa pesi peso allenare",
    ),
    "fashion": (
        "vestito* vestiti moda cappotto scarpe giacca abiti sfilata gonna outfit camicia pantaloni",
        "abito stile borsa indossare collezione stivali look",
    ),
    "beauty": ("trucco bellezza rossetto skincare mascara parrucchier* smalto", "pelle unghie capelli labbra crema"),
    "music": (
        "musica canzone canzoni concerto concerti chitarra cantante cantautore album pianoforte sanremo playlist",
        "banda cantare palco testo disco tour ascoltare festival ritmo",
    ),
    "gaming": (
        "videogioco videogiochi gaming gamer playstation xbox nintendo twitch minecraft",
        "gioco giochi giocare livello console",
    ),
    "art": (
        "disegno disegni disegnare dipinto dipinti pittura scultura acquerello museo mostra_d arte illustrazione",
        "quadro quadri artista tela galleria mostra opera dipingere teatro",
    ),
    "nature": (
        "foresta montagna montagne tramonto tramonti alba_sul natura bosco cascata escursione paesaggio",
        "lago fiume albero alberi fiori cielo sole alba",
    ),
    "technology": (
        "tecnologia computer smartphone portatile intelligenza_artificiale iphone android programmazione robot"
        " software telefono",
        "schermo batteria internet digitale dati app codice",
    ),
    "sports": (
        "calcio campionato squadra gol tennis serie_a juventus juve milan_inter nazionale_di allenatore calciatore"
        " portiere olimp* pallavolo basket ciclismo champions",
        "partita partite giocatore giocatori vinto vincere perso vittoria sconfitta stagione finale coppa campioni"
        " stadio tifosi punti inter milan roma rigore",
    ),
    "education": (
        "scuola università lezione lezioni esame esami studente* studenti professore* professoressa laurea liceo"
        " maestra",
        "studiare studio corso classe compiti voto imparare matematica",
    ),
    "business": (
        "azienda aziende imprenditor* affari impresa imprese marketing startup fatturato",
        "cliente clienti vendite marchio riunione prodotto progetto ufficio",
    ),
    "finance": (
        "investimento investimenti investire risparmio risparmi banca banche bitcoin borsa_di finanza criptovalut*",
        "denaro soldi prezzo prezzi tasse debito mutuo mercato",
    ),
    "health": (
        "salute ospedale medico malattia* medicina febbre vaccino influenza terapia ansia depressione dottoressa"
        " infermier* malata malato",
        "dolore dormire sonno dottore cura",
    ),
    "family": (
        "famiglia figlia figlio figli mamma papà compleanno nonna nonno matrimonio_di incinta mia_sorella"
        " mio_fratello genitori",
        "madre padre bambini bambino bambina anniversario matrimonio sorella fratello marito moglie",
    ),
    "pets": (
        "cane cani cagnolino gatto gatti gattino cucciolo cuccioli veterinario",
        "animale animali adottare zampe",
    ),
    "home": (
        "mobili arredare arredamento soggiorno giardinaggio divano",
        "casa cucina giardino camera armadio tavolo stanza",
    ),
    "automotive": (
        "macchina_nuova automobile automobili motocicletta ferrari autostrada macchina",
        "moto guidare auto motore guida benzina officina gomme",
    ),
    "comedy": ("barzelletta barzellette comico meme commedia", "divertente ridere risate umorismo"),
    "photography": ("fotografia* fotografo fotografa fotocamera", "foto ritratto obiettivo scatto scatti"),
    "books": (
        "libro libri romanzo romanzi lettura poesia poesie letteratura biblioteca libreria",
        "leggere leggendo letto capitolo autore autrice pagine storia",
    ),
    "film": (
        "film cinema attore attrice attori regista serie_tv netflix",
        "serie stagione episodio puntata scena trailer guardare",
    ),
    "events": ("evento eventi fiera_di sagra", "festa feste festival fiera biglietti"),
    "news": (
        "governo presidente ministro elezioni politica politici meloni salvini renzi senato polizia guerra",
        "paese legge crisi giustizia notizie",
    ),
}
