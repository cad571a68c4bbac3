"""Spanish."""

from llm.texts.model import Texts

TEXTS = Texts(
    language="Spanish",
    classes={
        "MEL": "un melanoma",
        "NV": "un lunar común",
        "BCC": "un carcinoma basocelular",
        "AK": "una queratosis actínica",
        "BKL": "una queratosis benigna",
        "DF": "un dermatofibroma",
        "VASC": "una lesión vascular benigna",
        "SCC": "un carcinoma de células escamosas",
    },
    finding={
        "HIGH": "El programa ve en esta foto signos que aparecen en el cáncer de piel; lo que más se le parece es {name}.",
        "MEDIUM": "El programa no puede descartar un cáncer de piel en esta foto; lo que más se le parece es {name}.",
        "LOW": "El programa ve pocos signos de cáncer de piel en esta foto; lo que más se le parece es {name}.",
    },
    not_ruled_out="No descarta: {names}.",
    list_separator=", ",
    next_step={
        "HIGH": "Acuda pronto a un dermatólogo, en una o dos semanas, y muéstrele esta mancha; no espere a que cambie.",
        "MEDIUM": "Pida que un médico examine esta mancha en las próximas semanas, a ser posible un dermatólogo.",
        "LOW": "Muestre esta mancha a un médico en su próxima revisión de la piel, y antes si es nueva o le preocupa.",
    },
    certainty={
        "HIGH": "El programa está bastante seguro de su respuesta, pero puede equivocarse.",
        "MEDIUM": "El programa solo está moderadamente seguro, así que la opinión del médico cuenta aún más.",
        "LOW": "El programa no está seguro con esta foto: no confíe en su respuesta, confíe en la de un médico.",
    },
    not_judged="Esta foto no se puede valorar: no se parece a las fotos dermatoscópicas que el programa conoce, "
    "y sus números dicen poco aquí.",
    retake="Si puede, haga otra foto con un dermatoscopio, nítida, con luz uniforme y con toda la mancha en el centro.",
    not_judged_next="Si la mancha es nueva, cambia o le preocupa, pida que la vea un médico, muestre lo que muestre una foto.",
    see_at_once="Vaya al médico sin demora si la mancha crece, cambia de forma o de color, sangra, pica o no cicatriza.",
    closing="Esto no es un diagnóstico: solo puede darlo un médico que examine la piel y, "
    "si hace falta, una muestra de tejido.",
)
