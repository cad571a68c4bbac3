"""English."""

from llm.rules.model import Rules

_DISEASE = r"(?:cancer|melanoma|carcinoma|keratosis|mole|dermatofibroma|lesion)"
_BEFORE_IT = (
    r"(?:(?:a|an|the|in|fact|very|most|form|kind|sort|of|skin|early|ordinary|basal|squamous|cell|actinic|benign|vascular|small"
    r"|dangerous|serious|more|rather|less|still|certainly|surely|clearly|probably|likely|only|also|just) )*"
)

RULES = Rules(
    letters="abcdefghijklmnopqrstuvwxyz",
    other_words=(
        "a about after again alone also although an analysis and another any appointment are arrange as ask "
        "assessment at away based be because been before being between bigger bleed bleeding book both but by "
        "calculates can careful case certain certainty chance clinic closely color come consider could day decide "
        "dermatology describe does each earlier early either enough estimate estimated estimates even examination "
        "examine examined expert eye few find following for from further get gets go got grow growing growth has "
        "have help her him his how however if important in inspect into is it itch itching its itself judge keep "
        "kind larger least lesion look looked made make makes making matter matters may might miss misses "
        "mistaken moderate more must new notice now of on once one or other own person photo physician picture "
        "place please point possibility possible practice probability professional promptly put puts range rather "
        "reason reliable remain remains repeated replace result results right runs said same say see seeing seen "
        "sees serious shape should show shows since size skin so sore specialist start starts still such sure "
        "suspicious take tell text than that the their them then there therefore these they this those through to "
        "together trained two uncertain uncertainty until up urgent use very view visit was watch way week well "
        "were what when which while who why will with within wrong yet you your yourself"
    ),
    approved=r"(?:cannot|can ?not|can’t|does not|doesn’t|do not) (?:be )?ruled? out|(?:do not|don’t) (?:rely|wait)\b"
    r"|(?:do|does|is|will) not heal(?:ing)?\b|doesn’t heal|(?:is not|not|gives no|no) (?:yet )?(?:a )?diagnosis"
    r"|(?:cannot|can ?not|can’t|does not|doesn’t) replace|not enough (?:for|to make) a diagnosis"
    r"|too high to leave the spot unchecked|without delay|cannot be judged|without glare"
    r"|nothing about your skin|(?:probability|chance) that (?:it|this|the spot) is (?:skin )?cancer"
    r"|which is a (?:dangerous|serious) (?:form|kind) of skin cancer"
    r"|not (?:fully|completely|entirely|very) (?:sure|certain)",
    forbidden=r"\b(?:not|no|never|nothing|none|neither|nor|without|cannot)\b|n’t\b|\bheal|\bwait|rul\w+ out"
    r"|unchecked|take (?:your|some) time|go(?:es)? away|put (?:it )?(?:off|on|up)"
    rf"|\b(?:have|has|is|are|was|were|be|been|get|got|shows?|sees?|find|tell) {_BEFORE_IT}{_DISEASE}"
    r"|cancerous|ordinary(?! mole)|\bis only an? |you have it|\b(?:is|was|are) (?:\w+ )?(?:wrong|mistaken)"
    r"|benign(?! keratosis)|diagnosed|diagnosis ?(?:is|of|:|may|can be (?:a|the)\b)|only (?:if|when|in case)"
    r"|(?:chance|probability|possibility)[^.]{0,25} small"
    r"|earliest|\bkeep (?:it(?! still)|this|the spot)\b|\bleav|\bremains? (?:as|like|so|the same)\b|(?<!at )\bonce(?! a)\b"
    r"|away by|(?<!as )\bwell\b|all right",
    levels={
        "HIGH": r"\brisk\b[^.,;:!?]{0,25} high\b|\bhigh(?:er)?[ -](?:\w+ )?risk",
        "MEDIUM": r"\brisk\b[^.,;:!?]{0,25} (?:medium|moderate)\b|\b(?:medium|moderate)[ -](?:\w+ )?risk",
        "LOW": r"\brisk\b[^.,;:!?]{0,25} (?:low|small)\b|\b(?:low|small|lower)[ -](?:\w+ )?(?:risk|rating)",
    },
    too_late={
        "HIGH": r"after (?:\w+ ){0,3}(?:weeks?|days)|(?:few|coming|more|next|some) weeks|weeks or more|month|next (?:\w+ )?(?:visit|check|appointment|examination)",
        "MEDIUM": r"after (?:\w+ ){0,3}(?:weeks?|days)|month|next (?:\w+ )?(?:visit|check|appointment|examination)",
    },
    doctor=r"\bdoctor|dermatologist|physician",
    within_days=r"\bdays\b|\bsoon\b|promptly|\b(?:one|two|this|next|a) weeks?\b",
    within_weeks=r"\bweeks?\b",
    change=r"chang|grow",
    condition=r"\b(?:if|when|should (?:it|this|the)|in case|in that case|(?<!at )once|after|until|while|then)\b",
    signs=r"bleed|itch|heal|bigger|larger|colou?r",
    not_before=r"\b(?:only|enough|after|until(?! then)|(?<!at )once(?! a month))\b",
    cancer=r"cancer",
    interval=r"between {low} and {high}|{low} to {high}",
    bound=r"\b(?:up|within|most|least|than|until|before|between|through|latest|earliest|earlier|early|only|enough)\b"
    r"|\b(?:larg|bigg|small|furth)|\bas \w+ as\b|\bto (?:(?:a|an|the|this|that|these|about|even) )*P",
    looks_like=r"\blike\b|similar",
    classes={
        "MEL": r"melanoma",
        "NV": r"\bmole",
        "BCC": r"basal",
        "AK": r"actinic",
        "BKL": r"benign keratosis",
        "DF": r"dermatofibroma",
        "VASC": r"vascular",
        "SCC": r"squamous",
    },
)
