"""Spanish."""

from llm.texts.es import TEXTS
from report.words.model import Words

WORDS = Words(
    decimal_mark=",",
    title="Análisis de una foto dermatoscópica",
    disclaimer="Solo para investigación y enseñanza: no es un producto sanitario ni un diagnóstico. Si una mancha le preocupa, "
    "acuda al médico.",
    risk={"HIGH": "Riesgo alto", "MEDIUM": "Riesgo medio", "LOW": "Riesgo bajo"},
    not_judged="Esta foto no se puede valorar",
    not_judged_reason="Se diferencia demasiado de las fotos con las que aprendió el modelo (distancia {distance}, límite "
    "{limit}). No se indica riesgo ni probabilidad: no significarían nada.",
    cancer_probability="Probabilidad de cáncer",
    interval="Al menos 9 de cada 10 repeticiones dieron de {low} a {high} ({runs} repeticiones)",
    no_interval="Sin intervalo: las repeticiones estaban desactivadas",
    under="menos del {limit}",
    over="más del {limit}",
    clinical=TEXTS.clinical,
    photo_faults="La foto podría ser mejor: {faults}. Repítala si puede.",
    faults={
        "too_small": "muy pocos píxeles",
        "blurred": "borrosa",
        "too_dark": "demasiado oscura",
        "too_bright": "demasiado clara",
        "glare": "reflejos",
        "hair": "vello sobre la mancha",
        "vignetting": "esquinas oscuras",
    },
    screening="En un cribado, donde unas {of_100} de cada 100 manchas son cáncer (supuesto), la probabilidad es de {probability}.",
    level_stays="El nivel de riesgo no cambia.",
    limits_hold="Sus límites se eligieron de modo que en ambos lugares se pasen por alto pocos cánceres.",
    photo="Foto.",
    photo_square="Foto. Solo se valora el cuadrado del centro.",
    heat_map="Mapa de calor: dónde miró el modelo, no por qué. Máximo aquí: {peak} puntos porcentuales de probabilidad de "
    "cáncer; color pleno desde {full}, en todos los informes. Colores igualados según la luz.",
    diagnoses="Ocho diagnósticos",
    cancer="cáncer",
    counted="cuenta como cáncer",
    counted_note="La queratosis actínica es un daño solar que puede convertirse en cáncer de piel; cuenta en la probabilidad de cáncer.",
    not_ruled_out="No descartado: {names}.",
    promise="Elegido para que, en {coverage} de cada 100 fotos de validación de cada diagnóstico, el verdadero esté entre los no descartados.",
    measured="En las fotos de prueba fueron de {low} a {high} de cada 100, según el diagnóstico.",
    certainty="¿Qué seguridad tiene el modelo?",
    certainty_levels={"HIGH": "Alta", "MEDIUM": "Media", "LOW": "Baja"},
    score="{score} de 100",
    parts={
        "base_confidence": "Confianza",
        "calibration": "Aciertos previos",
        "decision_clarity": "Ventaja clara",
        "prediction_stability": "Estabilidad",
    },
    next_step="Qué hacer ahora",
    written_by_model="Escrito por un modelo de lenguaje a partir de estos números y comprobado con reglas.",
    technical="Modelo {model} ({engine}). Distancia a las fotos de entrenamiento {distance}, límite {limit}.",
    made="{date} · Análisis {identifier}",
)
