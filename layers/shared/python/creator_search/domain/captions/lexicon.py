"""Positive and negative words in nine languages. English uses VADER's lexicon."""

POSITIVE = (
    # es
    "feliz felices increíble* maravillos* hermos* enamorad* genial orgullos* gracias encant* bonit* mejor quiero amo perfect*"
    # pt
    " incrível incríveis lind* maravilhos* obrigad* parabéns amo adoro orgulhos* melhor ótim* amei"
    # fr
    " magnifique* incroyable* adore merveilleu* merci heureu* joyeux fier fière génial* superbe* beau belle aime meilleur*"
    # de
    " traumhaft* wunderbar* wunderschön* liebe glücklich stolz danke toll* großartig* schön* best* perfekt* freue"
    # it
    " meraviglios* bellissim* bell* adoro grazie felice orgoglios* amo stupend* fantastic* miglior* perfett*"
    # tr
    " harika muhteşem bayıld* seviyorum teşekkür* güzel mutlu gurur* mükemmel sevdim iyi"
    # ar
    " رائع* جميل* أحب* شكرا* سعيد* فخور* ممتاز* مذهل* حب"
    # hi
    " शानदार बधाई प्यार धन्यवाद गर्व खुश अच्छा अच्छी सुंदर बेहतरीन"
    # ja
    " 最高 大好き ありがとう 素晴らし 幸せ 嬉し 楽し おめでとう 綺麗 可愛 美味し"
)
NEGATIVE = (
    # es
    "horrible* triste* hart* fatal odio peor mal* terrible* decepcion* asco* perder enferm* llor*"
    # pt
    " péssim* trist* horríve* raiva odeio pior ruim cansad* doente* perdemos decepcion*"
    # fr
    " mauvais* déçu* trist* marre horrible* malade déteste pire* nul nulle perdu*"
    # de
    " schrecklich* enttäusch* traurig* furchtbar* wütend krank* hasse schlecht* schlimm* verloren müde"
    # it
    " pessim* delusion* deluso delusa trist* malissimo rabbia malata malato odio peggio brutt* perso stanco stanca"
    # tr
    " berbat* beğenmedim üzgün* kötü* sinirli* hasta* nefret kaybett* bozuldu yorgun*"
    # ar
    " سيئ* حزين* فظيع* غاضب* مريض* أكره* تعب* خسرنا تعطلت"
    # hi
    " खराब दुखी बुरा बीमार गुस्सा हार नफरत थका"
    # ja
    " 悲し 最悪 まず 辛い 嫌い 負け 病気 疲れ 故障 怒"
)
NEGATIONS = frozenset(
    [
        "no",
        "not",
        "never",
        "nicht",
        "kein",
        "keine",
        "non",
        "ne",
        "pas",
        "não",
        "nunca",
        "jamás",
        "değil",
        "yok",
        "ليس",
        "لا",
        "नहीं",
        "ない",
    ]
)
