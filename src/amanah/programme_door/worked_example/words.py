"""The words of the worked example, in English and Arabic. Every name, street and sum in them is invented."""

COMMUNITY: dict[str, dict[str, str]] = {
    "en": {
        "welcome": "Come in. You need no name here.",
        "about": "An invented community, to try everything with. No person, street or sum on these pages is real.",
        "contact": "Example House, 1 Invented Street, Tuesdays from 18:00 (invented).",
    },
    "ar": {
        "welcome": "تفضّلوا. لا نسأل هنا عن الأسماء.",
        "about": "مجتمع متخيَّل، لتجرّبوا كل شيء. لا شخص ولا شارع ولا مبلغ في هذه الصفحات حقيقي.",
        "contact": "بيت المثال، 1 شارع الخيال، أيام الثلاثاء من السادسة مساءً (متخيَّل).",
    },
}

PROGRAMME: dict[str, dict[str, str]] = {
    "en": {
        "title": "Solid Ground",
        "summary": "Eight evenings on faith, news and being fooled. For everyone from 16 on, of any faith or none.",
        "who_teaches": (
            "Maryam Example (invented): taught by two teachers whom this community recognises; ten years of evening "
            "classes. She may teach ethics and history.\n"
            "Jonah Sample (invented): a journalist who teaches how to check a claim. He teaches no religion."
        ),
        "who_pays": (
            "Gifts from people in the room, about six parts in ten.\n"
            "The Invented Foundation, about three parts in ten, for rent and tea. It gets no list and no report about "
            "persons.\n"
            "About one part in ten comes from a raffle; who bought tickets is not known.\n"
            "No money from police or security bodies. None was offered."
        ),
    },
    "ar": {
        "title": "أرض ثابتة",
        "summary": "ثماني أمسيات عن الإيمان والأخبار وكيف نُخدَع. لكل من بلغ السادسة عشرة، من أي دين أو بلا دين.",
        "who_teaches": (
            "مريم مثال (متخيَّلة): تتلمذت على معلّمَين يعترف بهما هذا المجتمع، ولها عشر سنوات في الدروس المسائية. "
            "لها أن تدرّس الأخلاق والتاريخ.\n"
            "يونس نموذج (متخيَّل): صحفي يعلّم كيف نتحقق من الخبر. لا يدرّس الدين."
        ),
        "who_pays": (
            "تبرعات الحاضرين، نحو ستة أعشار.\n"
            "مؤسسة الخيال، نحو ثلاثة أعشار، للإيجار والشاي. لا تتلقى قائمة ولا تقريرًا عن أحد.\n"
            "نحو عُشر من سحب خيري، ولا يُعرف من اشترى التذاكر.\n"
            "لا مال من الشرطة ولا من أجهزة الأمن، ولم يُعرض علينا شيء منه."
        ),
    },
}

SESSIONS: tuple[dict[str, dict[str, str]], ...] = (
    {
        "en": {"title": "First evening: what we can know", "place": "Example House, hall"},
        "ar": {"title": "الأمسية الأولى: ما الذي يمكن أن نعرفه", "place": "بيت المثال، القاعة"},
    },
    {
        "en": {
            "title": "Who is fooling whom",
            "place": "Example House, library",
            "official_present": (
                "A councillor of the invented town council listens for the first half hour, because the council owns "
                "the house."
            ),
        },
        "ar": {
            "title": "من يخدع من",
            "place": "بيت المثال، المكتبة",
            "official_present": (
                "تحضر عضوة في مجلس البلدة المتخيَّل نصف الساعة الأولى، لأن المجلس يملك البيت."
            ),
        },
    },
    {
        "en": {"title": "Ask anything", "place": "Example House, hall"},
        "ar": {"title": "اسألوا ما شئتم", "place": "بيت المثال، القاعة"},
    },
)

SURVEY: dict[str, dict[str, str]] = {
    "en": {
        "title": "How is it going?",
        "intro": (
            "One harmless question about the evenings, then some that could hurt you if others knew your answer: there "
            "your phone draws a ball and sends the ball. We change the evenings by what comes out, and everybody can "
            "see it."
        ),
    },
    "ar": {
        "title": "كيف تسير الأمور؟",
        "intro": (
            "سؤال لا ضرر فيه عن الأمسيات، ثم أسئلة قد تؤذيك إن عرف غيرك جوابك: فيها يسحب هاتفك كرة ويرسل الكرة. "
            "نغيّر الأمسيات بحسب ما يظهر، ويراه الجميع."
        ),
    },
}

FEEDBACK: dict[str, dict[str, str]] = {
    "en": {
        "wording": "What should there be more of?",
        "choices": "Talking in small groups\nCase studies\nQuestions to the teachers\nFood",
    },
    "ar": {
        "wording": "ما الذي تريد المزيد منه؟",
        "choices": "الحديث في مجموعات صغيرة\nأمثلة من الواقع\nأسئلة للمعلمين\nالطعام",
    },
}

TEMPLATES = ("programme-trust", "harm", "police-trust")
"""What the survey asks besides, in the words of the question library."""
