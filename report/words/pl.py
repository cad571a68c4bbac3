"""Polish."""

from llm.texts.pl import TEXTS
from report.words.model import Words

WORDS = Words(
    decimal_mark=",",
    title="Analiza zdjęcia dermatoskopowego",
    disclaimer="Tylko do badań i nauki: to nie jest wyrób medyczny ani diagnoza. Jeśli znamię Cię niepokoi, idź do lekarza.",
    risk={"HIGH": "Wysokie ryzyko", "MEDIUM": "Średnie ryzyko", "LOW": "Niskie ryzyko"},
    not_judged="Tego zdjęcia nie można ocenić",
    not_judged_reason="Zbyt różni się od zdjęć, na których uczył się model (odległość {distance}, granica {limit}). Nie podano "
    "ryzyka ani prawdopodobieństwa: nic by nie znaczyły.",
    cancer_probability="Prawdopodobieństwo nowotworu złośliwego skóry",
    interval="Co najmniej 9 z 10 powtórzeń dało od {low} do {high} (liczba powtórzeń: {runs})",
    no_interval="Bez przedziału: powtórzenia były wyłączone",
    under="poniżej {limit}",
    over="powyżej {limit}",
    clinical=TEXTS.clinical,
    photo_faults="Zdjęcie mogłoby być lepsze: {faults}. Jeśli możesz, zrób je jeszcze raz.",
    faults={
        "too_small": "za mało pikseli",
        "blurred": "nieostre",
        "too_dark": "za ciemne",
        "too_bright": "za jasne",
        "glare": "odblaski",
        "hair": "włosy na znamieniu",
        "vignetting": "ciemne rogi",
    },
    screening="W badaniu przesiewowym, gdzie około {of_100} na 100 zmian to nowotwór złośliwy skóry (założenie), prawdopodobieństwo "
    "wynosi {probability}.",
    level_stays="Poziom ryzyka się nie zmienia.",
    limits_hold="Jego granice dobrano tak, aby w obu miejscach rzadko przeoczyć nowotwór złośliwy skóry.",
    photo="Zdjęcie.",
    photo_square="Zdjęcie. Oceniany jest tylko kwadrat pośrodku.",
    heat_map="Mapa ciepła: gdzie patrzył model, a nie dlaczego. Najwyższa wartość tutaj: {peak} punktu procentowego "
    "prawdopodobieństwa nowotworu złośliwego skóry; pełny kolor od {full}, w każdym raporcie. Kolory wyrównane względem światła.",
    diagnoses="Osiem rozpoznań",
    cancer="złośliwy",
    counted="liczone jak złośliwe",
    counted_note="Rogowacenie słoneczne to uszkodzenie skóry przez słońce, z którego może rozwinąć się nowotwór złośliwy skóry; jest "
    "wliczone w jego prawdopodobieństwo.",
    not_ruled_out="Nie wykluczono: {names}.",
    promise="Dobrano tak, aby dla {coverage} na 100 zdjęć walidacyjnych każdego rozpoznania prawdziwe było wśród niewykluczonych.",
    measured="Na zdjęciach testowych było to od {low} do {high} na 100, zależnie od rozpoznania.",
    certainty="Jak pewny jest model?",
    certainty_levels={"HIGH": "Wysoka pewność", "MEDIUM": "Średnia pewność", "LOW": "Niska pewność"},
    score="{score} na 100",
    parts={
        "base_confidence": "Ufność",
        "calibration": "Dotychczasowe trafienia",
        "decision_clarity": "Wyraźna przewaga",
        "prediction_stability": "Stabilność",
    },
    next_step="Co robić dalej",
    written_by_model="Napisane przez model językowy na podstawie tych liczb i sprawdzone według reguł.",
    technical="Model {model} ({engine}). Odległość od zdjęć treningowych {distance}, granica {limit}.",
    made="{date} · Analiza {identifier}",
)
