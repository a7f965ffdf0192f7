"""Documents of 12 facts with several questions each, and the reference's greedy answers: python documents.py MODEL_FOLDER OUT SEED DOCUMENTS QUESTIONS"""
import json, random, sys
from data import SYSTEMS, fact
from reference import Ref, render
def main(d, out, seed, documents, questions):
    ref, r, right = Ref(d), random.Random(int(seed)), 0
    with open(out, "w") as f:
        for _ in range(int(documents)):
            used = set(); facts = [fact(r, used) for _ in range(12)]
            system = r.choice(SYSTEMS) + "\n" + "\n".join(x[0] for x in facts)
            asked = []
            for x in r.sample(facts, int(questions)):
                ids = ref.tok.encode(render([{"role": "system", "content": system}, {"role": "user", "content": x[1]}])); got = ref.greedy(ids); right += ref.text(got) == x[2]
                asked.append({"question": x[1], "prompt_tokens": len(ids), "greedy_text": ref.text(got), "greedy_ids": got, "expected": x[2]})
            f.write(json.dumps({"system": system, "questions": asked}) + "\n")
    print(f"{right} answers right")
if __name__ == "__main__": main(*sys.argv[1:])
