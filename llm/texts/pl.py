"""Polish."""

from llm.texts.model import Texts

TEXTS = Texts(
    language="Polish",
    names={
        "MEL": "czerniak",
        "NV": "zwykłe znamię",
        "BCC": "rak podstawnokomórkowy",
        "AK": "rogowacenie słoneczne",
        "BKL": "łagodne rogowacenie",
        "DF": "włókniak skóry",
        "VASC": "zmiana naczyniowa",
        "SCC": "rak kolczystokomórkowy",
    },
    looks_like={
        "MEL": "czerniaka, groźny nowotwór skóry",
        "NV": "zwykłe znamię, czyli pieprzyk",
        "BCC": "raka podstawnokomórkowego, wolno rosnący nowotwór skóry",
        "AK": "rogowacenie słoneczne, uszkodzenie skóry przez słońce, z którego może rozwinąć się rak",
        "BKL": "łagodne rogowacenie, na przykład brodawkę łojotokową",
        "DF": "włókniaka skóry, mały twardy guzek",
        "VASC": "zmianę naczyniową, skupisko drobnych naczyń krwionośnych",
        "SCC": "raka kolczystokomórkowego, nowotwór skóry, który trzeba wcześnie leczyć",
    },
    finding={
        "HIGH": "Program ocenia ryzyko na tym zdjęciu jako wysokie. Zdaniem programu zmiana najbardziej przypomina "
        "{looks_like}.",
        "MEDIUM": "Program ocenia ryzyko na tym zdjęciu jako średnie: nie może wykluczyć nowotworu skóry. Zdaniem programu "
        "zmiana najbardziej przypomina {looks_like}.",
        "LOW": "Program ocenia ryzyko na tym zdjęciu jako niskie. Zdaniem programu zmiana najbardziej przypomina "
        "{looks_like}. Niskie ryzyko nie wyklucza nowotworu skóry: niektóre program przeocza.",
    },
    even_so="Mimo to możliwość nowotworu skóry jest zbyt duża, żeby zostawić tę zmianę bez badania.",
    not_ruled_out="Nadal możliwe: {names}.",
    maybe_else="Może to też być coś innego; rozstrzygnąć to może tylko badanie.",
    clinical="To zdjęcie wygląda na zrobione bez dermatoskopu; na takich zdjęciach program ocenił ryzyko jako niskie mniej "
    "więcej w co dziewiątym przypadku nowotworu złośliwego skóry, dlatego niezależnie od wyniku tę zmianę powinien obejrzeć lekarz.",
    next_step={
        "HIGH": "Proszę zgłosić się do dermatologa w najbliższych dniach, najpóźniej w ciągu jednego do dwóch tygodni. Umawiając "
        "wizytę, proszę powiedzieć, że trzeba zbadać zmianę w kierunku nowotworu skóry. Proszę nie czekać, aż się zmieni.",
        "MEDIUM": "Proszę w ciągu najbliższych tygodni pokazać tę zmianę lekarzowi, najlepiej dermatologowi. Zdjęcie zrobione "
        "dzisiaj pomoże zauważyć, czy do tego czasu coś się zmieniło.",
        "LOW": "Proszę pokazać tę zmianę lekarzowi przy najbliższym badaniu skóry. Proszę też oglądać ją samodzielnie raz w miesiącu "
        "i zgłosić się wcześniej, jeśli jest nowa, zmienia się lub niepokoi.",
    },
    certainty={
        "HIGH": "Program jest dość pewny swojej odpowiedzi, ale może się mylić.",
        "MEDIUM": "Program jest tylko umiarkowanie pewny, więc tym bardziej liczy się ocena lekarza.",
        "LOW": "Program nie jest pewny przy tym zdjęciu: proszę polegać nie na jego odpowiedzi, lecz na opinii lekarza.",
    },
    unsteady="Przy powtarzaniu analizy jego odpowiedź się zmieniała.",
    not_judged="Tego zdjęcia nie da się ocenić. Zbyt różni się od zdjęć dermatoskopowych, na których uczył się program, więc "
    "jego liczby nic nie mówią o tej skórze.",
    retake="Aby spróbować ponownie, proszę zrobić zdjęcie dermatoskopem: nieruchomo, ostre i równo oświetlone, bez odblasków, "
    "włosów i tuszu, z całą zmianą na środku.",
    not_judged_next="Jeśli zmiana jest nowa, zmienia się lub niepokoi, proszę wkrótce pokazać ją lekarzowi, cokolwiek widać "
    "na zdjęciu.",
    see_at_once="Proszę zgłosić się do lekarza bez zwłoki, jeśli zmiana rośnie, staje się nierówna, zmienia kształt lub kolor, "
    "krwawi, swędzi lub się nie goi.",
    closing="To nie jest diagnoza. Postawić ją może tylko lekarz, który zbada skórę, a w razie potrzeby pobierze wycinek.",
)
