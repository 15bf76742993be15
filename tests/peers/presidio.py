"""Measures Presidio on our transcripts and our labelled set.

All of its recognisers, those of every country among them, without a language model: numbers need
none, and it is far the faster so.  pip install -r requirements.txt
"""

import json
import pathlib
import statistics
import time

HERE = pathlib.Path(__file__).parent
IGNORED = {
    "PERSON", "LOCATION", "ORGANIZATION", "NRP", "DATE_TIME", "PHONE_NUMBER", "EMAIL_ADDRESS",
    "URL", "IP_ADDRESS", "MAC_ADDRESS", "UK_POSTCODE",
}


def engine():
    import inspect

    import spacy
    from presidio_analyzer import AnalyzerEngine, EntityRecognizer, RecognizerRegistry, predefined_recognizers
    from presidio_analyzer.nlp_engine import SpacyNlpEngine

    class Blank(SpacyNlpEngine):
        def __init__(self):
            super().__init__(models=[{"lang_code": "en", "model_name": "blank"}])
            self.nlp = {"en": spacy.blank("en")}

    registry = RecognizerRegistry(supported_languages=["en"])
    for name, kind in inspect.getmembers(predefined_recognizers, inspect.isclass):
        if not issubclass(kind, EntityRecognizer) or inspect.isabstract(kind):
            continue
        try:
            recognizer = kind(supported_language="en")
        except Exception:
            continue  # one that needs a model or a service
        # E-mails and links are no concern here, and their recognisers ask the network.
        if hasattr(recognizer, "patterns") and name not in ("EmailRecognizer", "UrlRecognizer"):
            registry.add_recognizer(recognizer)
    return AnalyzerEngine(registry=registry, nlp_engine=Blank(), supported_languages=["en"]), len(registry.recognizers)


def main():
    begin = time.perf_counter()
    analyzer, count = engine()
    analyzer.analyze("warm 1", language="en")
    print(f"Presidio: start {time.perf_counter() - begin:.1f} s, {count} recognisers")
    for name in ("transcript.txt", "digits.txt"):
        text = (HERE / "../../shared/benches" / name).read_text()
        times = []
        for _ in range(10):
            begin = time.perf_counter()
            analyzer.analyze(text, language="en")
            times.append(time.perf_counter() - begin)
        print(f"Presidio: {name} median {statistics.median(times) * 1e6:.0f} µs")

    for threshold in (0.0, 0.4):
        score(analyzer, threshold)


def score(analyzer, threshold):
    found, labels, alarms, clean = [0, 0], [0, 0], 0, 0
    for path in sorted((HERE / "../redaction").glob("*.jsonl")):
        for line in path.read_text().splitlines():
            line = json.loads(line)
            texts = [line["text"]] if "text" in line else [turn["content"] for turn in line["turns"]]
            spans = [
                [(r.start, r.end) for r in analyzer.analyze(text, language="en", score_threshold=threshold) if r.entity_type not in IGNORED]
                for text in texts
            ]
            if not line["spans"]:
                clean += 1
                alarms += any(spans)
            said = int(line.get("spoken", False))
            for label in line["spans"]:
                turn = label.get("turn", 0)
                labels[said] += 1
                found[said] += all(
                    any(start <= at < end for start, end in spans[turn])
                    for at in range(label["start"], label["end"])
                    if texts[turn][at].isalnum()
                )
    print(
        f"Presidio, scores from {threshold}: written {found[0]} of {labels[0]}, spoken {found[1]} of {labels[1]}, "
        f"false alarms on {alarms} of {clean} lines"
    )


if __name__ == "__main__":
    main()
