"""Texts as a good language model writes them: the check must let them through.

They were written from the prompt, not from the check's words, and showed where those refused too much. The facts are those of `tests.analyses.make_analysis` (HIGH: melanoma, 65 %, 48 to 79 %), of the same at MEDIUM risk, and of
`benign_analysis` (LOW: ordinary mole, 3 %).
"""

WRITTEN: dict[tuple[str, str], str] = {
    ("en", "HIGH"): (
        "Please make an appointment with a dermatologist within the next week, and two weeks at most. The program rates the "
        "risk of this spot as high: it puts the probability of cancer at 65%, and between 48% and 79% when the analysis is "
        "repeated. To the program, the spot looks most like melanoma, which is a serious kind of skin cancer. It is only "
        "moderately certain, and it can be wrong, which is one more reason to have the spot examined. "
        "Please do not wait if the spot grows, changes its shape or colour, bleeds, itches or does not heal: in that case "
        "see a doctor right away. A photo alone is not enough for a diagnosis; only a doctor who examines your skin can "
        "make one."
    ),
    ("en", "MEDIUM"): (
        "Please show this spot to a doctor, ideally a dermatologist, within the next few weeks. The program sees a medium "
        "risk in your photo and cannot rule out skin cancer. It puts the probability of cancer at 65%. The spot looks most "
        "like melanoma to the program, but an ordinary mole is possible as well. The program is moderately certain of this "
        "and can be mistaken, so a trained eye matters more than this result. Go earlier if the spot gets bigger, changes "
        "in shape or colour, starts to bleed or itch, or does not heal. Only a doctor who has examined your skin can make "
        "a diagnosis."
    ),
    ("en", "LOW"): (
        "Have a doctor look at this spot at your next skin check, and sooner if it is new to you or changes. The program "
        "rates the risk as low and puts the probability of cancer at 3%. To the program, the spot looks most like an "
        "ordinary mole, but it cannot rule out melanoma. It is moderately certain, and it does miss some cancers, so please "
        "keep watching the spot. Growth, a new shape or colour, bleeding, itching or a sore that does not heal should be "
        "seen without delay. This text cannot replace an examination: a diagnosis can only be made by a doctor who looks "
        "at your skin."
    ),
    ("es", "HIGH"): (
        "Le recomendamos que acuda a un dermatólogo en los próximos días, como máximo en dos semanas. El programa indica un "
        "riesgo alto: calcula una probabilidad de cáncer del 65 %, y entre el 48 % y el 79 % cuando se repite el análisis. "
        "La mancha se parece sobre todo a un melanoma, según el programa. Su certeza es media y puede equivocarse, por eso "
        "es importante que un médico la examine. Si la mancha crece, cambia de forma o de color, sangra, pica o no se cura, "
        "vaya al médico de inmediato. Este resultado no sustituye una consulta: solo un médico que explore su piel puede "
        "hacer un diagnóstico."
    ),
    ("es", "MEDIUM"): (
        "Conviene que un médico, mejor un dermatólogo, vea esta mancha en las próximas semanas. El programa estima un riesgo "
        "medio, con una probabilidad de cáncer del 65 %. Según el programa, la mancha se parece sobre todo a un melanoma, "
        "aunque tampoco descarta un lunar común. La certeza del programa es moderada y puede equivocarse. No deje pasar el "
        "tiempo si la mancha crece, cambia de color o de forma, sangra, pica o no cicatriza: en ese caso acuda antes. El "
        "programa solo mira una foto; un diagnóstico solo lo puede hacer un médico que examine su piel."
    ),
    ("es", "LOW"): (
        "Enseñe esta mancha a un médico en su próxima revisión de la piel, o antes si es nueva o cambia. El programa indica "
        "un riesgo bajo y calcula una probabilidad de cáncer del 3 %. A ojos del programa, la mancha se parece sobre todo a "
        "un lunar común, pero no descarta un melanoma. El programa tiene una certeza media y puede equivocarse, así que "
        "siga observando la mancha. Si crece, cambia de forma o de color, sangra, pica o no cicatriza, no espere y pida "
        "cita. Solo un médico que examine su piel puede hacer un diagnóstico."
    ),
    ("de", "HIGH"): (
        "Bitte vereinbaren Sie in den nächsten Tagen einen Termin bei einer Hautärztin oder einem Hautarzt, spätestens in zwei "
        "Wochen. Das Programm schätzt das Risiko als hoch ein: Die Wahrscheinlichkeit für Krebs liegt nach seiner Rechnung bei "
        "65 %, bei wiederholten Durchläufen zwischen 48 % und 79 %. Am meisten ähnelt die Stelle für das Programm einem "
        "Melanom. Es ist sich dabei nur mäßig sicher und kann sich irren, deshalb ist eine Untersuchung wichtig. Wenn die "
        "Stelle wächst, ihre Form oder Farbe ändert, blutet, juckt oder nicht heilt, gehen Sie bitte sofort zum Arzt. Eine "
        "Diagnose kann nur stellen, wer Ihre Haut ärztlich untersucht."
    ),
    ("de", "MEDIUM"): (
        "Bitte lassen Sie die Stelle in den nächsten Wochen von einem Arzt ansehen, am besten in einer Hautarztpraxis. Das "
        "Programm sieht ein mittleres Risiko und berechnet eine Wahrscheinlichkeit für Krebs von 65 %. Die Stelle ähnelt für "
        "das Programm am meisten einem Melanom, ein gewöhnliches Muttermal ist aber auch möglich. Das Programm ist sich nur "
        "mittelmäßig sicher und kann falsch liegen. Gehen Sie früher hin, wenn die Stelle größer wird, sich in Form oder "
        "Farbe verändert, blutet, juckt oder nicht abheilt. Eine Diagnose kann nur eine Ärztin oder ein Arzt stellen, "
        "nachdem sie oder er Ihre Haut untersucht hat."
    ),
    ("de", "LOW"): (
        "Zeigen Sie die Stelle bei Ihrer nächsten Hautuntersuchung einer Ärztin oder einem Arzt, und früher, wenn sie neu ist "
        "oder sich verändert. Das Programm stuft das Risiko als niedrig ein und berechnet eine Wahrscheinlichkeit für Krebs "
        "von 3 %. Die Stelle ähnelt für das Programm am meisten einem gewöhnlichen Muttermal, ein Melanom kann es aber nicht "
        "ausschließen. Es ist sich nur mäßig sicher und kann sich irren, behalten Sie die Stelle also im Auge. Wächst sie, "
        "blutet oder juckt sie, ändert sie Form oder Farbe, dann gehen Sie bitte gleich in eine Praxis. "
        "Nur eine ärztliche Untersuchung kann zu einer Diagnose führen."
    ),
    ("pl", "HIGH"): (
        "Proszę umówić się do dermatologa w ciągu najbliższych dni, najpóźniej w ciągu dwóch tygodni. Program ocenia ryzyko "
        "jako wysokie: szacuje prawdopodobieństwo nowotworu na 65%, a przy powtórzeniach analizy od 48% do 79%. Według "
        "programu zmiana najbardziej przypomina czerniaka. Program jest tylko umiarkowanie pewny i może się mylić, dlatego "
        "tak ważne jest badanie przez lekarza. Jeśli zmiana rośnie, zmienia kształt lub kolor, krwawi, swędzi albo się nie "
        "goi, proszę zgłosić się do lekarza od razu. Samo zdjęcie nie wystarczy: diagnozę może postawić tylko lekarz, który "
        "obejrzy skórę."
    ),
    ("pl", "MEDIUM"): (
        "Proszę w najbliższych tygodniach pokazać tę zmianę lekarzowi, najlepiej dermatologowi. Program ocenia ryzyko jako "
        "średnie i szacuje prawdopodobieństwo nowotworu na 65%. Jego zdaniem zmiana najbardziej przypomina czerniaka, ale "
        "możliwe jest także zwykłe znamię. Program jest umiarkowanie pewny swojej oceny i może się mylić. Proszę zgłosić się "
        "wcześniej, jeśli zmiana się powiększa, zmienia kształt lub kolor, krwawi, swędzi albo się nie goi. Ostateczną "
        "diagnozę może postawić tylko lekarz po zbadaniu skóry."
    ),
    ("pl", "LOW"): (
        "Proszę pokazać tę zmianę lekarzowi podczas następnego badania skóry, a wcześniej, jeśli jest nowa albo się zmienia. "
        "Program ocenia ryzyko jako niskie i szacuje prawdopodobieństwo nowotworu na 3%. Według programu zmiana najbardziej "
        "przypomina zwykłe znamię, ale nie można wykluczyć czerniaka. Program jest umiarkowanie pewny i może się mylić, "
        "dlatego warto dalej obserwować skórę. Jeśli zmiana rośnie, zmienia kształt lub kolor, krwawi, swędzi albo się nie "
        "goi, proszę zgłosić się do lekarza jak najszybciej. Diagnozę może postawić tylko lekarz, który zbada skórę."
    ),
    ("uk", "HIGH"): (
        "Будь ласка, запишіться до дерматолога найближчими днями, щонайпізніше протягом двох тижнів. Програма оцінює ризик як "
        "високий: ймовірність раку, за її розрахунком, становить 65%, а під час повторних запусків від 48% до 79%. На думку "
        "програми, пляма найбільше схожа на меланому. Програма певна лише помірно й може помилятися, тому огляд у лікаря дуже "
        "важливий. Якщо пляма росте, змінює форму чи колір, кровоточить, свербить або не загоюється, зверніться до лікаря "
        "одразу. Одного фото замало: діагноз може поставити тільки лікар, який огляне вашу шкіру."
    ),
    ("uk", "MEDIUM"): (
        "Будь ласка, покажіть цю пляму лікареві, найкраще дерматологові, протягом найближчих тижнів. Програма оцінює ризик як "
        "середній, а ймовірність раку в 65%. На думку програми, пляма найбільше схожа на меланому, але це може бути й звичайна "
        "родимка. Програма не зовсім певна і може помилятися, тож думка лікаря важливіша. Зверніться раніше, якщо пляма "
        "збільшується, змінює форму чи колір, кровоточить, свербить або не загоюється. Діагноз може поставити лише лікар після "
        "огляду шкіри."
    ),
    ("uk", "LOW"): (
        "Покажіть цю пляму лікареві під час наступного огляду шкіри, а якщо вона нова або змінюється, то раніше. Програма "
        "оцінює ризик як низький, а ймовірність раку в 3%. На її думку, пляма найбільше схожа на звичайну родимку, проте "
        "меланому виключити не можна. Програма певна лише помірно й може помилятися, тож і далі стежте за плямою. Якщо вона "
        "росте, змінює форму чи колір, кровоточить, свербить або не загоюється, зверніться до лікаря якнайшвидше. Діагноз "
        "може поставити тільки лікар, який огляне вашу шкіру."
    ),
}
