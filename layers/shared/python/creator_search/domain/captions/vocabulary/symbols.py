"""Emoji per category: those that decide alone, and those that need a word or another one."""

from collections.abc import Mapping

TERMS: Mapping[str, tuple[str, str]] = {
    "travel": ("✈ 🏝 🏖 🗺 🧳", "🌴 🌍 🌎 🌏 🛫 🚆"),
    "food": ("🍕 🍔 🍣 🍰 🍝 🍜 🌮 🥗 🥑 🍳 🍩 🍪 🥐 🍛 🍱", "☕ 🍷 🍺 😋 🍫 🍴 🍽 🍓 🍅"),
    "fitness": ("🏋 🧘", "💪 🏃 🚴"),
    "fashion": ("👗 👠 🧥 👟", "👜 👖 🕶"),
    "beauty": ("💄 💅", "💇"),
    "music": ("🎸 🎤 🎹 🎻 🥁 🎼", "🎶 🎵 🎧"),
    "gaming": ("🎮 🕹", "👾"),
    "art": ("🎨", "🖼 🖌 ✍"),
    "nature": ("🌲 🏔", "🌿 🌅 🌄 ⛰ 🌳 🌸 🌻"),
    "technology": ("💻 🤖", "📱"),
    "sports": ("⚽ 🏀 🎾 🏈 ⚾ 🏏 🏉 🏐 ⛳ 🥊 🏒", "🏆 🥇 🥅 🏟"),
    "education": ("🎓", "✏ 🏫 📝"),
    "business": ("💼", "📈"),
    "finance": ("", "💰 💳 💸 💵 📈 📉"),
    "health": ("🏥", "💊 🤒 💉 🩺"),
    "family": ("👶 👪", "🤰 🎂 🍼"),
    "pets": ("🐶 🐱 🐕 🐈", "🐾"),
    "home": ("🛋", "🏠 🪴 🏡"),
    "automotive": ("🚗 🏍", "🏎 🚙"),
    "comedy": ("", ""),
    "photography": ("", "📷 📸"),
    "books": ("", "📚 📖"),
    "film": ("🎬 🍿", "🎥 📺"),
    "events": ("", "🎉 🎊 🎟"),
}
