"""Polish."""

from llm.rules.model import Rules

_DISEASE = r"(?:rak\b|raka\b|raki?em\b|nowotw\w+|czerniak\w*|rogowaceni\w+|znami\w+|pieprzyk\w*|włókniak\w*)"
_BEFORE_IT = (
    r"(?:(?:jest|są|na|pewno|pewnie|prawdopodobnie|także|też|również|tylko|raczej|bardziej|groźn\w+|złośliw\w+|zwykł\w+|łagodn\w+|mał\w+"
    r"|rodzaj|postać|forma) )*"
)

RULES = Rules(
    letters="abcdefghijklmnopqrstuvwxyząćęłńóśźż",
    other_words=(
        "a albo ale analiza analizy aż badanie badaniu badać bliska bo by być była będzie cechy co czy czyli "
        "często dalej dalsze data dermatologiczne dermatologicznej dla dlatego dni do dokładnie dokładniej dwa "
        "dwóch dzień gabinet gdy gdyby i ich ile im inna inne innego istnieje jak jaka jakie jako jednak jednego "
        "jego jej jest jeszcze już ją każda każdy każdą kiedy kolejne kontaktować kontrola krwawienie kształtu "
        "która które który którą lat lecz lekarska lub ma mają mimo mogą może możliwe można mu musi mylić na nad "
        "nadal najlepiej najszybciej następnego następnym natychmiast niego niej nim niż nowe o obejrzał obejrzeć "
        "obejrzy obserwować oceny ocenę od okaże on ona one opinia oprócz oraz osoba ostateczną oznacza pan pani "
        "państwo pilnie po podczas podstawie pokazania pokaże ponadto ponieważ postawi powinien powinna powiększa "
        "powodu powtórne powtórzeniach pozostaje prawdopodobieństwo proszę przed przede przez przy przyjrzeć "
        "punkt razie razu rozmiar również samo siebie skonsultować skontaktować skóra skórę specjalista "
        "specjaliście sprawdzi sprawdzić stopnia swojej swoją swędzenie szacuje szybko są ta tak taka takie także "
        "tam te tego tej temu ten też to tu tutaj tych tydzień tylko tym typ tę u umówić uważnie w warto ważna "
        "ważne ważniejsza wcześnie we według wizyta wizytę więc więcej wkrótce wobec wskazuje wszystkim wtedy "
        "wygląda wyglądem wynik wyniku wynosi wyraźnie wystarczy wzrost z za zakresie zaleca zawsze zbadanie "
        "zbadaniu zdaniem ze zgłosić zmian zmianie zmiany zobaczyć zobaczył że żeby"
    ),
    approved=r"nie (?:może|można|wyklucza|da się)(?: (?:wykluczyć|całkiem wykluczyć|ocenić))?"
    r"|(?:proszę )?nie czekać(?:, aż się zmieni)?|nie goi|nie jest diagnoz\w+"
    r"|zbyt duża, żeby zostawić tę zmianę bez badania|bez (?:zwłoki|odblasków)|polegać nie na|nie polegać na|nic nie mówią o tej skórze"
    r"|nie zastąpi|nie zastępuje"
    r"|nie jest (?:całkiem |zupełnie )?pewn\w+ (?:przy|swojej|tej|co do)|samo zdjęcie nie wystarczy"
    r"|możliwe jest",
    forbidden=r"\b(?:nie|bez|nic|ani|nigdy|żadn\w+|niczego)\b|\bgoi|\bczeka|poczeka|wyklucz"
    rf"|\b(?:to|jest|są|ma|mają|być|będzie|oznacza|wskazuje|wygląda) {_BEFORE_IT}{_DISEASE}"
    rf"|\b(?:ma|mają) (?:pan|pani|państwo)\b"
    r"|łagodn\w+\b(?! rogowaceni)|zwykł\w+ (?!znami|pieprz)|\bto tylko|myli się|się myli\b|rozpozn"
    r"|diagnoza ?(?:to|jest|brzmi|:)|tylko (?:jeśli|wtedy|gdy|kiedy)"
    r"|\bzostaw|pozostaje (?:jak|tak)"
    r"|(?:prawdopodobieństwo|możliwość)[^.]{0,25} mał|pewne że|na pewno",
    levels={
        "HIGH": r"ryzyk\w+[^.,;:!?]{0,25} wysok|wysok\w+ ryzyk",
        "MEDIUM": r"ryzyk\w+[^.,;:!?]{0,25} (?:średni|umiarkowan)|(?:średni|umiarkowan)\w+ ryzyk",
        "LOW": r"ryzyk\w+[^.,;:!?]{0,25} (?:nisk|mał)|(?:nisk|mał)\w+ ryzyk",
    },
    too_late={
        "HIGH": r"(?<!najpóźniej )\bpo (?:\w+ ){0,3}(?:tygodni|dni)|(?:najbliższych|kilku|kolejnych) tygodni|obserwow|miesi[ąę]c|\blat\b|(?:najbliższ|następn|kolejn)\w+ (?:badani|wizy|kontrol)",
        "MEDIUM": r"(?<!najpóźniej )\bpo (?:\w+ ){0,3}(?:tygodni|dni)|obserwow|miesi[ąę]c|\blat\b|(?:najbliższ|następn|kolejn)\w+ (?:badani|wizy|kontrol)",
    },
    doctor=r"lekarz|dermatolog",
    within_days=r"\bdni\b|\bdniach\b|wkrótce|\btygodnia\b|dwóch tygodni|jak najszybciej",
    within_weeks=r"\btygodni",
    change=r"zmieni|rośnie",
    condition=r"\b(?:jeśli|jeżeli|gdy|gdyby|kiedy|po|aż|razie|wtedy|przy zmianie|jak(?! naj))\b",
    signs=r"krwaw|swędz|\bgoi|powiększ|wzrost|kolor",
    not_before=r"\b(?:tylko|wystarcz\w*|po|jak(?! naj)|(?<!nie czekać, )aż)\b",
    cancer=r"nowotw|\brak",
    interval=r"{low} do {high}",
    bound=r"\b(?:do|przed|nad|ponad|aż|niż|więcej|tylko|ciągu)\b|\b(?:naj|mał)|\bwystarcz|\bzakres\w*\b(?! (?:od )?I)"
    r"|\bjak (?:\w+ )?P",
    looks_like=r"przypomina|wygląda",
    classes={
        "MEL": r"czerniak",
        "NV": r"znami|pieprzyk",
        "BCC": r"podstawno",
        "AK": r"rogowaceni\w+ słoneczn",
        "BKL": r"łagodn\w+ rogowaceni",
        "DF": r"włókniak",
        "VASC": r"naczyniow",
        "SCC": r"kolczysto",
    },
)
