"""French words per category: those that decide alone, and those that need another one."""

from collections.abc import Mapping

TERMS: Mapping[str, tuple[str, str]] = {
    "travel": (
        "voyage voyages voyager vacances plage plages tourisme touriste* aéroport randonnée_en hôtel passeport"
        " vol_pour escapade",
        "vol île avion train destination valise séjour mer route visite visiter découvrir aventure ville",
    ),
    "food": (
        "recette* restaurant* déjeuner dîner dessert* gâteau* pizza burger fromage chocolat cuisinier pâtisserie"
        " boulangerie délicieux délicieuse gastronomie crêpe* croissant* tarte gourmand* brunch miam plat plats repas",
        "cuisin* manger mangé pain vin café goût faim viande sauce légumes sucre four poulet beurre",
    ),
    "fitness": (
        "entraînement* musculation gym fitness crossfit yoga pilates marathon cardio squats salle_de_sport",
        "muscle* courir course sport séance transpir* kilos abdos",
    ),
    "fashion": (
        "mode_femme robe robes manteau chaussures veste jupe tenue dressing défilé pantalon vêtements chemise"
        " baskets styliste",
        "mode look style porter sac bottes collection manteaux bijoux",
    ),
    "beauty": (
        "maquillage beauté skincare vernis coiffeuse coiffeur mascara cosmétique* fond_de_teint rouge_à",
        "peau ongles cheveux lèvres crème coiffure soin",
    ),
    "music": (
        "musique chanson* guitare concert concerts chanteur chanteuse album piano musicien* rappeur playlist orchestre",
        "chanter groupe scène titre rap écouter tournée festival son mélodie",
    ),
    "gaming": (
        "jeux_vidéo jeu_vidéo gaming gamer playstation xbox nintendo twitch minecraft streamer manette",
        "jeu jeux jouer niveau console partie serveur",
    ),
    "art": (
        "peinture* dessin* dessiner aquarelle sculpture illustration musée œuvre_d peintre vernissage",
        "tableau tableaux art artiste toile galerie exposition œuvre théâtre",
    ),
    "nature": (
        "forêt* montagne* cascade randonnée coucher_de coucher_du lever_de nature paysage",
        "coucher lac rivière arbre* fleur fleurs ciel soleil",
    ),
    "technology": (
        "technologie* ordinateur* smartphone* logiciel intelligence_artificielle iphone android programmation robot"
        " informatique téléphone",
        "appli application écran batterie numérique internet code données",
    ),
    "sports": (
        "football foot ligue_des rugby tennis championnat* basket handball psg olympi* cyclisme tour_de_france"
        " buteur attaquant gardien_de coupe_du mbappé supporter* footballeur*",
        "match matchs équipe but buts ligue joueur joueurs gagner gagné perdu victoire défaite saison finale"
        " champion championne coupe entraîneur stade ballon club score",
    ),
    "education": (
        "école* université* étudi* examen* professeur* élève* lycée collège bac mathématiques diplôme",
        "cours classe leçon apprendre rentrée devoirs prof note stage",
    ),
    "business": (
        "entreprise* affaires entrepreneur* startup marketing pdg chiffre_d",
        "client clients marque réunion vente ventes produit bureau projet équipe boutique",
    ),
    "finance": (
        "investir investissement* épargne banque bitcoin bourse finance finances crypto",
        "argent prix taux impôts dette budget marché",
    ),
    "health": (
        "santé hôpital médecin* médicament* maladie* vaccin* thérapie infirmi* grippe fièvre dépression anxiété"
        " malade malades",
        "douleur dormir sommeil soin soins fatigue docteur",
    ),
    "family": (
        "famille fille_a ma_fille mon_fils mes_enfants maman papa grossesse bébé mariage ma_mère mon_père grand_mère"
        " grands_parents ma_sœur mon_frère",
        "fille fils anniversaire enfants enfant mère père sœur frère mari",
    ),
    "pets": (
        "chien chiens chienne chaton* chiot* vétérinaire mon_chat ma_chatte",
        "chat chats animal animaux adopter ronron*",
    ),
    "home": (
        "décoration déco jardinage bricolage canapé meubles aménagement",
        "maison cuisine jardin salon chambre étagère* table ranger rangement",
    ),
    "automotive": ("voiture* moto_gp automobile motard garage_auto", "moto conduire moteur route garage essence pneu*"),
    "comedy": ("blague* humour comédie humoriste mèmes", "drôle drôles rire rigoler"),
    "photography": (
        "photographie* photographe* appareil_photo séance_photo",
        "appareil photo photos portrait objectif cliché",
    ),
    "books": (
        "livre livres roman romans lecture poème* littérature bibliothèque librairie écrivain*",
        "lire lit chapitre auteur autrice pages histoire lu",
    ),
    "film": (
        "film films cinéma acteur* actrice* réalisat* netflix série séries bande_annonce tournage",
        "épisode saison personnage scène écran télé",
    ),
    "events": ("événement* salon_de", "fête fêtes festival soirée billets célébr*"),
    "news": (
        "gouvernement président macron élection* ministre politique assemblée police guerre sénat député* vote",
        "pays loi crise justice actualité*",
    ),
}
