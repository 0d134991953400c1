"""The words of the worked example's teachers, in English and Arabic. Every person, book and vote is invented."""

SCOPES: tuple[tuple[str, dict[str, dict[str, str]]], ...] = (
    (
        "quran",
        {
            "en": {
                "name": "Qur'an recitation",
                "about": "Reciting and correcting recitation. Not explaining what it means.",
            },
            "ar": {"name": "تلاوة القرآن", "about": "التلاوة وتصحيحها، لا التفسير."},
        },
    ),
    (
        "quran/hafs",
        {
            "en": {"name": "Recitation by Hafs", "about": "One way of reciting, from beginning to end."},
            "ar": {"name": "التلاوة برواية حفص", "about": "رواية واحدة من أولها إلى آخرها."},
        },
    ),
    (
        "ethics",
        {
            "en": {"name": "Ethics", "about": "What is good and why, in conversation. No rulings."},
            "ar": {"name": "الأخلاق", "about": "ما الخير ولماذا، بالحوار. لا فتاوى."},
        },
    ),
    (
        "history",
        {
            "en": {"name": "History", "about": "What is known of the past, and how one knows it."},
            "ar": {"name": "التاريخ", "about": "ما نعرفه عن الماضي وكيف نعرفه."},
        },
    ),
    (
        "rulings",
        {
            "en": {"name": "Rulings", "about": "Saying what somebody must or must not do."},
            "ar": {"name": "الفتوى", "about": "القول بما يجب على أحد أو يحرم عليه."},
        },
    ),
)

NAMES: dict[str, str] = {
    "salma": "Salma Invented",
    "institute": "Invented Institute of History",
    "yusuf": "Yusuf Invented",
    "amina": "Amina Invented",
    "ibrahim": "Ibrahim Imagined",
    "maryam": "Maryam Example",
    "tariq": "Tariq Formerly (invented)",
    "nadir": "Nadir Pretend (invented)",
    "layla": "Layla Learner (invented)",
    "zaynab": "Zaynab Witness (invented)",
    "umar": "Umar Witness (invented)",
}

HISTORY = (
    "Salma Invented learned from Idris Imagined (died 1998, invented), he from Hafsa Imagined (died 1961, invented), "
    "she from the Circle of the Invented Mosque. So it stands in “A Book That Does Not Exist”, page 12.",
)
REASONS = {
    "salma": (
        "Taught here for twenty years; her lessons are open to everyone. Two members spoke against, because she is the "
        "aunt of a trustee; the vote was taken without that trustee. All of this is invented."
    ),
    "institute": "Its courses are open and its sources can be read by anybody. All of this is invented.",
    "neighbour": "Known to the neighbours for her recitation. All of this is invented.",
}
GRANTS: dict[str, tuple[str, str]] = {
    "heard": (
        "Recitation heard from beginning to end",
        "The whole was recited from memory and heard by the giver.",
    ),
    "taught": (
        "Four years of lessons",
        "Read and discussed with the giver, and taught under their eyes for a year.",
    ),
    "course": ("The course of two years", "All examinations passed, as the printed register of 2009 says."),
}
SCAN = (
    "A scan of the handwritten paper",
    "Two people who were there say that they saw it given; its scan was shown to the panel (invented).",
)
REGISTER = (
    "The printed register of 2009",
    "Page 31 of a book that does not exist, seen by the panel (invented).",
)
RETIRED = (
    "Retired",
    "Tariq Formerly asked to be released after thirty years. What he gave before stands. (Invented.)",
)
FRAUD = (
    "Papers not genuine",
    "At a hearing it was found that the recitation never took place. Everything given under it is examined again. "
    "(Invented.)",
)
LIVED = ("Known to the panel", "Born in 1948, as the panel knows. (Invented.)")

EDUCATORS: dict[str, dict[str, dict[str, str]]] = {
    "amina": {
        "en": {
            "name": "Amina Invented",
            "about": "Teaches recitation to adults and to children from ten. (Invented.)",
            "interests": "None declared.",
            "outside_roles": "None declared.",
            "pays": "Paid by the hour from what people in the room give.",
            "safeguarding_kind": "Enhanced check with barred lists (invented)",
            "safeguarding_by": "the invented safeguarding lead",
        },
        "ar": {
            "name": "أمينة متخيَّلة",
            "about": "تعلّم التلاوة للكبار وللصغار من سن العاشرة. (متخيَّلة.)",
            "interests": "لا شيء يُذكر.",
            "outside_roles": "لا شيء يُذكر.",
            "pays": "أجرها بالساعة من تبرعات الحاضرين.",
            "safeguarding_kind": "تحقق موسَّع مع قوائم المنع (متخيَّل)",
            "safeguarding_by": "مسؤولة الحماية المتخيَّلة",
        },
    },
    "maryam": {
        "en": {
            "name": "Maryam Example",
            "about": "Ten years of evening classes in ethics and history. (Invented.)",
            "interests": "Sells a book that she wrote about the subject of her third evening. (Invented.)",
            "outside_roles": "Sits on the board of the invented town library, unpaid.",
            "pays": "Nobody: she teaches here for nothing.",
            "safeguarding_kind": "Enhanced check with barred lists (invented)",
            "safeguarding_by": "the invented safeguarding lead",
        },
        "ar": {
            "name": "مريم مثال",
            "about": "عشر سنوات من الدروس المسائية في الأخلاق والتاريخ. (متخيَّلة.)",
            "interests": "تبيع كتابًا ألّفته في موضوع أمسيتها الثالثة. (متخيَّل.)",
            "outside_roles": "عضوة بلا أجر في مجلس مكتبة البلدة المتخيَّلة.",
            "pays": "لا أحد: تعلّم هنا بلا أجر.",
            "safeguarding_kind": "تحقق موسَّع مع قوائم المنع (متخيَّل)",
            "safeguarding_by": "مسؤولة الحماية المتخيَّلة",
        },
    },
    "tariq": {
        "en": {
            "name": "Tariq Formerly",
            "about": "Taught recitation here until he retired. (Invented.)",
            "interests": "None declared.",
            "outside_roles": "None declared.",
        },
        "ar": {
            "name": "طارق سابقًا",
            "about": "علّم التلاوة هنا حتى تقاعد. (متخيَّل.)",
            "interests": "لا شيء يُذكر.",
            "outside_roles": "لا شيء يُذكر.",
        },
    },
    "layla": {
        "en": {
            "name": "Layla Learner",
            "about": "Was given her authority by somebody whose own was void. She did nothing wrong. (Invented.)",
            "interests": "None declared.",
            "outside_roles": "None declared.",
        },
        "ar": {
            "name": "ليلى متعلّمة",
            "about": "أجازها من تبيّن أن إجازته باطلة. لم تُخطئ هي في شيء. (متخيَّلة.)",
            "interests": "لا شيء يُذكر.",
            "outside_roles": "لا شيء يُذكر.",
        },
    },
    "jonah": {
        "en": {
            "name": "Jonah Sample",
            "about": "A journalist who teaches how to check a claim. He teaches no religion. (Invented.)",
            "interests": "Is paid by a newspaper that reports about programmes like this one. (Invented.)",
            "outside_roles": "None declared.",
            "pays": "A fee for each evening, from the Invented Foundation.",
        },
        "ar": {
            "name": "يونس نموذج",
            "about": "صحفي يعلّم كيف نتحقق من الخبر. لا يدرّس الدين. (متخيَّل.)",
            "interests": "تدفع له صحيفة تكتب عن برامج مثل هذا. (متخيَّل.)",
            "outside_roles": "لا شيء يُذكر.",
            "pays": "أجر عن كل أمسية من مؤسسة الخيال.",
        },
    },
}

CONCERN: dict[str, dict[str, str]] = {
    "en": {
        "statutory": (
            "Somebody is in danger now: ring the emergency number of your country.\n"
            "A child may be harmed: the child protection service of the invented town council, at its counter.\n"
            "You suspect a crime: the police of the invented town."
        ),
        "here": "The invented safeguarding lead, Tuesdays from 17:00 in the small room, alone with you.",
    },
    "ar": {
        "statutory": (
            "إن كان أحد في خطر الآن: اتصل برقم الطوارئ في بلدك.\n"
            "إن خفت على طفل: دائرة حماية الطفل في مجلس البلدة المتخيَّل، عند نافذتها.\n"
            "إن اشتبهت بجريمة: شرطة البلدة المتخيَّلة."
        ),
        "here": "مسؤولة الحماية المتخيَّلة، أيام الثلاثاء من الخامسة مساءً في الغرفة الصغيرة، على انفراد.",
    },
}

NEIGHBOURS = "Neighbours of the Example (invented)"
