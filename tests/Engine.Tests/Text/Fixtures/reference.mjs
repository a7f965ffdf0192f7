// Adds to tokenizers.json the ids that the npm package @huggingface/tokenizers gives for each variant and text. Run after make_tokenizers.py.
import fs from "fs";
import { Tokenizer } from "@huggingface/tokenizers";

const data = JSON.parse(fs.readFileSync("tokenizers.json"));
data.ids = {};
for (const [name, variant] of Object.entries(data.variants)) {
  const file = { ...data.base, ...variant, model: { ...data.base.model, ...variant.model } };
  const tokenizer = new Tokenizer(file, {});
  // It takes only ASCII for digits in the Digits step, unlike the original.
  const skip = (text) => name === "digits" && /(?=\P{ASCII})\p{N}/u.test(text);
  data.ids[name] = data.texts.map((text) => (skip(text) ? null : Array.from(tokenizer.encode(text, { add_special_tokens: true }).ids)));
}
fs.writeFileSync("tokenizers.json", JSON.stringify(data));
