"""Spanish words per category: those that decide alone, and those that need another one."""

from collections.abc import Mapping

TERMS: Mapping[str, tuple[str, str]] = {
    "travel": (
        "viaje viajes viajar viajando viajero viajera viajeros vacaciones playa playas vuelo vuelos aeropuerto"
        " turismo turista* hotel hoteles mochilero* pasaporte excursión crucero aerolínea* hostal itinerario escapada",
        "isla islas maleta* destino destinos avión tren ruta costa visitar visitando llegamos conocer terraza"
        " aventura carretera ciudad reserva alojamiento pueblo lugares recorrido",
    ),
    "food": (
        "comida comidas receta* restaurante* almuerzo desayuno desayunar desayuné cenar postre* pizza hamburguesa*"
        " paella sushi chocolate helado helados queso empanada* tacos asado milanesa* pollo ensalada sopa café"
        " cafetería delicioso deliciosa rico_plato gastronomía chef cocinero* cocinar cocinando tortilla lentejas"
        " pasta galletas torta tortas pastel cupcakes vegano vegana vegetariano vegetariana arepa* pan_casero"
        " merienda merendar guacamole jamón croquetas chorizo cerveza* pescado mariscos sándwich hornear",
        "comer comiendo comí comerme como_en cena plato platos rico rica sabor sabores hambre cocina carne arroz pan"
        " vino azúcar salsa fruta frutas verduras huevo* leche té mate bebida bebidas tomate cebolla gramos horno"
        " dulce dulces menú papas patatas limón limones",
    ),
    "fitness": (
        "fitness gimnasio gym entrenamiento* entrenador_personal crossfit yoga pilates maratón musculación"
        " sentadillas pesas cardio hacer_ejercicio abdominales flexiones media_maratón",
        "entrenar entrenando entrené ejercicio ejercicios músculo* rutina correr corriendo cuerpo kilómetros fuerza"
        " proteína sudor peso rutina_de",
    ),
    "fashion": (
        "moda outfit outfits vestido vestidos ropa zapatos zapatillas chaqueta* pantalones pantalón falda faldas"
        " camiseta* remera* camisa* blusa sudadera pasarela estilista jeans bolso bolsos tacones botines vestuario"
        " lookbook",
        "look botas traje abrigo estilo diseñador* colección collar aretes pendientes ponerme vestir prenda prendas"
        " talla medias gorra lentes modelo",
    ),
    "beauty": (
        "maquillaje maquillarme maquillar belleza pintalabios skincare labial rímel manicura peluquería esmalte"
        " delineador cosmética cosméticos bases_de_maquillaje cuidado_de_la_piel sérum",
        "piel uñas pelo cabello labios crema pestañas cejas peinado tinte rostro",
    ),
    "music": (
        "música canción canciones concierto* guitarra guitarrista cantante* cantautor* álbum playlist spotify"
        " reggaeton reguetón músico* musical musicales eurovisión rapero* batería_y disquera pianista piano orquesta"
        " cumbia kpop bts videoclip sencillo_nuevo vinilo coro_de letra_de_la_canción benidormfest grammy grammys"
        " bad_bunny rosalía shakira violín bajista karaoke discografía rock karol_g melodía setlist",
        "banda cantar cantando canta cantó disco discos letra letras gira escuchar escuchando escucho single tema"
        " temas ritmo bailar bailando baile escenario idol idols fandom festival comeback mv artista en_vivo rap trap"
        " pop salsa bajo grupo remix dj",
    ),
    "gaming": (
        "videojuego* gaming gamer gamers playstation ps4 ps5 xbox nintendo twitch streamer streamers minecraft"
        " fortnite roblox valorant pokemon pokémon zelda esports genshin steam free_fire consola_de gta call_of_duty"
        " league_of_legends gameplay",
        "consola mando nivel partida partidas servidor stream juego juegos jugar jugando personaje jefe_final lol pc"
        " directo",
    ),
    "art": (
        "pintura pinturas pintor pintora dibujo dibujos dibujar dibujando dibujé acuarela* escultura* museo museos"
        " ilustración ilustraciones ilustrador* óleo boceto* artes_plásticas exposición_de_arte galería_de_arte arte"
        " artes obra_de_arte fanart mural murales cerámica",
        "cuadro cuadros artista artistas lienzo galería exposición obra obras pintar pintando teatro cultura"
        " cultural poesía danza diseño",
    ),
    "nature": (
        "naturaleza bosque bosques montaña montañas atardecer amanecer cascada* senderismo fauna flora paisaje"
        " paisajes volcán parque_nacional",
        "río lago árbol* flores flor cielo sendero aves pájaro* mar luna sol campo nieve selva otoño primavera",
    ),
    "technology": (
        "tecnología tecnologías tecnológico* ordenador* portátil portátiles móvil móviles smartphone* iphone android"
        " software programación programador* inteligencia_artificial ciberseguridad laptop computadora* blockchain"
        " app apps robot robots robótica informática nasa telescopio chatgpt desarrollador* web3 algoritmo* wifi nfts"
        " científicos científicas",
        "celular celulares teléfono aplicación batería pantalla internet digital datos ciencia científico científica"
        " código dispositivo* actualización google apple samsung microsoft servidor satélite nft bot bots red ia"
        " ingeniería compu",
    ),
    "sports": (
        "fútbol futbol futbolista* futbolero* gol goles golazo liga baloncesto básquet tenis tenista ciclismo"
        " ciclista* boxeo boxeador* béisbol voleibol rugby atletismo olímpic* olimpiadas mundial_de champions laliga"
        " la_liga premier_league delantero* portero_titular defensa_central mediocampista* penalti* árbitro*"
        " semifinal* cuartos_de_final libertadores sudamericana copa_américa hincha hinchas hinchada derbi fichaje*"
        " goleador* messi cristiano_ronaldo ronaldo barça real_madrid fc_barcelona atlético_de_madrid boca_juniors"
        " river_plate nba nfl mlb ufc f1 fórmula_1 motogp gran_premio deporte deportes deportivo deportiva deportivos"
        " deportistas deportista entrenador entrenadores director_técnico eurocopa fifa uefa balón selección_nacional"
        " torneo clásico_de camiseta_titular tiro_libre fuera_de_juego alineación futbolística conmebol campeonato"
        " campeonatos goleada empate estadio estadios goleó amistosos wrestling wwe padel pádel",
        "partido partidos equipo equipos jugador jugadores jugadora jugadoras jugar juega jugó jugando ganar gana"
        " ganó ganamos perder perdió perdimos derrota victoria victorias triunfo temporada copa final campeón"
        " campeones campeona medalla* selección penal penales defensa portero cancha pelota técnico dt entrenar"
        " afición aficionado* club clubes clásico marcador resultado carrera carreras minuto puntos fecha fechas"
        " jornada rival rivales título títulos titular refuerzo lesión local visitante campo tabla marcó empató"
        " empaten boca river arsenal barcelona madrid mundial pelea",
    ),
    "education": (
        "escuela escuelas universidad universidades universitario universitaria universitarios examen exámenes"
        " profesor profesora profesores profesoras maestra_de estudiante* alumno* alumna* colegio colegios"
        " matemáticas secundaria bachillerato semestre facultad docente* graduación graduarme graduarse preparatoria"
        " prepa parcial_de parciales educación tesis beca becas profe profes licenciatura pupitre",
        "clase clases curso cursos estudiar estudiando estudio estudios estudié lección lecciones aula aprender"
        " aprendiendo aprendizaje tarea tareas nota notas maestro maestra maestros maestras enseñar enseñanza carrera"
        " historia investigación libro materia materias taller título conocimiento sabiduría",
    ),
    "business": (
        "empresa empresas empresario* emprended* emprendimiento* negocio negocios marketing startup* ceo"
        " inversionistas pyme pymes ventas liderazgo empresarial ecommerce autónomos",
        "cliente clientes vender vendo venta comprar compra marca marcas producto productos servicio servicios"
        " trabajo jefe jefes oficina reunión proyecto trabajadores contrato contratos contratar empleo empleados"
        " industria comercio comercial tienda promoción economía económica económico mercado sueldo salario socio",
    ),
    "finance": (
        "finanzas financiero financiera inversión inversiones invertir inversor* ahorro ahorros ahorrar banco bancos"
        " bitcoin btc ethereum cripto crypto criptomoneda* hipoteca dólares bolsa_de_valores tipo_de_interés"
        " tarjeta_de_crédito",
        "dinero plata dólar precio precios inflación mercado mercados impuesto* préstamo crédito pago pagar deuda"
        " acciones economía económica económico token tokens eth euros pesos sueldo salario monedas",
    ),
    "health": (
        "salud enfermedad enfermedades enfermero* enfermera* médico médicos médica hospital hospitales medicamento*"
        " medicina medicinas cáncer vacuna* ansiedad depresión terapia psicólogo* psicóloga* psiquiatra clínica"
        " cirugía síntoma* diabetes gripe fiebre migraña insomnio paciente* salud_mental urgencias diagnóstico"
        " ibuprofeno farmacia* coronavirus odontólogo dentista covid tercera_dosis deprimida deprimido enfermo"
        " enferma enfermos",
        "doctor doctora dolor dolores virus dosis dormir sueño cuerpo estrés pastilla* tratamiento recuperación"
        " dieta sangre operaron contagio* pandemia cabeza duele gripa sanar covid19 bienestar mental psiquiátrica"
        " estómago",
    ),
    "family": (
        "mamá mami papá papás mi_madre mi_padre mi_hijo mi_hija mis_hijos mis_hijas mi_hermano mi_hermana"
        " mis_hermanos mis_padres mi_abuela mi_abuelo mis_abuelos hija hijas hijo hijos hermana hermanas hermano"
        " hermanos abuela abuelas abuelo abuelos nieto* nieta* sobrino* sobrina* primo_mío maternidad paternidad bebé"
        " bebés recién_nacido embarazo embarazada cumpleaños tía_mía familia familiares familiar boda mi_tía mi_tío"
        " mi_prima mi_primo mi_esposo mi_esposa",
        "madre padre padres madres niño niña niños niñas tía tío tíos prima primo familias esposo esposa marido"
        " casados matrimonio aniversario mamás suegra novios",
    ),
    "pets": (
        "mascota mascotas cachorro* perrito* perrita* gatito* gatita* mi_perro mi_perra mi_gato mi_gata veterinario"
        " veterinaria hámster",
        "perro perros gato gatos perra gata animalito* animales animal pasear adopta adoptar pelo",
    ),
    "home": (
        "muebles sofá decoración decorar jardinería armario hogar interiorismo bricolaje reforma_de_la_casa",
        "casa cocina jardín salón sala habitación dormitorio baño mesa lámpara cortinas organizar ordenar limpieza"
        " plantas piso",
    ),
    "automotive": (
        "coche coches automóvil automóviles motocicleta* carro_nuevo mi_auto mi_carro tesla bmw ferrari"
        " automovilismo camioneta",
        "carro carros auto autos moto motos motor conducir manejar volante gasolina taller ruedas avería frenos"
        " vehículo* tránsito camión caravana",
    ),
    "comedy": (
        "comediante* monólogo humorista* stand_up memes meme comedia",
        "chiste* gracioso graciosa humor broma bromas risa risas",
    ),
    "photography": (
        "fotografía fotografías fotógrafo* fotógrafa* sesión_de_fotos objetivo_50mm fotografiar",
        "foto fotos cámara retrato* lente imagen imágenes selfie analógica",
    ),
    "books": (
        "libro libros novela novelas lectura lecturas lectora lector poesía poema poemas literatura literario"
        " literaria biblioteca* librería* escritor escritora escritores club_de_lectura bookstagram poeta",
        "leer leyendo leí leo capítulo capítulos autor autora página páginas historia cuento cuentos",
    ),
    "film": (
        "película películas peli pelis cine netflix hbo disney series serie trailer tráiler episodio episodios"
        " estreno_de actriz actrices hollywood marvel mcu anime telenovela* cineasta documental documentales óscar"
        " temporada_final batman spiderman spider_man star_wars dibujos_animados reality youtuber youtubers"
        " gran_hermano supervivientes realities la_isla_de_las_tentaciones cortometraje taquilla crepúsculo"
        " harry_potter stranger_things",
        "actor actores temporada capítulo capítulos personaje personajes director escena escenas estreno guion guión"
        " pantalla tele televisión programa programas canal protagonista trama temporadas ver viendo video videos"
        " vídeo vídeos youtube concursante* audiencia episódica novela serie_de final",
    ),
    "events": (
        "festival_de feria_de congreso_internacional fiesta_de_cumpleaños inauguración evento eventos",
        "fiesta fiestas festival feria congreso celebración celebrar entradas invitados conferencia exposición",
    ),
    "news": (
        "gobierno presidente presidenta ministro ministra ministerio elecciones votar voto votos votantes diputado*"
        " diputada* senador* senado congreso parlamento político políticos política políticas dictadura democracia"
        " comunista* comunismo socialista* fascista* fascismo izquierda derecha corrupción policía justicia juez"
        " fiscal fiscalía guerra rusia ucrania delincuentes asesinato narcotráfico constitución constitucional"
        " feminismo feminista* machista* migrantes petro amlo macri kirchner cristina_kirchner ayuso psoe vox podemos"
        " milei maduro putin biden trump alcalde alcaldesa gobernador constituyente racista racismo aborto ley leyes",
        "país países estado nación pueblo ciudadanos derechos libertad nacional noticia noticias denuncia protesta"
        " marcha crisis víctima víctimas violencia cárcel ex_presidente oposición campaña candidato candidata reforma"
        " partido_político autoridades comunicado decreto periodista* medios dios jesús señor iglesia",
    ),
}
