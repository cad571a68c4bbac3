"""Polish."""

from llm.texts.model import Texts

TEXTS = Texts(
    language="Polish",
    classes={
        "MEL": "czerniak",
        "NV": "zwykłe znamię",
        "BCC": "rak podstawnokomórkowy",
        "AK": "rogowacenie słoneczne",
        "BKL": "łagodne rogowacenie",
        "DF": "włókniak skóry",
        "VASC": "łagodna zmiana naczyniowa",
        "SCC": "rak kolczystokomórkowy",
    },
    finding={
        "HIGH": "Program widzi na tym zdjęciu cechy, które występują w raku skóry; najbardziej przypomina to: {name}.",
        "MEDIUM": "Program nie może wykluczyć raka skóry na tym zdjęciu; najbardziej przypomina to: {name}.",
        "LOW": "Program widzi na tym zdjęciu niewiele cech raka skóry; najbardziej przypomina to: {name}.",
    },
    not_ruled_out="Nie wyklucza: {names}.",
    list_separator=", ",
    next_step={
        "HIGH": "Proszę zgłosić się wkrótce, w ciągu jednego do dwóch tygodni, do dermatologa i pokazać tę zmianę; nie czekać, "
        "aż się zmieni.",
        "MEDIUM": "Proszę w ciągu najbliższych tygodni pokazać tę zmianę lekarzowi, najlepiej dermatologowi.",
        "LOW": "Proszę pokazać tę zmianę lekarzowi przy najbliższym badaniu skóry, a wcześniej, jeśli jest nowa lub niepokoi.",
    },
    certainty={
        "HIGH": "Program jest dość pewny swojej odpowiedzi, ale może się mylić.",
        "MEDIUM": "Program jest tylko umiarkowanie pewny, więc tym bardziej liczy się ocena lekarza.",
        "LOW": "Program nie jest pewny przy tym zdjęciu: proszę polegać nie na nim, lecz na lekarzu.",
    },
    not_judged="Tego zdjęcia nie da się ocenić: nie przypomina zdjęć dermatoskopowych, które program zna, więc jego liczby "
    "niewiele tu znaczą.",
    retake="Jeśli to możliwe, proszę zrobić nowe zdjęcie dermatoskopem: ostre, równo oświetlone, z całą zmianą na środku.",
    not_judged_next="Jeśli zmiana jest nowa, zmienia się lub niepokoi, proszę pokazać ją lekarzowi, "
    "cokolwiek widać na zdjęciu.",
    see_at_once="Proszę zgłosić się do lekarza bez zwłoki, jeśli zmiana rośnie, zmienia kształt lub kolor, krwawi, swędzi lub "
    "się nie goi.",
    closing="To nie jest diagnoza: postawić ją może tylko lekarz, który zbada skórę, a w razie potrzeby pobierze wycinek.",
)
