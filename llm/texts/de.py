"""German."""

from llm.texts.model import Texts

TEXTS = Texts(
    language="German",
    names={
        "MEL": "Melanom",
        "NV": "gewöhnliches Muttermal",
        "BCC": "Basalzellkarzinom",
        "AK": "aktinische Keratose",
        "BKL": "gutartige Keratose",
        "DF": "Dermatofibrom",
        "VASC": "Gefäßveränderung",
        "SCC": "Plattenepithelkarzinom",
    },
    looks_like={
        "MEL": "einem Melanom, einer gefährlichen Form von Hautkrebs",
        "NV": "einem gewöhnlichen Muttermal",
        "BCC": "einem Basalzellkarzinom, einer langsam wachsenden Form von Hautkrebs",
        "AK": "einer aktinischen Keratose, einem Sonnenschaden, aus dem Hautkrebs werden kann",
        "BKL": "einer gutartigen Keratose, etwa einer Alterswarze",
        "DF": "einem Dermatofibrom, einem kleinen festen Knoten in der Haut",
        "VASC": "einer Gefäßveränderung, einem kleinen Knäuel aus Blutgefäßen",
        "SCC": "einem Plattenepithelkarzinom, einer Form von Hautkrebs, die früh behandelt werden sollte",
    },
    finding={
        "HIGH": "Das Programm stuft das Risiko bei diesem Foto als hoch ein. Für das Programm ähnelt die Stelle am ehesten "
        "{looks_like}.",
        "MEDIUM": "Das Programm stuft das Risiko bei diesem Foto als mittel ein: Es kann Hautkrebs nicht ausschließen. Für das "
        "Programm ähnelt die Stelle am ehesten {looks_like}.",
        "LOW": "Das Programm stuft das Risiko bei diesem Foto als niedrig ein. Für das Programm ähnelt die Stelle am ehesten "
        "{looks_like}. Ein niedriges Risiko schließt Hautkrebs nicht aus: Das Programm übersieht manche Fälle.",
    },
    even_so="Trotzdem ist die Möglichkeit von Hautkrebs zu groß, um die Stelle nicht untersuchen zu lassen.",
    not_ruled_out="Was es nicht ausschließen kann: {names}.",
    maybe_else="Es kann auch etwas anderes sein; das kann nur eine Untersuchung klären.",
    clinical="Dieses Foto scheint ohne Dermatoskop aufgenommen worden zu sein; bei solchen Fotos hat das Programm etwa jeden "
    "neunten Krebs als niedriges Risiko eingestuft, deshalb sollte die Stelle auf jeden Fall ärztlich angesehen werden.",
    next_step={
        "HIGH": "Bitte gehen Sie in den nächsten Tagen, spätestens in ein bis zwei Wochen, in eine Hautarztpraxis. Sagen Sie "
        "am Telefon, dass eine Stelle auf Hautkrebs untersucht werden muss. Warten Sie nicht ab, ob sie sich verändert.",
        "MEDIUM": "Bitte lassen Sie diese Stelle in den nächsten Wochen ärztlich ansehen, am besten in einer Hautarztpraxis. "
        "Ein Foto von heute hilft, bis dahin Veränderungen zu bemerken.",
        "LOW": "Zeigen Sie die Stelle bei der nächsten Hautuntersuchung einem Arzt oder einer Ärztin. Sehen Sie sie selbst "
        "einmal im Monat an, und gehen Sie früher hin, wenn sie neu ist, sich verändert oder Sie beunruhigt.",
    },
    certainty={
        "HIGH": "Das Programm ist sich ziemlich sicher, kann sich aber irren.",
        "MEDIUM": "Das Programm ist sich nur mäßig sicher; umso mehr zählt das ärztliche Urteil.",
        "LOW": "Das Programm ist sich bei diesem Foto unsicher: Verlassen Sie sich nicht auf seine Antwort, sondern auf "
        "ärztlichen Rat.",
    },
    unsteady="Bei wiederholten Durchläufen änderte sich seine Antwort.",
    not_judged="Dieses Foto lässt sich nicht beurteilen. Es unterscheidet sich zu stark von den Dermatoskopie-Fotos, an denen das "
    "Programm gelernt hat; seine Zahlen sagen deshalb nichts über Ihre Haut.",
    retake="Für einen neuen Versuch machen Sie bitte ein Foto mit einem Dermatoskop: ruhig gehalten, scharf und gleichmäßig "
    "beleuchtet, ohne Spiegelung, Haare oder Tinte, die ganze Stelle in der Mitte.",
    not_judged_next="Ist die Stelle neu, verändert sie sich oder beunruhigt sie Sie, lassen Sie sie bitte bald ärztlich "
    "ansehen, was immer ein Foto zeigt.",
    see_at_once="Gehen Sie ohne Aufschub in eine Arztpraxis, wenn die Stelle wächst, ungleichmäßig wird, Form oder Farbe "
    "ändert, blutet, juckt oder nicht heilt.",
    closing="Das ist keine Diagnose. Die kann nur eine Ärztin oder ein Arzt stellen, nach einer Untersuchung der Haut und, "
    "wenn nötig, einer Gewebeprobe.",
)
