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
        "a albo ale analiza analizy aż badać badanie badaniu będzie bliska bo być była by cechy co często czy czyli dalej dalsze "
        "data dermatologiczne dermatologicznej dlatego dla do dni dokładnie dokładniej dwa dwóch dzień gabinet gdy gdyby godzin i "
        "ich ile im inna inne innego istnieje ich ją jak jakie jaka jakąkolwiek jako jednak jednego jego jej jest jeszcze już każdy "
        "każda każdą kiedy kolejne kontrola kontaktować kształtu które która który którą krwawienie lat lecz lekarska lepiej lub ma "
        "mają mimo mogą może mylić możliwe można mu musi na nad nadal następnego następnym najlepiej najszybciej natychmiast niej niego nim niż nowe o ocenę "
        "oceny obejrzeć obejrzy obejrzał obserwować od odczyt okaże on ona one opinia oprócz oraz ostateczną osoba oznacza pan pani "
        "państwo pilnie po podczas podstawie pokazania pokaże pomyłka ponadto ponieważ postawi powiększa powinien powinna powtórzeniach "
        "powtórne pozostaje powodu prawdopodobieństwo proszę przed przede przez przy przyjrzeć punkt razie razu również rozmiar "
        "rośnięcie samo są siebie skonsultować skontaktować skóra skórę specjalista specjaliście sprawdzi sprawdzić stopnia swoją "
        "swojej swędzenie szacuje szybko ta tak także taka takie tam te tego tej temu ten tę też to tu tutaj tych tydzień tylko tym "
        "typ u umówić umówienie uważnie w warto ważne ważna ważniejsza według wcześnie we więcej więc wizyta wizytę wkrótce wobec "
        "wskazuje wszystkim wtedy wyglądem wygląda wynik wyniku wynosi wyraźnie wystarczy wzrost z za zaleca zawsze zbadanie zbadaniu "
        "ze zgłosić zmian zmianie zmiany zobaczył zobaczyć że żeby zakresie zdaniem"
    ),
    approved=r"nie (?:może|można|wyklucza|da się)(?: (?:wykluczyć|całkiem wykluczyć|ocenić))?|(?:proszę )?nie czekać|nie goi|nie jest diagnoz\w+"
    r"|bez (?:zwłoki|badania|odblasków)|polegać nie na|nie polegać na|nic nie mówią o tej skórze|nie zastąpi|nie zastępuje"
    r"|nie jest (?:całkiem |zupełnie )?pewn\w+ (?:przy|swojej|tej|co do)|samo zdjęcie nie wystarczy|aż się zmieni|możliwe jest",
    forbidden=r"\b(?:nie|bez|nic|ani|nigdy|żadn\w+|niczego)\b|\bgoi|\bczeka|poczeka|wyklucz"
    rf"|\b(?:to|jest|są|ma|mają|być|będzie|oznacza|wskazuje|wygląda) {_BEFORE_IT}{_DISEASE}|\b(?:ma|mają) (?:pan|pani|państwo)\b"
    r"|łagodn\w+\b(?! rogowaceni)|zwykł\w+ (?!znami|pieprz)|\bto tylko|myli się|się myli\b|rozpozn|diagnoza ?(?:to|jest|brzmi|:)|tylko (?:jeśli|wtedy|gdy|kiedy)"
    r"|(?:prawdopodobieństwo|możliwość)[^.]{0,25} mał|pewne że|na pewno",
    levels={
        "HIGH": r"ryzyk\w+[^.,;:!?]{0,25} wysok|wysok\w+ ryzyk",
        "MEDIUM": r"ryzyk\w+[^.,;:!?]{0,25} (?:średni|umiarkowan)|(?:średni|umiarkowan)\w+ ryzyk",
        "LOW": r"ryzyk\w+[^.,;:!?]{0,25} (?:nisk|mał)|(?:nisk|mał)\w+ ryzyk",
    },
    too_late={
        "HIGH": r"(?:najbliższych|kilku|kolejnych) tygodni|obserwow|miesi[ąę]c|\blat\b|(?:najbliższ|następn|kolejn)\w+ (?:badani|wizy|kontrol)",
        "MEDIUM": r"obserwow|miesi[ąę]c|\blat\b|(?:najbliższ|następn|kolejn)\w+ (?:badani|wizy|kontrol)",
    },
    doctor=r"lekarz|dermatolog",
    within_days=r"\bdni\b|\bdniach\b|wkrótce|\btygodnia\b|dwóch tygodni|jak najszybciej",
    within_weeks=r"\btygodni",
    change=r"zmieni|rośnie",
    condition=r"\b(?:jeśli|jeżeli|gdy|gdyby|kiedy)\b",
    cancer=r"nowotw|\brak",
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
