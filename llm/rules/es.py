"""Spanish."""

from llm.rules.model import Rules

_DISEASE = r"(?:cáncer|melanoma|carcinoma|queratosis|lunar|dermatofibroma|lesión)"
_BEFORE_IT = (
    r"(?:(?:un|una|el|la|de|en|casi|muy|más|todavía|forma|tipo|clase|piel|común|pequeñ[oa]|benign[oa]|peligros[oa]|grave|seguramente"
    r"|claramente|probablemente|solo|también) )*"
)

RULES = Rules(
    letters="abcdefghijklmnopqrstuvwxyzáéíóúüñ",
    other_words=(
        "a acuda acudir además al algo alguna algunas alguno antes análisis aparece aporta así atención aumenta "
        "aunque aún cada calcula cambio cambios caso centro cercano certeza cita clínica como con consulta "
        "consultar conviene crecimiento cual cualquier cuando cuanto cuenta cura de debe deben deje del "
        "dermatología desde dos día días ejemplo el ella en enseñar enseñe entre equivoca equivocarse era es esa "
        "ese eso especialista espere esta estar este estima esto estos evaluación evaluar examen examina examinar "
        "experto explica exploración explore fiable forma foto fotos ha haber hable hace hacer hacerlo hacia "
        "hasta hay herida imagen importante incluso indica inmediato ir la las le les lesión lo los mayor media "
        "medio mejor mientras mira mirar moderada moderado mostrar motivo mucho muestra muy máximo médica "
        "observando observe ojos opinión otra otro para parece pasar pedir pero persona pida piel podría por "
        "porque posibilidad posible presenta primero probabilidad programa pronto próximo puede pueden que quien "
        "razón recomendamos recomienda repetir repite resultado revise se sea segura según ser si siempre siga "
        "sigue sitúa sobre solicite solo son su sufre sus sustituye tamaño también tampoco tenga tiempo tiene "
        "tipo todavía todo tras un una uno usted valora valore vaya ve vea ver vez visita vista vuelve y ya"
    ),
    approved=r"(?:no|tampoco) (?:se )?(?:puede )?descarta[r]?|no se (?:puede|pueden) descartar|no espere"
    r"|no confíe en su respuesta"
    r"|no (?:se )?(?:cicatriza|cura)|no es un diagnóstico|sin demora|no deje pasar el tiempo|demasiado alta para no revisar la mancha"
    r"|no está (?:del todo |muy )?seguro con esta foto|no se puede valorar|no dicen nada sobre su piel"
    r"|sin (?:moverlo|reflejos, pelos ni tinta)|no (?:sustituye|reemplaza)|probabilidad de que sea (?:un )?cáncer"
    r"|(?:que|el cual) es una forma peligrosa de cáncer de piel",
    forbidden=r"\b(?:no|sin|nada|nunca|ni|tampoco|ningun[oa]|ningún)\b|cicatriz|\bcura\b|\besper|descart"
    rf"|\b(?:es|son|sea|era|ser|hay|tiene|tenga|sufre|presenta|muestra|indica|ve|trata de|está) {_BEFORE_IT}{_DISEASE}"
    r"|cancerosa|\bes solo una? |\bsegura\b|(?<!lunar )común|se equivoca\b|(?<!queratosis )benign"
    r"|diagnosticad|diagnóstico ?(?:es|de|:)|(?:solo|únicamente) (?:si|cuando|en caso)|tiempo"
    r"|\bdeje\b|\bsig(?:a|ue) (?:así|como)\b|una vez (?!al|más)|como muy pronto"
    r"|(?:probabilidad|posibilidad)[^.]{0,25} pequeñ|segur[oa] de que|está (?:\w+ )?mejor",
    levels={
        "HIGH": r"riesgo[^.,;:!?]{0,25} alto\b|\balto (?:el |un )?riesgo",
        "MEDIUM": r"riesgo[^.,;:!?]{0,25} (?:medio|moderado)\b|\b(?:medio|moderado) (?:el |un )?riesgo",
        "LOW": r"riesgo[^.,;:!?]{0,25} (?:bajo|pequeño)\b|\bbajo (?:el |un )?riesgo",
    },
    too_late={
        "HIGH": r"\b(?:tras|desde) (?:\w+ ){0,3}(?:semanas?|días)|(?:próximas|algunas|unas) semanas|\bmes|próxim[ao] (?:\w+ )?(?:revisión|visita|cita|consulta|vez)",
        "MEDIUM": r"\b(?:tras|desde) (?:\w+ ){0,3}(?:semanas?|días)|\bmes|próxim[ao] (?:\w+ )?(?:revisión|visita|cita|consulta|vez)",
    },
    doctor=r"médic|dermatólog",
    within_days=r"\bdías\b|\bpronto\b|cuanto antes|\b(?:una|dos|esta|próxima) semanas?\b",
    within_weeks=r"\bsemanas?\b",
    change=r"cambi|crec",
    condition=r"\b(?:si|cuando|caso|una vez|tras|hasta|desde|mientras|en cuanto|entonces)\b",
    signs=r"sangr|\bpica|cicatri|\bcura\b|aument|mayor|color",
    not_before=r"\b(?:solo|tras|hasta(?! entonces)|desde|una vez(?! al mes))\b",
    cancer=r"cáncer",
    interval=r"entre (?:el |un )?{low} y (?:el |un )?{high}|{low} (?:al?|hasta) (?:el |un )?{high}",
    bound=r"\b(?:hasta|entre|más|antes|solo|mejor|tarde|pronto)\b|\b(?:máxim|much|mayor|pequeñ)"
    r"|\b(?:bajo|como),? (?:(?:a|de|del|el|un|este|ese) )*P",
    looks_like=r"\bparece",
    classes={
        "MEL": r"melanoma",
        "NV": r"\blunar",
        "BCC": r"basocelular",
        "AK": r"actínica",
        "BKL": r"queratosis benigna",
        "DF": r"dermatofibroma",
        "VASC": r"vascular",
        "SCC": r"escamosas",
    },
)
