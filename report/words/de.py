"""German."""

from llm.texts.de import TEXTS
from report.words.model import Words

WORDS = Words(
    decimal_mark=",",
    title="Auswertung eines Dermatoskopie-Fotos",
    disclaimer="Nur für Forschung und Lehre: kein Medizinprodukt, keine Diagnose. Wenn ein Fleck Sie beunruhigt, gehen Sie "
    "zum Arzt.",
    risk={"HIGH": "Hohes Risiko", "MEDIUM": "Mittleres Risiko", "LOW": "Niedriges Risiko"},
    not_judged="Dieses Foto lässt sich nicht beurteilen",
    not_judged_reason="Es unterscheidet sich zu sehr von den Fotos, an denen das Modell gelernt hat (Abstand {distance}, "
    "Grenze {limit}). Risiko und Wahrscheinlichkeit stehen hier nicht: Sie würden nichts bedeuten.",
    cancer_probability="Wahrscheinlichkeit für Krebs",
    interval="Mindestens 9 von 10 Wiederholungen ergaben {low} bis {high} ({runs} Läufe)",
    no_interval="Kein Intervall: Die Wiederholungen waren ausgeschaltet",
    under="unter {limit}",
    over="über {limit}",
    clinical=TEXTS.clinical,
    photo_faults="Das Foto könnte besser sein: {faults}. Nehmen Sie es noch einmal auf, wenn Sie können.",
    faults={
        "too_small": "zu wenige Pixel",
        "blurred": "unscharf",
        "too_dark": "zu dunkel",
        "too_bright": "zu hell",
        "glare": "Spiegelungen",
        "hair": "Haare über dem Fleck",
        "vignetting": "dunkle Ecken",
    },
    screening="Bei einer Reihenuntersuchung, wo etwa {of_100} von 100 Flecken Krebs sind (Annahme), ist die Wahrscheinlichkeit {probability}.",
    level_stays="Die Risikostufe bleibt gleich.",
    limits_hold="Die Grenzen der Stufen sind so gewählt, dass hier wie dort selten ein Krebs übersehen wird.",
    photo="Foto.",
    photo_square="Foto. Beurteilt wird nur das Quadrat in der Mitte.",
    heat_map="Heatmap: wohin das Modell sah, nicht warum. Höchster Wert hier: {peak} Prozentpunkte der "
    "Krebswahrscheinlichkeit; volle Farbe ab {full}, auf jedem Bericht. Farben an das Licht angeglichen.",
    diagnoses="Acht Diagnosen",
    cancer="Krebs",
    counted="zählt als Krebs",
    counted_note="Eine aktinische Keratose ist ein Sonnenschaden, aus dem Hautkrebs werden kann; sie zählt zur Wahrscheinlichkeit für Krebs.",
    not_ruled_out="Nicht ausgeschlossen: {names}.",
    promise="So gewählt, dass bei {coverage} von 100 Validierungsfotos jeder Diagnose die wahre unter den nicht ausgeschlossenen ist.",
    measured="Bei den Testfotos waren es je nach Diagnose {low} bis {high} von 100.",
    certainty="Wie sicher ist das Modell?",
    certainty_levels={"HIGH": "Hoch", "MEDIUM": "Mittel", "LOW": "Niedrig"},
    score="{score} von 100",
    parts={
        "base_confidence": "Zuversicht",
        "calibration": "Bisherige Treffer",
        "decision_clarity": "Klarer Vorsprung",
        "prediction_stability": "Stabilität",
    },
    next_step="Was als Nächstes zu tun ist",
    written_by_model="Von einem Sprachmodell aus den Zahlen oben geschrieben und nach Regeln geprüft.",
    technical="Modell {model} ({engine}). Abstand zu den Trainingsfotos {distance}, Grenze {limit}.",
    made="{date} · Auswertung {identifier}",
)
