"""Personal data is noticed in six countries' shapes; what citizens ask about numbers is left alone."""

import json

import pytest
from django.conf import settings

from knowledge.assistant import guard, personal


@pytest.mark.parametrize(
    "text",
    [
        "Meine Mail ist anna.beispiel@example.org",
        "anna (at) example.org bitte antworten",
        "Rufen Sie mich an: 0731 1234567",
        "+49 731 1234567",
        "0171 / 123 45 67",
        "0171-1234567",
        "07321/123456",
        "+420 601 234 567",
        "mój telefon 601 234 567",
        "06 20 123 4567",
        "0888 123 456",
        "IBAN DE89 3704 0044 0532 0130 00",
        "at61 1904 3002 3457 3201",
        "4111 1111 1111 1111",
        "Ausweisnummer L01X00T47",
        "meine Steuernummer 65929970489",
        "65 170839 J 008",
        "rodné číslo 850101/1234",
        "PESEL 44051401359",
        "1-800101-1234",
        "ЕГН 7523169263",
        "dowód ABC 123456",
        "Ich heiße Petra Muster und brauche einen Pass",
        "Mein Name ist Muster",
        "My name is John Doe",
        "Nazywam się Jan Kowalski",
        "Jmenuji se Jan Novák",
        "A nevem Kovács János",
        "Казвам се Иван Петров",
        "Anna Beispiel, geb. 01.02.1980",
        "Jan Novák, nar. 1.2.1980",
        "HDH-AB 123 parkt vor meiner Einfahrt",
        "Mein Kennzeichen ist W 12345 A",
        "SPZ 1AB 2345",
        "tablica rejestracyjna WA 12345",
        "rendszám ABC-123",
        "CA 1234 AB",
    ],
)
def test_what_leads_to_a_person_is_noticed(text):
    with pytest.raises(guard.Rejected) as rejection:
        guard.clean(text)
    assert rejection.value.why == guard.Rejection.PERSONAL


@pytest.mark.parametrize(
    "text",
    [
        "Was kostet der Pass, 37,50 Euro oder 70 Euro?",
        "Was kostet der Pass für 2 Kinder?",
        "§ 19d Meldegesetz",
        "Gilt § 1626 Abs. 2 BGB auch 2026?",
        "Hat das Rathaus am 24.12.2026 von 8:00-12:00 Uhr offen?",
        "Mo-Fr 08:00-12:00, Do 14:00-18:00?",
        "Öffnungszeiten 8.00 bis 12.00 Uhr",
        "PLZ 89522 Heidenheim",
        "Mein Sohn ist am 20.08.2020 geboren. Wann muss er in die Schule?",
        "Brauche ich DIN 18040 oder ISO 9001?",
        "Ich heiße jetzt anders, was muss ich ändern?",
        "Kostet das 1.200.000 Euro oder 900 000 Euro?",
        "Wann wird in der Gartenstraße 12 der Müll geholt?",
        "Gilt das 9-Euro-Ticket in der Linie 12?",
        "Ist die 116 117 der Notdienst oder die 0800 111 0 111?",
        "Wir sind 4 Personen, 2 Kinder (5 und 7 Jahre)",
        "Formular BA-2026 oder B-Plan 12?",
        "Wahl am 14.3.2027, 8-18 Uhr, Wahllokal 3",
        "Grundsteuer 420 Prozent für 2025/2026",
        "Kaffee ab 3,50 und Kuchen 2,80?",
        "How much is 120 l for 12 months?",
        "Kolik stojí 100 000 Kč?",
    ],
)
def test_what_citizens_ask_about_numbers_is_left_alone(text):
    assert guard.clean(text) == text


def test_none_of_the_judged_questions_is_taken_for_personal_data():
    lines = (settings.BASE_DIR / "demo" / "judged" / "assistant_de.jsonl").read_text().splitlines()
    questions = [turn["question"] for line in lines for turn in json.loads(line)["turns"]]
    assert [question for question in questions if personal.is_in(question)] == []
