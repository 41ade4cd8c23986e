"""Portuguese words per category: those that decide alone, and those that need another one."""

from collections.abc import Mapping

TERMS: Mapping[str, tuple[str, str]] = {
    "travel": (
        "viagem viagens viajar viajando viajante* férias praia praias turismo turista* aeroporto hotel voo mochilão"
        " passaporte",
        "ilha destino avião trem roteiro mala litoral aventura hospedagem conhecer estrada",
    ),
    "food": (
        "comida almoço jantar receita* sobremesa* restaurante* café_da_manhã pizza hambúrguer churrasco bolo sushi"
        " chocolate culinária feijoada brigadeiro cozinhar delícia sorvete",
        "comer comendo café cozinhando prato sabor fome carne arroz pão queijo vinho cerveja molho fruta cozinha"
        " doce forno frango",
    ),
    "fitness": (
        "treino* treinar musculação academia fitness crossfit yoga ioga pilates maratona agachamento personal_trainer",
        "músculo* correr corrida exercício* peso corpo suor proteína",
    ),
    "fashion": (
        "moda roupa roupas vestido* sapato sapatos jaqueta saia blusa camiseta* calça tênis_novo desfile outfit"
        " lookdodia",
        "look bolsa casaco estilo botas tênis coleção brinco brincos vestir",
    ),
    "beauty": (
        "maquiagem beleza batom skincare manicure rímel cosmético* salão_de_beleza base_e_batom",
        "pele unhas cabelo cabelos lábios creme sobrancelha",
    ),
    "music": (
        "música músicas canção concerto violão guitarra cantor cantora banda álbum samba sertanejo playlist spotify"
        " show_ao_vivo show",
        "cantar cantando disco letra ritmo palco ouvir ouvindo turnê festival piano som dançar",
    ),
    "gaming": (
        "videogame* gamer gamers jogos_eletrônicos playstation xbox nintendo twitch minecraft streamer fortnite",
        "jogos console fase controle jogar jogando live",
    ),
    "art": (
        "pintura* desenho* desenhar desenhando ilustração escultura museu aquarela artes_plásticas arte",
        "quadro artista tela galeria exposição obra pintar teatro",
    ),
    "nature": (
        "natureza floresta* montanha* cachoeira* pôr_do_sol trilha paisagem",
        "pôr rio lago árvore flores céu mar lua nascer",
    ),
    "technology": (
        "tecnologia celular celulares computador* notebook aplicativo* smartphone* software programação iphone"
        " android inteligência_artificial robô*",
        "telefone tela bateria internet digital dados código app ciência",
    ),
    "sports": (
        "futebol futebolista* gol gols campeonato* seleção_brasileira vôlei basquete brasileirão libertadores"
        " flamengo corinthians palmeiras atacante goleiro técnico_do_time esporte esportes árbitro olimp* nba fifa"
        " ufc torcedor* torcida",
        "jogo jogos time times partida equipe liga jogador jogadores ganhar ganhou ganhamos vitória derrota perder"
        " perdeu perdemos temporada final campeão campeã copa taça bola clube seleção técnico placar estádio",
    ),
    "education": (
        "escola* universidade* faculdade prova_de vestibular professor professora professores estudante* aluno*"
        " aluna* matemática enem formatura tcc",
        "aula aulas prova provas curso estudar estudando lição semestre aprender nota",
    ),
    "business": (
        "negócio* empresa* empreended* empresári* vendas marketing startup* ceo",
        "cliente clientes marca reunião produto equipe loja serviço projeto trabalho escritório",
    ),
    "finance": (
        "finanças investimento* investir poupança bitcoin banco bancos criptomoeda* bolsa_de_valores inflação",
        "dinheiro juros preço ações dívida mercado pagar cartão renda",
    ),
    "health": (
        "saúde hospital médico médica doença* remédio* vacina* terapia ansiedade depressão gripe febre enfermeir*"
        " psicólog* doente doentes",
        "dor sono dormir corpo pressão tratamento exame cuidar",
    ),
    "family": (
        "família filha filho filhos mãe pai avó avô irmã irmão bebê casamento aniversário meus_pais mamãe papai"
        " sobrinh*",
        "boda parabéns criança crianças marido esposa tia tio",
    ),
    "pets": (
        "cachorro* cachorra* gato* gatinh* filhote* pets veterinári* dog_walker",
        "pet cão animal animais adoção adotar",
    ),
    "home": (
        "decoração decorar móveis sofá jardinagem reforma",
        "cozinha sala jardim casa quarto armário mesa banheiro organizar",
    ),
    "automotive": (
        "carro carros motocicleta* automóve* caminhão automotivo",
        "moto motor dirigir dirigindo gasolina oficina rodas pneu* estrada",
    ),
    "comedy": ("engraçado engraçada comédia piada* memes meme comediante humorista", "humor risada rir"),
    "photography": ("fotografia* fotógraf* ensaio_fotográfico", "câmera foto fotos retrato lente"),
    "books": (
        "livro* romance_de literatura leitura poema* poesia biblioteca escritor*",
        "ler lendo romance capítulo autor autora página história",
    ),
    "film": (
        "filme* cinema netflix série séries novela_das ator atriz episódio* documentário trailer",
        "temporada personagem diretor cena assistir assistindo tv",
    ),
    "events": ("congresso feira_de evento eventos", "festa festas festival feira celebração ingresso ingressos"),
    "news": (
        "governo presidente eleição eleições política políticos ministro bolsonaro lula senado deputado* polícia"
        " guerra voto",
        "país notícia* lei crise justiça",
    ),
}
