"""Turkish words per category: those that decide alone, and those that need another one."""

from collections.abc import Mapping

TERMS: Mapping[str, tuple[str, str]] = {
    "travel": (
        "tatil* seyahat* gezi gezisi havaalanı otel turist* turizm plaj*",
        "uçak ada deniz yol bavul tren şehir gezdik",
    ),
    "food": (
        "yemek yemekleri tarif* kahvaltı lezzetli lokanta restoran* pizza tatlı_tarifi kebap akşam_yemeği mutfağı"
        " pasta çikolata baklava köfte",
        "kahve çay tatlı ekmek et peynir pişir* tadı aç",
    ),
    "fitness": ("antrenman* spor_salonu fitness yoga pilates maraton", "kas kasları koşu spor ağırlık"),
    "fashion": ("moda elbise* kıyafet* ayakkabı* kombin ceket", "stil çanta palto giydim"),
    "beauty": ("makyaj güzellik ruj cilt_bakımı maskara kuaför oje", "cilt saç tırnak krem"),
    "music": ("müzik şarkı* konser* gitar* şarkıcı* albüm piyano", "sahne dinle* grup ses ritim"),
    "gaming": ("video_oyunu playstation xbox nintendo twitch gamer minecraft oyuncular_için", "oyun* oyna* konsol"),
    "art": ("resim_sergisi resim* sanat* heykel ressam müze tablo", "sergi çizim* çiz* tuval tiyatro"),
    "nature": ("doğa orman* dağ* manzara* şelale gün_batımı", "göl nehir ağaç* çiçek* gökyüzü"),
    "technology": (
        "teknoloji* bilgisayar* telefon* yazılım akıllı_telefon iphone android yapay_zeka robot*",
        "uygulama ekran internet kod",
    ),
    "sports": (
        "futbol* maç* gol basketbol voleybol galatasaray fenerbahçe beşiktaş şampiyon* süper_lig",
        "takım* lig sezon kazan* yen* taraftar oyuncu puan",
    ),
    "education": ("okul* üniversite* sınav* öğrenci* öğretmen*", "ders* öğren* sınıf matematik kurs"),
    "business": ("şirket* girişim* işletme* pazarlama patron", "satış müşteri* iş marka toplantı ofis"),
    "finance": ("yatırım* borsa* tasarruf* banka* bitcoin finans", "para dolar faiz fiyat"),
    "health": ("sağlık hastane* doktor* grip ilaç* tedavi aşı hasta*", "ağrı uyku"),
    "family": (
        "aile* kızım oğlum anne* annem baba* babam bebek* bebeğ* doğum_günü düğün* kardeşim",
        "doğdun çocuk* doğum",
    ),
    "pets": ("köpek* kedi* yavru_kedi veteriner", "hayvan* pati"),
    "home": ("dekor* mobilya* mutfak* salon_takımı bahçe*", "ev evim dolab* oda"),
    "automotive": ("araba* motosiklet* otomobil* sürücü", "sürüş motor araç"),
    "comedy": ("şaka* komedi* komik_video", "komik* espri gül*"),
    "photography": ("fotoğrafçı* fotoğraf_makinesi", "fotoğraf* kamera"),
    "books": ("kitap* roman* kütüphane edebiyat", "okuyorum okudum bölüm yazar sayfa"),
    "film": ("film* dizi* sinema* yönetmen netflix", "oyuncu bölüm sezon sahne izle*"),
    "events": ("festival* etkinlik* konferans", "parti kutlama"),
    "news": ("hükümet cumhurbaşkan* seçim* siyaset* bakan* meclis polis savaş", "ülke haber* yasa"),
}
