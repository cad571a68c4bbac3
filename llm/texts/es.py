"""Spanish."""

from llm.texts.model import Texts

TEXTS = Texts(
    language="Spanish",
    names={
        "MEL": "melanoma",
        "NV": "lunar común",
        "BCC": "carcinoma basocelular",
        "AK": "queratosis actínica",
        "BKL": "queratosis benigna",
        "DF": "dermatofibroma",
        "VASC": "lesión vascular",
        "SCC": "carcinoma de células escamosas",
    },
    looks_like={
        "MEL": "un melanoma, una forma peligrosa de cáncer de piel",
        "NV": "un lunar común",
        "BCC": "un carcinoma basocelular, una forma de cáncer de piel que crece despacio",
        "AK": "una queratosis actínica, un daño del sol que puede convertirse en cáncer de piel",
        "BKL": "una queratosis benigna, por ejemplo una queratosis seborreica",
        "DF": "un dermatofibroma, un pequeño bulto firme en la piel",
        "VASC": "una lesión vascular, un pequeño grupo de vasos sanguíneos",
        "SCC": "un carcinoma de células escamosas, una forma de cáncer de piel que conviene tratar pronto",
    },
    finding={
        "HIGH": "El programa considera alto el riesgo de esta foto. Para él, la mancha se parece sobre todo a {looks_like}.",
        "MEDIUM": "El programa considera medio el riesgo de esta foto: no puede descartar un cáncer de piel. Para él, "
        "la mancha se parece sobre todo a {looks_like}.",
        "LOW": "El programa considera bajo el riesgo de esta foto. Para él, la mancha se parece sobre todo a "
        "{looks_like}. Un riesgo bajo no descarta un cáncer de piel: al programa se le escapan algunos.",
    },
    even_so="Aun así, la posibilidad de un cáncer de piel es demasiado alta para no revisar la mancha.",
    not_ruled_out="No puede descartar: {names}.",
    maybe_else="También puede ser otra cosa; solo una exploración puede aclararlo.",
    clinical="Esta foto parece hecha sin dermatoscopio; en fotos así, el programa ha considerado de riesgo bajo alrededor de uno "
    "de cada nueve cánceres, así que un médico debe examinar la mancha en cualquier caso.",
    next_step={
        "HIGH": "Acuda a un dermatólogo en los próximos días, como muy tarde en una o dos semanas. Al pedir la cita, diga que "
        "hay que revisar una mancha por si fuera cáncer de piel. No espere a ver si cambia.",
        "MEDIUM": "Pida que un médico le examine esta mancha en las próximas semanas, a ser posible un dermatólogo. Una foto "
        "hecha hoy ayuda a notar cualquier cambio hasta entonces.",
        "LOW": "Muestre la mancha a un médico en su próxima revisión de la piel. Obsérvela una vez al mes y vaya antes "
        "si es nueva, cambia o le preocupa.",
    },
    certainty={
        "HIGH": "El programa está bastante seguro de su respuesta, pero puede equivocarse.",
        "MEDIUM": "El programa solo está moderadamente seguro, así que la opinión del médico cuenta aún más.",
        "LOW": "El programa no está seguro con esta foto: no confíe en su respuesta, sino en la de un médico.",
    },
    unsteady="Al repetir el análisis, su respuesta cambió.",
    not_judged="Esta foto no se puede valorar. Es demasiado distinta de las fotos dermatoscópicas con las que aprendió el "
    "programa, así que sus números no dicen nada sobre su piel.",
    retake="Para volver a intentarlo, haga una foto con un dermatoscopio: sin moverlo, nítida y con luz uniforme, sin reflejos, "
    "pelos ni tinta, y con toda la mancha en el centro.",
    not_judged_next="Si la mancha es nueva, cambia o le preocupa, pida pronto que la vea un médico, muestre lo que muestre "
    "una foto.",
    see_at_once="Vaya al médico sin demora si la mancha crece, se vuelve irregular, cambia de forma o de color, sangra, pica "
    "o no cicatriza.",
    closing="Esto no es un diagnóstico. Solo puede darlo un médico que examine su piel y, si hace falta, una muestra de "
    "tejido.",
)
