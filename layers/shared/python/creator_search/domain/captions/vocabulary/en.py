"""English words per category: those that decide alone, and those that need another one."""

from collections.abc import Mapping

TERMS: Mapping[str, tuple[str, str]] = {
    "travel": (
        "travel traveling travelling traveler* traveller* vacation vacations airport airports airline airlines"
        " tourist* tourism backpacking backpacker wanderlust sightseeing roadtrip road_trip itinerary passport hostel"
        " airbnb jetlag jet_lag cruise_ship layover staycation globetrotter travelgram boarding_pass hotel_room"
        " city_break day_trip",
        "trip trips journey holiday holidays flight flights beach beaches island islands hotel hotels resort cruise"
        " visa abroad luggage suitcase landed tour explore exploring city coast ferry destination destinations"
        " adventure train station boarding passengers temple visiting visited road delayed departure arrived lagoon"
        " village",
    ),
    "food": (
        "food foods foodie recipe* cooking baking baked pizza burger burgers restaurant* breakfast brunch dinner"
        " dessert desserts delicious yummy tasty chef vegan vegetarian pasta sushi ramen noodles chicken_wings"
        " sandwich bbq barbecue cheese chocolate cupcake* cookies pancake* waffles steak seafood salad soup"
        " fried_chicken taco tacos burrito bacon oven sourdough bakery cafe espresso latte cappuccino cuisine yum"
        " mac_and_cheese biryani avocado yogurt oatmeal tofu french_fries pies gravy homemade_bread ice_cream"
        " mcdonalds starbucks kfc snacks",
        "lunch meal meals cook cooked bake coffee tea eat eating ate eaten hungry bread cake rice chicken meat fish"
        " sauce wine beer cocktail cocktails drink drinks drinking fries fruit sugar spicy kitchen menu plate egg"
        " eggs butter snack spoon flavor flavour taste tastes beef cream potatoes diet pepsi coke fridge caramel"
        " order ordered grill",
    ),
    "fitness": (
        "fitness gym workout* cardio yoga pilates squats deadlift deadlifts crossfit marathon bodybuilding burpees"
        " pushups push_ups pull_ups pull_up treadmill gymlife legday leg_day personal_trainer weightlifting fitfam"
        " kettlebell half_marathon strength_training bench_press dumbbell* exercising exercises plank gains_gym",
        "training trainer muscle muscles exercise reps protein run running runner jog jogging strength sweat squat"
        " abs stretch stretching lifting cycling calories personal_best miles 5k 10k coach session sessions swim"
        " weights weight_loss lose_weight",
    ),
    "fashion": (
        "fashion outfit* ootd dresses jeans sneakers wardrobe runway streetwear lookbook stylist skirt blouse"
        " handbag handbags hoodie fashionista fashion_week clothing trousers high_heels menswear womenswear thrifted"
        " vogue wearing_a_dress cardigan blazer fashionblogger",
        "style dress jacket jackets coat coats shoes shoe boots heels wear wearing wore worn clothes shirt shirts"
        " suit sweater bag bags jewelry necklace bracelet earrings leather denim vintage collection wig wigs"
        " sunglasses hat scarf sale designer gown stylish nike adidas socks tee model",
    ),
    "beauty": (
        "makeup make_up skincare skin_care lipstick mascara manicure pedicure hairstyle* cosmetics eyeliner"
        " eyeshadow moisturizer sunscreen cleanser nail_polish nail_art hairdresser contouring sephora blush_brush"
        " haircare hair_salon beauty_routine lashes foundation_makeup",
        "beauty nails skin serum hair lips glow spa facial salon lotion perfume concealer foundation blush brows"
        " haircut acne braids lace mua",
    ),
    "music": (
        "music song songs album albums concert concerts lyrics lyric guitar guitars guitarist piano pianist singer"
        " singers songwriter rapper rappers musician musicians playlist playlists spotify kpop k_pop hiphop hip_hop"
        " mixtape remix vocals vocalist drummer orchestra symphony grammy grammys karaoke violin choir jazz reggae"
        " soundcloud bts blackpink new_single debut_single music_video setlist djset band_practice discography cello"
        " saxophone ukulele country_music rock_band beyonce taylor_swift drake eurovision lollapalooza coachella"
        " itunes apple_music ost",
        "band bands sing sings singing sang tour single track tracks dj gig bass melody chorus verse beat beats"
        " drums drum vinyl rap tune tunes soundtrack stage listen listening solo acoustic debut performance perform"
        " performing performed record records radio ep encore dance dancing rehearsal pop rock idol fandom mv streams"
        " jam artist stream billboard charts comeback festival vocal hits",
    ),
    "gaming": (
        "gaming gamer gamers videogame* video_game video_games esports playstation ps4 ps5 xbox nintendo twitch"
        " streamer streamers minecraft fortnite roblox valorant pokemon genshin zelda steam_deck call_of_duty warzone"
        " gta gameplay league_of_legends overwatch dlc speedrun multiplayer rpg mmo fps_game elden_ring mario skyrim"
        " sims apex_legends cod pubg csgo dota final_fantasy dungeons_and_dragons game_dev gamedev indie_game sonic"
        " boss_fight metaverse_game kirby lobby_game respawn nerfed dnd animal_crossing tekken smash_bros hearthstone"
        " breath_of_the_wild",
        "console controller quest loot boss level levels stream streaming streams server servers npc avatar patch"
        " guild skins lobby noob raid nerf arcade steam switch weapon weapons playing play played character"
        " characters build xp gg levelled mod mods beta pc",
    ),
    "art": (
        "painting paintings watercolor watercolour sculpture sculptures illustration illustrations illustrator"
        " artwork artworks drawings art_gallery art_exhibition museum museums artgallery fanart fan_art acrylic"
        " sketchbook mural pottery ceramics oil_paint oil_on_canvas digital_art art_show picasso van_gogh"
        " charcoal_drawing painter artists art_commission contemporary_art calligraphy ballet",
        "art arts artist draw drawing drew sketch sketching sketches paint painted gallery canvas exhibition"
        " portrait craft commissions commission creative theatre design designs ink poetry culture studio sculpted"
        " clay creativity",
    ),
    "nature": (
        "wildlife waterfall waterfalls birdwatching wildflowers national_park landscape_photography nature_lover"
        " rainforest hiking mother_nature naturelovers northern_lights mountain_view meadow",
        "nature forest forests mountain mountains sunset sunsets sunrise river lake ocean landscape hike hiked trail"
        " ridge trees tree flowers flower valley woods bird birds sky snow waves wild leaves autumn spring sea clouds"
        " moon blossom",
    ),
    "technology": (
        "technology technologies laptop laptops smartphone smartphones iphone android macbook ipad software gadget*"
        " coding programmer programming javascript python_code chatgpt artificial_intelligence machine_learning"
        " cybersecurity open_source robotics blockchain developer developers api linux windows_11 astronomy telescope"
        " nasa spacex cloud_computing data_science devops github microchip semiconductor physics web3 startup_tech"
        " deep_learning chatbot ios sciences scientist scientists quantum wifi",
        "tech phone phones app apps computer computers ai robot robots battery keyboard screen device devices update"
        " data code internet digital gigabytes memory processor camera science space satellite algorithm server"
        " website browser bot bots google apple microsoft samsung nft research engineer engineering headphones chip"
        " drone platform download mouse monitor online usb",
    ),
    "sports": (
        "sport sports football footballer* soccer basketball baseball softball hockey rugby cricket cricketer tennis"
        " golf golfer volleyball badminton boxing boxer mma ufc wwe aew wrestling wrestler* wrestlemania nba wnba nfl"
        " mlb nhl ncaa ipl afl mls pga fifa uefa epl f1 formula_1 formula_one grand_prix nascar motogp indycar"
        " olympic* paralympic* quarterback* qb touchdown* home_run home_runs homer slam_dunk playoff playoffs"
        " super_bowl superbowl world_cup champions_league premier_league europa_league la_liga serie_a bundesliga"
        " fa_cup midfielder* striker goalkeeper* goalie hat_trick halftime half_time offside inning innings wicket"
        " wickets batsman bowler bullpen shortstop pitcher linebacker touchline semifinal* semi_final quarterfinal*"
        " stanley_cup world_series free_agent free_agency power_play lakers celtics yankees dodgers arsenal chelsea"
        " tottenham liverpool_fc real_madrid manchester_united man_utd man_united man_city bayern juventus messi"
        " ronaldo lebron espn referee* umpire athlete* athletics sprinter kickoff kick_off standings gymnast"
        " gymnastics wimbledon horse_race regatta peloton surfing skateboarding penalty_kick three_pointer game_day"
        " gameday match_day matchday head_coach last_quarter first_half second_half clean_sheet coaching_staff"
        " test_match ballgame final_four march_madness ballon_d_or transfer_window tournament",
        "game games win wins won winning winner winners team teams teammate* coach coaches season seasons player"
        " players fan fans score scored scores scoring scorer goal goals match matches league leagues championship"
        " championships champion champions cup ball quarter roster draft rookie defense defence offense defender"
        " stadium race races racing final finals derby squad victory defeat medal medals captain ref jersey pitch"
        " pitched club contract injury injured lads tackle tackles knockout belt title titles fight fights fighter"
        " fighters yards overtime shots assists rebounds bench lineup beat lost lose loss losing played playing play"
        " plays transfer signing manager penalty foul round rounds track training rivals turnover* hoops bout lap pts"
        " dugout handball comeback dunk forward career warriors bulls bears tigers united record retire bet odds nets",
    ),
    "education": (
        "school schools highschool high_school middle_school university universities college classroom classrooms"
        " exam exams homework teacher teachers student students professor professors semester lecture lectures"
        " curriculum scholarship scholarships graduation phd tuition kindergarten syllabus thesis education"
        " educational stem_education literacy educators educator lesson_plan back_to_school campus freshman sophomore"
        " undergrad online_course",
        "class classes course courses lesson lessons study studying studied learn learning learned learnt teach"
        " teaching taught grade grades quiz math maths degree test tests graduate graduated graduating major workshop"
        " webinar training principal assignment essay notes research skill skills knowledge academic seminar tutorial"
        " history vocabulary language educate",
    ),
    "business": (
        "business businesses startup* entrepreneur* marketing ceo small_business founder founders branding ecommerce"
        " e_commerce b2b revenue leadership sales_team networking_event supply_chain linkedin side_hustle freelancer*"
        " freelance human_resources recruiter recruiting entrepreneurship my_shop market_share stakeholders",
        "company companies brand brands sales client clients customer customers meeting meetings office team product"
        " products launch launched services service industry employee employees manager hire hired hiring job jobs"
        " career deal partner partners strategy growth shop store profit profits income interview corporate boss"
        " advertising advertised sell selling orders promo discount work working resume logo partnership sponsor"
        " management ads",
    ),
    "finance": (
        "finance finances financial invest investing investor investors investment investments bitcoin btc ethereum"
        " crypto cryptocurrency etf dividend dividends nasdaq stock_market stocks portfolio_value passive_income"
        " mortgage forex wall_street interest_rate interest_rates nifty altcoin* savings_account credit_card"
        " trading_view hedge_fund altcoins dogecoin binance defi shareholders",
        "money stock savings bank banks budget loan loans interest inflation tax taxes debt income price prices"
        " market markets trading trader coin token tokens nft eth credit payment salary wealth airdrop bullish"
        " bearish saving fund funds dollars profit usd pay paid mint portfolio",
    ),
    "health": (
        "health healthcare doctor* hospital hospitals medicine medicines medication* therapy therapist* wellness"
        " anxiety depression depressed migraine flu fever cancer diabetes surgery symptoms mental_health nurse nurses"
        " clinic surgeon dentist headache headaches panic_attack insomnia vaccine* vaccinated vaccination antibiotics"
        " chronic_pain illness diagnosis diagnosed physio selfcare self_care adhd autism autistic cholesterol"
        " pharmacy",
        "healthy sick ill sleep sleeping slept pain covid covid19 covid_19 virus recovery recovering body stress"
        " tired injury patients patient medical disease treatment blood nutrition diet heart healing mental stomach"
        " hurts hurt throat cough allergy allergies brain vitamin* exercise meditation anxious bloodpressure disorder"
        " exhausted dentists bones care",
    ),
    "family": (
        "mom moms mum mums mommy momma mother mothers dad dads daddy father fathers daughter daughters parents"
        " parenting grandma grandmother grandpa grandfather grandparents grandson granddaughter sister sisters"
        " brother brothers sibling siblings aunt auntie uncle cousin cousins nephew niece newborn toddler* family"
        " pregnancy motherhood fatherhood my_son my_kids my_kid husband wife my_wife my_husband wedding",
        "son sons baby babies kid kids children child families birthday anniversary parent pregnant aunty twins"
        " married marriage engaged fiance bride groom love home boys girls boyfriend girlfriend",
    ),
    "pets": (
        "puppy puppies kitten kittens hamster veterinarian my_dog my_cat my_dogs my_cats dogsofinstagram"
        " catsofinstagram golden_retriever labrador dog_lover cat_lover doggo litter_box dog_walk rescue_dog"
        " vet_visit pet_owner poodle bulldog chihuahua corgi",
        "pet pets dog dogs cat cats vet paws paw leash rescue parrot bunny rabbit adopt adopted fur litter barking"
        " bark purring animal animals horse",
    ),
    "home": (
        "furniture livingroom living_room home_decor homedecor interior_design sofa diy renovation gardening ikea"
        " cushions wallpaper bookshelf housewarming home_improvement vegetable_garden backyard curtains declutter",
        "home house kitchen decor garden interior shelf shelves couch bedroom bathroom paint apartment lamp rug"
        " candle cleaning plants tidy table floor wall wood bed room moving laundry tiles",
    ),
    "automotive": (
        "motorcycle motorcycles motorbike tesla bmw mercedes porsche ferrari lamborghini toyota mustang horsepower"
        " my_car new_car carporn supercar supercars electric_car car_show test_drive dealership gearbox suv sedan"
        " truck_driver car_meet camaro honda_civic audi v8",
        "car cars auto engine motorway drive driving driver vehicle vehicles truck wheels tires tyre tyres garage"
        " brake brakes fuel gas highway turbo road ride ev hybrid challenger trailer honda ford diesel",
    ),
    "comedy": (
        "comedian standup_comedy stand_up_comedy memes meme comedy_show prank pranks dad_joke dad_jokes satire"
        " sketch_comedy punchline",
        "funny comedy joke jokes lol humor humour parody laugh laughing hilarious laughter lmao",
    ),
    "photography": (
        "photography photographer* photoshoot dslr canon_eos nikon fujifilm leica streetphotography"
        " street_photography lightroom portraitphotography film_camera tripod lens_flare long_exposure 35mm"
        " landscapephotography",
        "photo photos camera lens portrait portraits shutter exposure shoot shot shots picture pictures film"
        " lightning canon sony light negatives print prints black_and_white",
    ),
    "books": (
        "book_club bookclub bookstagram novel novels bookshop bookstore literature poem poems poetry kindle"
        " paperback hardcover audiobook audiobooks booktok bookworm my_book this_book library libraries manuscript"
        " currently_reading booktwt reading_list ebook new_book the_book",
        "book books read reading reader readers chapter chapters author authors writer writing story stories pages"
        " page publisher published series fiction plot shelf trilogy ending",
    ),
    "film": (
        "movie movies film films filmmaker* filmmaking cinema cinematic netflix hulu disney_plus disneyplus hbo"
        " box_office episode episodes sitcom actor actors actress actresses sequel prequel season_finale screenplay"
        " hollywood bollywood oscars tv_show tv_shows tv_series anime kdrama kdramas k_drama marvel mcu star_wars"
        " reality_tv bigg_boss biggboss blockbuster documentary spoiler spoilers rewatch rewatching rewatched"
        " starring imdb soap_opera sci_fi cliffhanger stranger_things game_of_thrones the_walking_dead harry_potter"
        " spiderman spider_man batman trailers cartoon cartoons squid_game squidgame heartstopper main_character"
        " plot_twist movie_night cinematography manga showrunner miniseries voice_actor disney binge_watch"
        " binge_watching youtuber youtube vlog pixar subtitles",
        "series season seasons watch watched watching show shows scene scenes character characters plot cast casting"
        " director directed role roles tv television drama finale script villain screen streaming premiere thriller"
        " horror acting ending channel video videos theater theatre trailer hero host contestant fantasy aired"
        " subscribe viewers popcorn arc adaptation screening writers vid vids",
    ),
    "events": (
        "conference exhibition trade_fair summit expo party_planning event_planner meet_and_greet baby_shower"
        " fundraiser christmas_market grand_opening open_day",
        "event events festival party celebration fair tickets ticket venue rsvp celebrate celebrating gala guests"
        " ceremony invited organizers doors weekend join",
    ),
    "news": (
        "president government election elections vote voters voting senate senator congress parliament minister"
        " ministers democrats republicans republican democrat trump biden putin obama modi politician* politics"
        " political ukraine russia russian police lawsuit prosecutor court supreme_court protest protesters war"
        " troops military terrorism terrorist* gop brexit tories labour_party conservatives prime_minister"
        " immigration racism racist abortion gun shooting arrested murder corruption constitution bjp lawmakers"
        " impeachment governor mayor taliban army fascist fascism communist democracy activists activist refugees"
        " genocide propaganda legislation white_house administration federal attorney judge justices pentagon fbi cia"
        " sheriff suspect suspects lawmaker candidate candidates presidential ballot ballots polls indicted"
        " indictment sexual_assault sexual_harassment allegations police_officer isis israel israeli gaza hamas"
        " palestinian* syria iran iraq afghanistan north_korea hong_kong european_union clinton hillary bernie"
        " sanders pelosi mcconnell desantis pence kamala mueller zelenskyy erdogan netanyahu capitol insurrection"
        " abortions gun_control mass_shooting gunman rep sen gov republicans' sanctions nuclear hostage* airstrike*"
        " ceasefire rebels earthquake hurricane wildfire* tornado shutdown filibuster",
        "law laws state country nation national citizens rights freedom public media news crisis report reported"
        " breaking policy crime justice people women men religion god jesus lord pray bible climate victim victims"
        " attack attacks killed death black white leader leaders opposition campaign party pandemic lockdown"
        " community foreign officials official killing kills dead dies bill votes primary poll jury trial prison jail"
        " sentenced accused allegedly charged charges officer officers cops border threat threats china chinese"
        " secretary ambassador united_nations minority transgender lgbtq muslim muslims",
    ),
}
