"""Writes chat-templates.json: templates and inputs with the texts that Jinja (python3-jinja2) gives, set up as Hugging Face sets it up for chat templates."""
import copy, datetime, json
import jinja2, jinja2.ext, jinja2.sandbox


class Generation(jinja2.ext.Extension):
    tags = {"generation"}

    def parse(self, parser):
        line = next(parser.stream).lineno
        body = parser.parse_statements(["name:endgeneration"], drop_needle=True)
        return jinja2.nodes.CallBlock(self.call_method("_same"), [], [], body).set_lineno(line)

    def _same(self, caller): return caller()


class Raised(Exception): pass


def raise_exception(message): raise Raised(message)


def tojson(x, ensure_ascii=False, indent=None, separators=None, sort_keys=False):
    return json.dumps(x, ensure_ascii=ensure_ascii, indent=indent, separators=separators, sort_keys=sort_keys)


environment = jinja2.sandbox.ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True, extensions=[Generation, jinja2.ext.loopcontrols])
environment.filters["tojson"] = tojson
environment.globals.update(raise_exception=raise_exception, strftime_now=lambda f: datetime.datetime(2026, 11, 20, 9, 5, 7).strftime(f))

CHATML = """{% for m in messages %}
{{ '<|im_start|>' + m.role + '\\n' + m['content'] + '<|im_end|>' + '\\n' }}
{%- endfor %}
{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}"""
ALTERNATING = """{{ bos_token }}{% if messages[0]['role'] == 'system' %}
    {%- set system = messages[0]['content'] | trim + '\\n\\n' %}
    {%- set messages = messages[1:] %}
{%- else %}{% set system = '' %}{% endif %}
{%- for m in messages %}
    {%- if (m['role'] == 'user') != (loop.index0 % 2 == 0) %}{{ raise_exception('Roles must alternate: ' ~ loop.index0) }}{% endif %}
    {%- if m['role'] == 'user' %}{{ '[INST] ' + (system if loop.first else '') + m['content'] | trim + ' [/INST]' }}
    {%- elif m['role'] == 'assistant' %}{{ ' ' + m['content'] + eos_token }}
    {%- endif %}
{%- endfor %}"""
HEADERS = """{{- bos_token }}
{%- if not date_string is defined %}{%- set date_string = strftime_now("%d %b %Y") %}{%- endif %}
{%- if messages[0].role == 'system' %}{%- set system_message = messages[0].content | trim %}{%- set messages = messages[1:] %}{%- else %}{%- set system_message = "" %}{%- endif %}
{{- "<|head|>system<|/head|>\\n\\nToday: " + date_string + "\\n\\n" }}
{%- if tools is not none and tools %}
    {{- "Functions:\\n" }}
    {%- for t in tools %}
        {{- t | tojson(indent=4) }}
        {{- "\\n\\n" if not loop.last else "\\n" }}
    {%- endfor %}
{%- endif %}
{{- system_message }}{{- "<|eot|>" }}
{%- for message in messages %}
    {%- if not (message.role == 'tool' or 'tool_calls' in message) %}
        {{- '<|head|>' + message['role'] + '<|/head|>\\n\\n'+ message['content'] | trim + '<|eot|>' }}
    {%- elif 'tool_calls' in message %}
        {%- if not message.tool_calls|length == 1 %}
            {{- raise_exception("One call at a time!") }}
        {%- endif %}
        {%- set call = message.tool_calls[0].function %}
        {{- '<|head|>assistant<|/head|>\\n\\n{"name": "' + call.name + '", "parameters": ' }}{{- call.arguments | tojson }}{{- "}<|eot|>" }}
    {%- else %}
        {{- "<|head|>tool<|/head|>\\n\\n" }}
        {%- if message.content is mapping or (message.content is iterable and message.content is not string) %}{{- message.content | tojson }}{%- else %}{{- message.content }}{%- endif %}
        {{- "<|eot|>" }}
    {%- endif %}
{%- endfor %}
{%- if add_generation_prompt %}{{- '<|head|>assistant<|/head|>\\n\\n' }}{%- endif %}
"""
THINKING = """{%- macro text_of(content) -%}
  {%- if content is string -%}{{ content }}
  {%- elif content is iterable and content is not mapping -%}
    {%- for part in content if part.type == 'text' -%}{{ part.text }}{%- endfor -%}
  {%- endif -%}
{%- endmacro -%}
{%- set ns = namespace(last=-1, open=true) -%}
{%- for m in messages[::-1] -%}
  {%- if ns.open and m.role == 'user' -%}{%- set ns.open = false -%}{%- set ns.last = messages | length - 1 - loop.index0 -%}{%- endif -%}
{%- endfor -%}
{%- for m in messages -%}
  {%- set content = text_of(m.content) -%}
  {%- if m.role == 'assistant' -%}
    {%- generation -%}
    {%- set thought = '' -%}
    {%- if '</think>' in content -%}
      {%- set thought = content.split('</think>')[0].rstrip('\\n').split('<think>')[-1].lstrip('\\n') -%}
      {%- set content = content.split('</think>')[-1].lstrip('\\n') -%}
    {%- endif -%}
    <a>{{ '<think>' ~ thought ~ '</think>' if thought and loop.index0 > ns.last }}{{ content }}
    {%- for call in m.tool_calls or [] -%}
      {%- if call.function -%}{%- set call = call.function -%}{%- endif -%}
      <call>{{ call.name }}({% for k, v in call.arguments | items %}{{ k }}={{ v | tojson if v is not string else v }}{{ ', ' if not loop.last }}{% endfor %})</call>
    {%- endfor -%}
    </a>
    {%- endgeneration -%}
  {%- elif m.role == 'tool' -%}
    {{- '<r>' if loop.previtem is not defined or loop.previtem.role != 'tool' }}{{ content }}{{ '</r>' if loop.last or loop.nextitem.role != 'tool' else '|' }}
  {%- else -%}
    <{{ m.role[:1] }}>{{ content }}</{{ m.role | first }}>
  {%- endif -%}
{%- endfor -%}
{{ '<a>' if add_generation_prompt }}{{ '<think></think>' if enable_thinking is defined and enable_thinking is false }}"""
TOOLS = """{% set users = messages | selectattr('role', 'equalto', 'user') | list %}
{% for m in messages %}
{% if m.role == 'user' %}
    {% if tools is not none and m == users[-1] %}
[TOOLS] {{ tools | map(attribute='function') | map(attribute='name') | join(', ') }} [/TOOLS]
    {% endif %}
[USER {{ loop.index }}/{{ loop.length }}] {{ m.content }}
{% elif m.tool_calls is defined and m.tool_calls is not none %}
{% for c in m.tool_calls %}{% set out = c.function | tojson %}[CALL {{ c.id[-3:] }}] {{ out[:-1] }}, "n": {{ loop.revindex }}}
{% endfor %}
{% else %}
[{{ m.role | upper }}] {{ m.content | default('-', true) | replace('\\n', ' ') }}
{% endif %}
{% endfor %}
{% if not add_generation_prompt %}{# nothing #}done{% endif %}

"""
TYPES = """{% macro show(schema, depth=0) %}
{% if schema.type == 'object' %}{
{% for name, p in schema.properties.items() %}
{{ '  ' * (depth + 1) }}{{ name }}{{ '?' if name not in (schema.required or []) }}: {{ show(p, depth + 1) }},
{% endfor %}
{{ '  ' * depth }}}{% elif schema.type == 'array' %}{{ show(schema['items'], depth) }}[]{% elif schema.enum %}{{ schema.enum | map('tojson') | join(' | ') }}{% else %}{{ schema.type or 'any' }}{% endif %}
{% endmacro %}
{% for t in tools or [] %}{% call(x) wrap(t.function.name) %}{{ x }} {{ show(t.function.parameters) }}{% endcall %}{% else %}none{% endfor %}"""
TYPES = "{% macro wrap(name) %}<{{ caller(name | title) }}>{% endmacro %}" + TYPES
tools = [{"type": "function", "function": {"name": "get_weather", "description": "Wetter <&> 'é'", "parameters": {
    "type": "object", "properties": {"city": {"type": "string"}, "days": {"type": "array", "items": {"type": "integer"}}, "unit": {"enum": ["C", "F"]},
                                     "max": {"type": "number", "maximum": 1e-7, "minimum": 18446744073709551615}}, "required": ["city"]}}}]
call = lambda a: {"role": "assistant", "content": None, "tool_calls": [{"id": "call_abc123", "type": "function", "function": {"name": "get_weather", "arguments": a}}]}
chats = [
    [{"role": "user", "content": "Hi"}],
    [{"role": "system", "content": "  Be brief.\n"}, {"role": "user", "content": "Hi\n"}, {"role": "assistant", "content": "<think>\nhm\n</think>\n\nyo"}, {"role": "user", "content": "é😀?"}],
    [{"role": "user", "content": "a"}, {"role": "user", "content": "b"}],
    [{"role": "user", "content": "w?"}, call({"city": "Köln", "days": [1, 2.5], "x": None}), {"role": "tool", "content": "12 °C"}, {"role": "tool", "content": "\"q\"\n"},
     {"role": "assistant", "content": "<think>t</think>12 °C"}],
    [{"role": "user", "content": [{"type": "text", "text": "part 1 "}, {"type": "image"}, {"type": "text", "text": "part 2"}]}],
]
cases = []


def add(name, template, **values):
    values = {"messages": None, "tools": None, "documents": None, **values}
    case = {"name": name, "template": template, "input": copy.deepcopy({k: v for k, v in values.items() if v is not None and k != "documents"})}
    try: case["text"] = environment.from_string(template).render(**values)
    except Raised as error: case["raised"] = str(error)
    except Exception: case["fails"] = True
    cases.append(case)


for name, template in {"chatml": CHATML, "alternating": ALTERNATING, "headers": HEADERS, "thinking": THINKING, "tools": TOOLS, "types": TYPES}.items():
    for i, chat in enumerate(chats):
        for with_tools in (False, True):
            add(f"{name} {i} {with_tools}", template, messages=chat, tools=tools if with_tools else None, add_generation_prompt=i % 2 == 0, bos_token="<s>", eos_token="</s>",
                **({"enable_thinking": False} if i == 1 else {}))
shared = dict(
    s="Hello World", u="é😀x y", e="", n=5, neg=-7, f=2.5, g=1e20, t=True, l=[3, 1, 2], ls=["b", "A", "c", "a"], nested=[[1, 2], [3]],
    d={"b": 1, "a": "x", "items": 7}, objs=[{"k": "x", "v": 1, "o": {"z": 1}}, {"k": "Y", "v": 3}, {"k": "x", "v": 2, "w": None}], sp="  a b\n c  ", ml="l1\n\n  l2\nl3")
for line in open("expressions.txt", encoding="utf-8"):
    if line.strip():
        add("expression", json.loads(line), **shared)
        del cases[-1]["input"]
with open("chat-templates.json", "w", encoding="utf-8") as out:
    json.dump({"shared": shared, "cases": cases}, out, ensure_ascii=True, separators=(",", ":"))
print(len(cases), "cases,", sum("raised" in c for c in cases), "raised,", sum("fails" in c for c in cases), "fail")
