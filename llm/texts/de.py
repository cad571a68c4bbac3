"""German."""

from llm.texts.model import Texts

TEXTS = Texts(
    language="German",
    classes={
        "MEL": "einem Melanom",
        "NV": "einem gewöhnlichen Muttermal",
        "BCC": "einem Basalzellkarzinom",
        "AK": "einer aktinischen Keratose",
        "BKL": "einer gutartigen Keratose",
        "DF": "einem Dermatofibrom",
        "VASC": "einer gutartigen Gefäßveränderung",
        "SCC": "einem Plattenepithelkarzinom",
    },
    finding={
        "HIGH": "Das Programm sieht auf diesem Foto Zeichen, wie sie bei Hautkrebs vorkommen; am ehesten ähnelt es {name}.",
        "MEDIUM": "Das Programm kann Hautkrebs auf diesem Foto nicht ausschließen; am ehesten ähnelt es {name}.",
        "LOW": "Das Programm sieht auf diesem Foto wenige Zeichen von Hautkrebs; am ehesten ähnelt es {name}.",
    },
    not_ruled_out="Nicht ausgeschlossen ist die Ähnlichkeit mit: {names}.",
    list_separator=", ",
    next_step={
        "HIGH": "Bitte gehen Sie bald, innerhalb von ein bis zwei Wochen, in eine Hautarztpraxis und zeigen Sie diese Stelle; "
        "warten Sie nicht auf Veränderungen.",
        "MEDIUM": "Bitte lassen Sie diese Stelle in den nächsten Wochen ärztlich ansehen, am besten in einer Hautarztpraxis.",
        "LOW": "Zeigen Sie diese Stelle bei der nächsten Hautuntersuchung, und früher, wenn sie neu ist oder Sie beunruhigt.",
    },
    certainty={
        "HIGH": "Das Programm ist sich ziemlich sicher, kann sich aber irren.",
        "MEDIUM": "Das Programm ist sich nur mäßig sicher; umso mehr zählt das ärztliche Urteil.",
        "LOW": "Das Programm ist sich bei diesem Foto unsicher: Verlassen Sie sich nicht darauf, sondern auf ärztlichen Rat.",
    },
    not_judged="Dieses Foto lässt sich nicht beurteilen: Es gleicht nicht den Dermatoskopie-Fotos, die das Programm kennt, und "
    "seine Zahlen sagen hier wenig.",
    retake="Wenn es geht, machen Sie ein neues Foto mit einem Dermatoskop: scharf, gleichmäßig beleuchtet, die ganze Stelle "
    "in der Mitte.",
    not_judged_next="Ist die Stelle neu, verändert sie sich oder beunruhigt sie Sie, lassen Sie sie bitte ärztlich ansehen, "
    "was immer ein Foto zeigt.",
    see_at_once="Gehen Sie ohne Aufschub in eine Arztpraxis, wenn die Stelle wächst, Form oder Farbe ändert, blutet, juckt "
    "oder nicht heilt.",
    closing="Das ist keine Diagnose: Die stellt nur eine Ärztin oder ein Arzt, der die Haut untersucht und wenn nötig eine "
    "Gewebeprobe nimmt.",
)
