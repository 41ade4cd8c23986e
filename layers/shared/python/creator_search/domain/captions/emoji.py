"""What emoji express on social media, by our own judgement: 🔥 and 💪 are praise."""

import re
import unicodedata

_MODIFIERS = re.compile("[\ufe00-\ufe0f\u200d\u20e3\U0001f3fb-\U0001f3ff]")
MAX_EMOJI = 500
"""Later emoji of a caption are not read."""

_STRONG = "❤♥💕💖💗💘💙💚💛💜💝💞💟💓🧡🤍🤎🩷🩵🖤♡❣😍🥰😘😻🤩🎉🎊🥳💃🕺🔥💪👏🙌🏆🥇👑💯😊☺😁😀😃😄😆😋😚😙😗😽💋🫶🤗😇🌹🌸💐🎁🎂😎🤣😂✨🌟⭐🌈😌"
_MILD = (
    "👍👌🙏✌🤘🤟🤙🙂😉😜😝😛😏😺😸😹🙈🙊🙉🤭🤠🤤🥹☀🌞🌺🌻🌼🌷🍀🌴🌊🌅🎶🎵♫♪🎈🎆🎇🎄🎅☕🍕🍰"
    "🍻🍾🥂🍷💎💫🌠★☆💥🚀👊✊🤝💁😈👋☝✔✅🐶🐱🐾🦋🌙"
    "⚽🏀✈🎓🥈🥉🎤🎸🎧🍓🍉🍦🍫☃❄🏖🏝🌍😅👼👸💅👯🕊💍🤞🙋🆒🆕🔝😼😱👀🎥📷📸🐧🐼🐻🐰🐵🍺🍹🍸🌿"
    "🍃🌲🌳🌵🌱🏅🎯🎀🎃🧁🍩🍪🤸🏄🏊🚴👶👪👫💏💑👰"
)
_AGAINST = (
    "😒😔😕☹🙁😞😟😣😖😫😩😤😠😡🤬😢😭😿😾💔👎😑😐😓😪😥😰😨😧😦😮🤢🤮🤒🤕🤧😷🥺😬🙄💀☠🖕"
    "💩😵🥴😳🤦🔫💣🙅🚫❌🥶😶⚠🤡😴🆘🥱😲🤥👿🩸⚰🗑"
)


def _table() -> dict[str, float]:
    signs = ((_STRONG, 1.0), (_MILD, 0.5), (_AGAINST, -1.0))
    return {emoji: value for listed, value in signs for emoji in _MODIFIERS.sub("", listed)}


_VALUES = _table()


def without_modifiers(text: str) -> str:
    """Remove variation selectors, joiners, keycaps and skin tones, which change nothing about what emoji express."""
    return _MODIFIERS.sub("", text)


def polarity(text: str) -> tuple[float, float]:
    """Return the sums of the positive and of the negative values (0 or less) of the emoji of a text."""
    found = [_VALUES[character] for character in without_modifiers(text) if character in _VALUES][:MAX_EMOJI]
    return sum(v for v in found if v > 0), sum(v for v in found if v < 0)


def strip_emoji(text: str) -> str:
    return "".join(" " if unicodedata.category(c) in ("So", "Sk", "Cs") else c for c in without_modifiers(text))
