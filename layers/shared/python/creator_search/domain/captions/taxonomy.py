"""Content categories and the words that indicate them, in ten languages.

A word ending in * is a stem. A term in a script without spaces (Japanese) matches anywhere in the text.
"""

from collections.abc import Mapping

CATEGORIES: Mapping[str, str] = {
    "travel": "travel* trip journey vacation holiday holidays flight airport beach island tourist tourism backpack*"
    " wanderlust sightseeing viaj* vacacion* playa playas vuelo turismo viagem viagens praia praias férias voyage*"
    " vacances plage plages urlaub reise* strand ausflug viaggio viaggi vacanza vacanze spiaggia tatil* seyahat*"
    " plaj* gezi رحلة سفر عطلة شاطئ यात्रा सफर छुट्टी पर्यटन 旅行 旅 観光 海外 ✈ 🌴 🏝 🏖 🗺",
    "food": "food foodie recipe* cook* baking pizza burger restaurant* breakfast lunch dinner dessert delicious tasty"
    " chef meal vegan coffee comida receta* cocinar restaurante* almuerzo cena postre almoço jantar receita* sobremesa"
    " repas recette* cuisin* plat déjeuner dîner essen rezept* kochen abendessen frühstück cibo ricetta ricette cucinare"
    " pranzo colazione yemek tarif* kahvaltı lezzetli lokanta طعام طبخ وصفة مطعم غداء عشاء खाना भोजन रेसिपी स्वादिष्ट"
    " 料理 レシピ ご飯 美味し ランチ カフェ 🍕 🍔 🍣 🍰 🍝 ☕",
    "fitness": "fitness gym workout* training muscle* cardio yoga pilates squats crossfit marathon treino* musculação"
    " academia entrenamiento* gimnasio entraînement* musculation fitnessstudio krafttraining allenamento* palestra"
    " antrenman* kas تمرين لياقة رياضي व्यायाम जिम योग कसरत 筋トレ ジム ヨガ トレーニング 💪 🏋",
    "fashion": "fashion outfit* ootd style dress* jacket* coat* jeans sneakers shoes wardrobe runway moda ropa vestido*"
    " zapatos chaqueta roupa* sapatos look manteau mode robe chaussures baskets kleid* mantel schuhe cappotto vestito*"
    " abito scarpe elbise* kıyafet* ayakkabı أزياء فستان ملابس حذاء फैशन कपड़े जूते ファッション 服 コーデ 👗 👠 🧥",
    "beauty": "beauty makeup skincare lipstick mascara nails manicure hairstyle cosmetics serum belleza maquillaje"
    " maquiagem beleza batom maquillage beauté schminke kosmetik schönheit trucco bellezza makyaj güzellik cilt"
    " مكياج تجميل بشرة मेकअप सौंदर्य त्वचा メイク 美容 コスメ スキンケア 💄 💅",
    "music": "music song* album concert* gig guitar piano singer band lyrics playlist dj música canción canciones"
    " concierto* guitarra cantante show banda musique chanson* guitare musik lied* konzert* gitarre musica canzone"
    " canzoni concerto* müzik şarkı* konser* gitar موسيقى الموسيقية أغنية حفلة संगीत गाना गीत 音楽 歌 ライブ 曲 🎶 🎵 🎸 🎤",
    "gaming": "gaming gamer* videogame* game* esports playstation xbox nintendo twitch streamer videojuego* jogos gamer"
    " jeux jeu spielen videospiel* videogioco videogiochi oyun* لعبة ألعاب गेम गेमिंग ゲーム 実況 🎮 🕹",
    "art": "art artist painting* drawing* sketch illustration* gallery sculpture watercolor canvas arte pintura* dibujo*"
    " cuadro desenho* peinture* dessin* tableau kunst gemälde zeichnung* malerei quadro disegno dipinto resim* sanat*"
    " sergi لوحة لوحتي فن رسم कला पेंटिंग चित्र 絵 アート イラスト 🎨 🖼",
    "nature": "nature forest mountain* wildlife sunset sunrise river waterfall landscape hiking naturaleza bosque"
    " montaña* atardecer natureza floresta montanha* pôr forêt montagne* coucher wald berg* sonnenuntergang natur"
    " natura foresta montagna montagne tramonto doğa orman* dağ* manzara* طبيعة غابة جبل प्रकृति जंगल पहाड़ पहाड़ों 自然 森 山 夕日"
    " 🌲 🏔 🌿 🌅",
    "technology": "tech technology laptop phone smartphone software app gadget* computer coding programming ai robot"
    " tecnología móvil ordenador portátil tecnologia celular computador téléphone technologie ordinateur handy technik"
    " rechner telefono computer teknoloji telefon* bilgisayar* yazılım تقنية هاتف حاسوب فون फोन मोबाइल तकनीक कंप्यूटर"
    " スマホ パソコン テクノロジー アプリ 発売 💻 📱 🤖",
    "sports": "sport* match football soccer basketball tennis goal league team championship score partido fútbol gol liga"
    " equipo jogo futebol time partida match équipe but spiel fußball tor mannschaft partita calcio squadra campionato"
    " maç* futbol takım* gol مباراة كرة فريق هدف मैच क्रिकेट खेल टीम 試合 サッカー 野球 チーム ⚽ 🏀 🎾 🏆",
    "education": "education school university class lecture lesson* exam exams student* study studying teacher course"
    " educación escuela universidad curso clase examen estudiar aula universidade escola prova cours université école"
    " examen étudi* schule universität vorlesung unterricht prüfung studium scuola università lezione esame okul*"
    " üniversite* ders* sınav* öğren* جامعة مدرسة درس امتحان स्कूल विश्वविद्यालय कक्षा परीक्षा पढ़ाई 大学 学校 授業 勉強 🎓 ✏",
    "business": "business startup* entrepreneur* company marketing brand sales client* meeting office ceo empresa*"
    " emprended* negocio* ventas negócio* empreended* vendas entreprise* affaires firma unternehm* geschäft* kunden"
    " azienda imprenditor* affari vendite şirket* girişim* iş شركة أعمال تسويق व्यापार कंपनी स्टार्टअप 会社 ビジネス 起業 💼 📈",
    "finance": "finance money invest* stock* savings bank etf crypto bitcoin budget interest loan dinero inversión* ahorro*"
    " banco dinheiro investimento* poupança argent investir épargne banque geld investi* sparen aktien bank denaro"
    " investimento risparmio banca para yatırım* borsa* tasarruf مال استثمار بنك पैसा निवेश बैंक बचत お金 投資 株 銀行 💰 💳",
    "health": "health healthy doctor hospital sick ill illness flu fever medicine therapy wellness sleep salud enferm*"
    " médico hospital saúde doente* santé malade médecin hôpital gesundheit krank* arzt krankenhaus salute malata malato"
    " medico ospedale sağlık hasta* doktor* hastane صحة مريض طبيب مستشفى स्वास्थ्य बीमार डॉक्टर अस्पताल 健康 病気 病院 医者 🏥 💊",
    "family": "family mom dad mother father daughter son baby kids children birthday wedding parents anniversary familia"
    " hija hijo mamá papá bebé cumpleaños boda família filha filho mãe pai parabéns famille fille fils maman papa"
    " anniversaire familie tochter sohn mutter vater geburtstag famiglia figlia figlio mamma papà compleanno aile*"
    " kızım oğlum anne baba bebek doğdun düğün عائلة ابنتي ابني لابنتي أمي ميلاد परिवार बेटी बेटा माँ जन्मदिन 家族 娘 息子 誕生日 👶 👨‍👩‍👧 🎂",
    "pets": "pet pets dog* puppy cat* kitten hamster veterinarian perro* gato* mascota* cachorro* chien* chat chaton hund*"
    " katze* haustier cane cani gatto gatti köpek* kedi* كلب قطة कुत्ता बिल्ली 犬 猫 ペット 🐶 🐱 🐾 🐕 🐈",
    "home": "home house kitchen decor* furniture garden* diy interior livingroom sofa hogar cocina casa decoración armario"
    " jardín cozinha decorar sala decoração jardim maison cuisine déco* ranger jardin haus küche wohnung möbel garten"
    " arredare soggiorno cucina mobili giardino ev mutfak* dekor* dolab* bahçe* مطبخ منزل ديكور حديقة रसोई घर सजाने बगीचा"
    " キッチン 部屋 インテリア 片付け 🏠 🛋 🪴",
    "automotive": "car cars auto engine motorcycle motorway drive driving vehicle tesla bmw coche* carro* motor conducir"
    " dirigir voiture* moteur conduire autos motorrad panne macchina automobile moto guidare araba* motosiklet sürüş"
    " سيارة السيارة محرك गाड़ी कार बाइक 車 バイク ドライブ エンジン 🚗 🏎 🏍",
    "comedy": "funny meme* comedy joke* lol humor prank parody chiste* gracioso comedia broma piada* engraçado comédia"
    " blague* drôle humour witz* lustig komödie barzelletta divertente komik* şaka* espri نكتة مضحك كوميديا मज़ाक कॉमेडी"
    " चुटकुला お笑い 面白 ネタ 😂 🤣",
    "photography": "photo* photographer camera lens shoot portrait fotografía cámara retrato fotografia câmera photographie"
    " appareil fotografie kamera fotocamera ritratto fotoğraf* تصوير صورة كاميرا फोटो कैमरा 写真 カメラ 撮影 📷 📸",
    "books": "book* novel reading chapter author library literature poem* libro* novela leer capítulo livro* romance ler"
    " capítulo livre roman lire chapitre buch bücher lese lesen kapitel libri romanzo leggere capitolo kitap* roman*"
    " okuyorum bölüm كتاب رواية الرواية أقرأ किताब उपन्यास अध्याय 本 小説 読書 読み 📚 📖",
    "film": "movie* film* cinema series netflix actor actress director trailer película* cine serie filme* cinema série"
    " acteur schauspieler kino filmi attore dizi* sinema* oyuncu فيلم سينما مسلسل फिल्म सिनेमा अभिनेता 映画 ドラマ 俳優 🎬 🍿",
    "events": "event* festival party celebration conference exhibition fair fiesta evento* festa fête événement*"
    " veranstaltung messe fest evento festival etkinlik* parti فعالية مهرجان احتفال कार्यक्रम उत्सव त्योहार イベント 祭り パーティー 🎉 🎊",
}
