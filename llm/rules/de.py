"""German."""

from llm.rules.model import Rules

_DISEASE = r"(?:\w*krebs|melanom|\w*karzinom|keratose|muttermal|dermatofibrom|gefäßveränderung)"
_BEFORE_IT = (
    r"(?:(?:ein|eine|einen|einem|einer|der|die|das|um|also|sehr|fast|form|art|von|gewöhnlich\w+|aktinisch\w+|gutartig\w+"
    r"|gefährlich\w+|klein\w+|sicher|bestimmt|wahrscheinlich|wohl|nur|auch|eher|noch) )*"
)

RULES = Rules(
    letters="abcdefghijklmnopqrstuvwxyzäöüß",
    other_words=(
        "ab aber abheilt alle allem alles als also am an andere anderes angesehen anschauen ansieht arzt auch auf "
        "auge augen aus außerdem bald behalten bei beim beobachten berechnet besonders bevor bewerten bild bin "
        "bis bitte bleibt bluten dabei dadurch daher damit dann darauf darum das dass davon dazu dem den denn der "
        "deren des deshalb deutlich die dies diese diesem diesen dieser dieses doch dort du durch durchlauf "
        "durchläufen ebenfalls eher ein eine einem einen einer eines einschätzung empfehlen er ergebnis ergibt "
        "erkennen ersetzen ersetzt es etwa etwas falls falsch farbe fotos frage früh früher führen für ganz geht "
        "gehört genau gilt gleich größe größer haben hat hautarzt hautärztin heute hier hin ihm ihn ihnen ihr "
        "ihre ihrem ihren ihrer im immer in ins irren irrt ist jede jeder jedoch jucken kann klar klären krebs "
        "können könnte lassen liegen liegt lässt machen man mehr meisten mit mittelmäßig mittlere muss möglich "
        "möglichkeit nach nachdem neu neue noch nun nur ob oder ohne person praxis programm prüfen rat rechnet "
        "rechnung risiko schon schätzt sehen sehr sein seine seinem seinen seiner selbst sich sicherheit sie "
        "sieht sind so sobald sofort soll sollen sollte sollten sondern stellen stellt stufe stuft suchen tage "
        "tagen termin tun um und uns unsicher unsicherheit unter urteil vereinbaren vergrößert verändert "
        "veränderung vom von vor wachsen wahrscheinlichkeit wann war warum was weil weiter welche wenn wer werden "
        "werte wichtig wichtiger wie wieder wiederholten wird wirkt wo woche wurde zeigen zeigt zu zudem zum zur "
        "zwei zwischen ärztin über überprüfen"
    ),
    approved=r"nicht (?:aus(?:zu)?schließen|ausgeschlossen)|schließt (?:haut)?krebs nicht aus"
    r"|warten sie (?:bitte )?nicht(?: ab)?"
    r"|verlassen sie sich (?:bitte )?nicht auf|nicht (?:ab)?heilt|keine diagnose|ohne (?:aufschub|spiegelung)"
    r"|zu groß, um die stelle nicht untersuchen zu lassen|nicht beurteilen|nichts über ihre haut|ersetzt (?:aber )?keine"
    r"|nicht (?:ganz|völlig|sehr) sicher|(?:eine|einer) gefährliche[n]? form von hautkrebs(?: ist)?",
    forbidden=r"\b(?:nicht|nichts|nie|ohne|weder)\b|\bkein|heil|\bwarten|abwart|schließ|geschlossen"
    rf"|\b(?:ist|sind|haben|hat|sein|wäre|wird|zeigt|sieht|liegt|um|es) {_BEFORE_IT}{_DISEASE}"
    rf"|(?<!für )(?<!von )(?<!an )\b{_DISEASE} (?:haben|hat|sind|ist(?! (?:\w+ ){{0,2}}möglich)|liegt vor)"
    r"|gutartig(?!e[nrs]? keratose)|gewöhnlich\w* (?!muttermal)|irrt sich|ist nur ein|ist sicher\b"
    r"|ist falsch|diagnose ?(?:ist|lautet|:)|nur (?:wenn|falls|dann|bei)"
    r"|\bbleib(?!t (?:\w+ ){0,2}(?:möglich|wichtig|unsicher))|(?<!im auge )behalten(?! sie (?:\w+ ){0,3}im auge)"
    r"|\bso lassen|\blassen sie (?:\w+ ){1,3}so\b|(?:wahrscheinlichkeit|möglichkeit)[^.]{0,25}"
    r" klein|alles (?:ist )?klar|ganz sicher|sicher sein|im griff",
    levels={
        "HIGH": r"risiko[^.,;:!?]{0,25} hoch\b|\bhohe[ns]? risiko",
        "MEDIUM": r"risiko[^.,;:!?]{0,25} (?:mittel|mittelmäßig|mäßig)\b|\b(?:mittlere|mäßige)[ns]? risiko",
        "LOW": r"risiko[^.,;:!?]{0,25} (?:niedrig|klein)\b|\b(?:niedrige|kleine)[ns]? risiko",
    },
    too_late={
        "HIGH": r"(?<!spätestens )\bnach (?:\w+ ){0,3}(?:wochen?|tagen)|(?:nächsten|einigen|paar) wochen|monat|im auge|beobacht|nächste[nrsm]? (?:\w+ )?(?:\w*untersuchung|termin)",
        "MEDIUM": r"(?<!spätestens )\bnach (?:\w+ ){0,3}(?:wochen?|tagen)|monat|im auge|beobacht|nächste[nrsm]? (?:\w+ )?(?:\w*untersuchung|termin)",
    },
    doctor=r"arzt|ärzt",
    within_days=r"\btage[n]?\b|\bbald\b|\b(?:einer|zwei|dieser|nächsten) woche\b|zwei wochen",
    within_weeks=r"\bwoche",
    change=r"veränder|ändert|wächst",
    # A question's order of words is a condition, too: "Ist sie neu, gehen Sie ..."
    condition=r"\b(?:wenn|falls|sobald|sollte|nach(?! (?:sein|dies))|nachdem|dann|bis(?! zwei| zu))\b|^(?:ist|hat|wird|sieht|zeigt)\b",
    signs=r"\bblut(?!gefäß)|juck|heil|größer|wachs|farbe",
    not_before=r"\b(?:nur|nach|nachdem|bis(?! dahin))\b",
    cancer=r"krebs",
    interval=r"zwischen {low} und {high}|{low} bis (?:zu )?{high}",
    bound=r"\b(?:bis|unter|über|vor|bevor|ab|zwischen|nur|spätestens|meisten|ehesten|besten)\b|\bklein|\bso \w+ wie\b"
    r"|\b(?:als|nach) (?:\w+ ){0,2}P",
    looks_like=r"ähnel|gleich",
    classes={
        "MEL": r"melanom",
        "NV": r"muttermal",
        "BCC": r"basalzell",
        "AK": r"aktinisch",
        "BKL": r"gutartig\w+ keratose",
        "DF": r"dermatofibrom",
        "VASC": r"gefäßver",
        "SCC": r"plattenepithel",
    },
)
