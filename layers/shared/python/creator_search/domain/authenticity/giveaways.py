"""Words by which posts announce a giveaway."""

from functools import cache

from creator_search.domain.captions.terms import Terms
from creator_search.domain.captions.words import plain

_WORDS = (
    "giveaway giveaways give_away sweepstake* raffle* win_a "  # English
    "gewinnspiel* verlosung* verlose* verlosen giveawayalert "  # German
    "sorteo* sorteamos sorteio* sortearemos "  # Spanish, Portuguese
    "concours tirage_au "  # French
    "giveaway_contest estrazione concorso "  # Italian
    "çekiliş* çekilis* cekilis* "  # Turkish
    "розыгрыш* конкурс* "  # Russian
    "سحب_على مسابقة جيفاواي "  # Arabic
    "プレゼント企画 プレゼントキャンペーン 抽選 "  # Japanese
    "गिवअवे"  # Hindi
)


@cache
def _terms() -> Terms:
    return Terms.of({"giveaway": (_WORDS, "")})


def giveaway_word(caption: str) -> str | None:
    """The first word of giveaways in a caption; None without one. A pair of words is joined by "_"."""
    return next((word for word, _ in _terms().found(plain(caption))), None)
