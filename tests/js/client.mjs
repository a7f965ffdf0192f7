// Drives a running server with the official JavaScript client, unchanged. Usage: node client.mjs URL; exits non-zero at the first difference.
import assert from 'node:assert/strict';
import OpenAI from 'openai';

const client = new OpenAI({ baseURL: `${process.argv[2]}/v1`, apiKey: 'none', maxRetries: 0 });
const system = 'Answer from the document.\nThe capital of Zorvi is Makel.\nTavo lives in Pemor.';
const messages = [{ role: 'system', content: system }, { role: 'user', content: 'Where does Tavo live?' }];

const models = [];
for await (const model of client.models.list()) models.push(model.id);
assert.ok(models.length > 0, 'a model is served');
const model = models[0];

const whole = await client.chat.completions.create({ model, messages, temperature: 0 });
const answer = whole.choices[0].message.content;
assert.equal(whole.choices[0].finish_reason, 'stop');
assert.match(answer, /Pemor/);
assert.equal(whole.usage.total_tokens, whole.usage.prompt_tokens + whole.usage.completion_tokens);

let streamed = '';
let usage = null;
let finish = null;
for await (const chunk of await client.chat.completions.create({ model, messages, temperature: 0, stream: true, stream_options: { include_usage: true } })) {
  if (chunk.choices.length > 0) {
    streamed += chunk.choices[0].delta.content ?? '';
    finish = chunk.choices[0].finish_reason ?? finish;
  } else {
    usage = chunk.usage;
  }
}
assert.equal(streamed, answer);
assert.equal(finish, 'stop');
assert.ok(usage.prompt_tokens_details.cached_tokens > 0, 'the second prompt finds the first one in a cache');

const helper = client.chat.completions.stream({ model, messages, temperature: 0 });
assert.equal((await helper.finalChatCompletion()).choices[0].message.content, answer);

const text = await client.completions.create({ model, prompt: ['Tavo lives in', 'The capital of'], max_tokens: 4, n: 2, temperature: 0 });
assert.deepEqual(text.choices.map(choice => choice.index), [0, 1, 2, 3]);
assert.equal(text.choices[0].text, text.choices[1].text);

await assert.rejects(client.chat.completions.create({ model: 'absent', messages }), error => error instanceof OpenAI.NotFoundError && error.code === 'model_not_found' && error.param === 'model');
await assert.rejects(client.chat.completions.create({ model, messages, temperature: 3 }), error => error instanceof OpenAI.BadRequestError && error.param === 'temperature');
console.log('ok');
