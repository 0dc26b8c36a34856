"""The words of credits, in the languages of news sites: labels, roles, groups, agencies, and what is nobody's name."""

# ruff: noqa: E501  # a form is read whole

from __future__ import annotations

import re

LABEL = (
    r"(?:(?:article|blog|column|content|interview|post|posted|published|report|reported|reporting|review|story|text|"
    r"words|written|analysis|opinion|authored)\s)?by|authors?(?:\(s\))?|writers?|contributors?|words|"
    r"(?:escrito |redactado |publicado |texto |reportagem )?por|texto(?: de)?|autor(?:es|a|as|in|innen|en)?|"
    r"(?:écrit |publié |rédigé |propos recueillis )?par|auteure?s?|"
    r"(?:verfasst |geschrieben |(?:ein )?(?:artikel|beitrag|kommentar|interview|gastbeitrag) |(?:eine )?(?:analyse|kolumne|reportage|recherche) )?von|"
    r"(?:a cura |articolo )?di|(?:scritto|pubblicato) da|autor[ei]|(?:geschreven )?door|(?:skriv[ea]n |skrevet |publicerad )?av|(?:skrevet )?af|"
    r"teks?t|teksti|kirjoittaja|toimittaja|napsala?|szerző|írta|scris de|yazan|yazar|penulis|oleh|reporter|tác giả|"
    r"авторы?|текст|автори|κείμενο|συντάκτης|بقلم|كتبت?|كتب/ت|الكاتب|بواسطة|מאת|लेखक|रिपोर्ट|文|執筆|著者|取材・文|筆者|글|취재"
)
"""What stands before the names of those who wrote; never editors, translators, reviewers, photographers."""
_DEGREE = (
    r"(?:(?:M\.?D|Ph\.?\s?D|R\.?D|R\.?D\.?N|L\.?D|L\.?D\.?N|R\.?N|B\.?S\.?N|M\.?S|M\.?S\.?N|M\.?A|B\.?A|B\.?S|M\.?B\.?A|J\.?D|D\.?V\.?M|D\.?O|D\.?D\.?S|"
    r"D\.?M\.?D|M\.?P\.?H|C\.?P\.?A|C\.?F\.?[APE]|E\.?A|Psy\.?D|Ed\.?[DM]|Pharm\.?D|Sc\.?D|Dr\.?P\.?H|LCSW|LMFT|LMHC|LPC|NP|FNP|PA-C|FACP|FACOG|FACLM|FACS|"
    r"FAND|CSCS|CDCES|CDE|CSSD|CPT|NASM|ACE|E?-?RYT(?:[ -]?\d{3})?|PMP|SHRM-[A-Z]{2,4}|SPHR|PHR|CISSP|PE|AIA|ASID|Esq|[JS]r|I{2,3}|IV|MSc|BSc|MEd|MFA|MPhil|OBE|CBE|MBE|"
    r"FRCP|QC|KC|DPT|PT|ATC|OT|CCC-SLP|IBCLC|CNS|ND|DC|LAc|DNP|APRN|CRNP|CNM)\.?|[A-Z]{2,6}[®©™])"
)
CREDENTIAL = re.compile(rf"{_DEGREE}(?:\s{_DEGREE}){{0,5}}")
"""What stands behind a name and belongs to it: degrees, licences, Jr."""
ROLE = re.compile(
    r"\b(?:report(?:er|ing|age)|editor|(?:co-?)?author|writer|correspondent|journalist(?:e|a|in)?|columnist|contributor|columnista|"
    r"contributing|analyst|founder|manager|director|officer|ceo|cto|cfo|coo|chief|president|senior\s\w+|associate|"
    r"freelance|specialist|expert|producer|presenter|consultant|strategist|critic|fellow|professor|lecturer|redact(?:eur|rice|or|ora|ie)|"
    r"rédact(?:eur|rice)|redakteur(?:in)?|korrespondent(?:in)?|periodista|jornalista|giornalista|corresponsal|correspondente|corrispondente|"
    r"inviato|repórter|reportero|editora|colunista|redator|журналист|корреспондент|редактор|обозреватель|photograph(?:er|y|s)|photos?|"
    r"videographer|illustrat(?:or|ion)|translat(?:ed|or)|reviewed|edited|updated|published|posted|bio|profile|"
    r"head of|views?|comments?|shares?)\b|\b\d+\s?(?:min|hours?|h)|\bmin(?:ute)?s? read\b",
    re.IGNORECASE,
)
NOBODY = re.compile(
    r"https?:|www\.|@|\.(?:com|org|net|de|fr|it|es|co|ru|html?|php)\b|\b(?:unknown|anonymous|none|null|undefined|n/a|false|true|press release|"
    r"read more|more (?:from|by|about)|follow|about|posts?|view all|subscribe|newsletter|sign|log|login|click|here|home|contact|privacy|policy|terms|"
    r"copyright|reserved|rights|advertis\w{0,8}|sponsored|related|latest|popular|categor(?:y|ies)|tags?|topics?|search|menu|"
    r"and others|webmaster|website|sitemap|table of contents|key takeaways|full bio|bio|our|this|that|your|how|what|why|when|the best|"
    r"(?:january|february|march|april|may|june|july|august|september|october|november|december|(?:mon|tues|wednes|thurs|fri|satur|sun)day),?\s\d|"
    r"today|yesterday)\b|\d{3}|编辑|官方",
    re.IGNORECASE,
)
GROUP = re.compile(
    r"\b(?:staff|team|desk|editors?|editorial|newsroom|agenc(?:y|ies|ias?|ie)|bureau|redaktion|redacci[oó]n|redazione|rédaction|"
    r"redac[cç][aã]o|redactie|redakcja|redakce|redaksi|редакция|service|services|council|institute|center|centre|foundation|network|"
    r"studios?|department|ministry|office|committee|university|association|federation|contributors?|group|newswires?|wire|online|digital|equipo|equipe)\b",
    re.IGNORECASE,
)
GENERIC = {
    "the", "our", "by", "and", "of", "at", "a", "team", "staff", "desk", "news", "editorial", "editor", "editors", "admin", "newsroom", "web",
    "online", "digital", "guest", "contributor", "contributors", "author", "writer", "writers", "blog", "content", "marketing", "press",
    "release", "reporter", "reporters", "redaktion", "redacción", "redaccion", "redazione", "rédaction", "redação", "redacao", "redactie",
    "redakcja", "redakce", "redaksi", "редакция", "agencies", "agency", "agencias", "agência", "service", "services", "bureau", "support",
    "user", "root", "administrator", "administrador", "super", "test", "publisher", "la", "el", "die", "der", "da", "de", "communications",
    "company", "post", "sports", "business", "world", "national", "international", "local", "tech", "market", "markets", "photo", "video", "senior", "chief",
    "managing", "deputy", "junior", "executive", "associate", "assistant", "contributing", "freelance",
    "clinician", "correspondent", "special", "own", "wire", "newswires", "equipo", "equipe", "site", "webmaster",
}  # fmt: skip
ORGANISATION = re.compile(
    r"(?:报|網|网|社|台|刊|在线|新闻|新聞|通信|编辑部|編集部|取材班|财经|频道|客户端|公司|工作室|中心|局|委|会|组|部)$|"
    r"\b(?:Inc|LLC|Ltd|GmbH|Magazine|News|Media|Times|Herald|Gazette|Tribune|Journal|Daily|Newspaper|Zeitung|TV|Radio|Blog|Post)\.?$"
)
AGENCIES = frozenset(
    [
        "reuters",
        "afp",
        "ap",
        "dpa",
        "ansa",
        "efe",
        "apa",
        "belga",
        "ritzau",
        "ntb",
        "tt",
        "lusa",
        "ani",
        "pti",
        "ians",
        "upi",
        "tass",
        "kyodo",
        "yonhap",
        "xinhua",
        "bloomberg",
        "anp",
        "ats",
        "ria",
        "europapress",
        "cnnnewsource",
        "associatedpress",
        "theassociatedpress",
        "agencefrancepresse",
        "pressassociation",
        "pamedia",
        "deutschepresseagentur",
        "thecanadianpress",
        "canadianpress",
        "australianassociatedpress",
        "aap",
        "interfax",
        "pap",
        "mti",
        "agerpres",
        "sda",
        "kna",
        "epd",
        "sid",
        "anadoluagency",
        "aa",
        "antara",
        "bernama",
        "rttnews",
        "prnewswire",
        "businesswire",
        "globenewswire",
        "accesswire",
    ]
)
PARTICLES = frozenset(
    [
        "de",
        "da",
        "do",
        "dos",
        "das",
        "del",
        "della",
        "di",
        "du",
        "des",
        "la",
        "le",
        "les",
        "el",
        "al",
        "van",
        "von",
        "der",
        "den",
        "ter",
        "ten",
        "te",
        "zu",
        "zur",
        "af",
        "av",
        "bin",
        "ibn",
        "bint",
        "abu",
        "y",
        "e",
        "i",
        "van't",
        "'t",
        "of",
        "the",
        "san",
        "st",
        "ben",
        "ap",
        "zum",
        "dei",
        "degli",
        "lo",
        "mac",
        "ould",
        "und",
    ]
)
