using System.Net;
using System.Text.Json;

namespace Preble.Silo.Tests;

public sealed class BadInputTests(SiloApp app) : IClassFixture<SiloApp>
{
    private const string Chat = "/v1/chat/completions";
    private const string Completions = "/v1/completions";
    private const string Messages = "\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]";

    [Theory]
    [InlineData("{\"model\":\"demo\"}", "messages")]
    [InlineData("{\"model\":\"demo\",\"messages\":[]}", "messages")]
    [InlineData("{\"model\":\"demo\",\"messages\":\"Hello\"}", "messages")]
    [InlineData("{\"model\":\"demo\",\"messages\":[7]}", "messages[0]")]
    [InlineData("{\"model\":\"demo\",\"messages\":[{\"content\":\"x\"}]}", "messages[0].role")]
    [InlineData("{\"model\":\"demo\",\"messages\":[{\"role\":\"king\",\"content\":\"x\"}]}", "messages[0].role")]
    [InlineData("{\"model\":\"demo\",\"messages\":[{\"role\":\"user\"}]}", "messages[0].content")]
    [InlineData("{\"model\":\"demo\",\"messages\":[{\"role\":\"user\",\"content\":5}]}", "messages[0].content")]
    [InlineData("{\"model\":\"demo\",\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"image_url\"}]}]}", "messages[0].content[0].type")]
    [InlineData("{\"model\":\"demo\",\"messages\":[{\"role\":\"user\",\"content\":\"\\ud800\"}]}", "messages[0].content")]
    [InlineData("{" + Messages + "}", "model")]
    [InlineData("{\"model\":5," + Messages + "}", "model")]
    [InlineData("{\"model\":\"demo\"," + Messages + ",\"temperature\":2.1}", "temperature")]
    [InlineData("{\"model\":\"demo\"," + Messages + ",\"temperature\":-0.1}", "temperature")]
    [InlineData("{\"model\":\"demo\"," + Messages + ",\"temperature\":\"hot\"}", "temperature")]
    [InlineData("{\"model\":\"demo\"," + Messages + ",\"temperature\":1e999}", "temperature")]
    [InlineData("{\"model\":\"demo\"," + Messages + ",\"top_p\":0}", "top_p")]
    [InlineData("{\"model\":\"demo\"," + Messages + ",\"top_p\":1.5}", "top_p")]
    [InlineData("{\"model\":\"demo\"," + Messages + ",\"top_k\":-2}", "top_k")]
    [InlineData("{\"model\":\"demo\"," + Messages + ",\"min_p\":2}", "min_p")]
    [InlineData("{\"model\":\"demo\"," + Messages + ",\"presence_penalty\":3}", "presence_penalty")]
    [InlineData("{\"model\":\"demo\"," + Messages + ",\"frequency_penalty\":-3}", "frequency_penalty")]
    [InlineData("{\"model\":\"demo\"," + Messages + ",\"repetition_penalty\":0}", "repetition_penalty")]
    [InlineData("{\"model\":\"demo\"," + Messages + ",\"n\":0}", "n")]
    [InlineData("{\"model\":\"demo\"," + Messages + ",\"n\":129}", "n")]
    [InlineData("{\"model\":\"demo\"," + Messages + ",\"n\":1.5}", "n")]
    [InlineData("{\"model\":\"demo\"," + Messages + ",\"seed\":\"x\"}", "seed")]
    [InlineData("{\"model\":\"demo\"," + Messages + ",\"max_tokens\":0}", "max_tokens")]
    [InlineData("{\"model\":\"demo\"," + Messages + ",\"max_completion_tokens\":-5}", "max_completion_tokens")]
    [InlineData("{\"model\":\"demo\"," + Messages + ",\"max_tokens\":1020}", "max_tokens")]
    [InlineData("{\"model\":\"demo\"," + Messages + ",\"max_tokens\":5,\"min_tokens\":6}", "min_tokens")]
    [InlineData("{\"model\":\"demo\"," + Messages + ",\"stop\":5}", "stop")]
    [InlineData("{\"model\":\"demo\"," + Messages + ",\"stop\":[\"\"]}", "stop")]
    [InlineData("{\"model\":\"demo\"," + Messages + ",\"stop_token_ids\":[768]}", "stop_token_ids")]
    [InlineData("{\"model\":\"demo\"," + Messages + ",\"logit_bias\":{\"768\":1}}", "logit_bias")]
    [InlineData("{\"model\":\"demo\"," + Messages + ",\"logit_bias\":{\"x\":1}}", "logit_bias")]
    [InlineData("{\"model\":\"demo\"," + Messages + ",\"logit_bias\":{\"5\":101}}", "logit_bias[5]")]
    [InlineData("{\"model\":\"demo\"," + Messages + ",\"logprobs\":3}", "logprobs")]
    [InlineData("{\"model\":\"demo\"," + Messages + ",\"logprobs\":true,\"top_logprobs\":21}", "top_logprobs")]
    [InlineData("{\"model\":\"demo\"," + Messages + ",\"top_logprobs\":2}", "top_logprobs")]
    [InlineData("{\"model\":\"demo\"," + Messages + ",\"stream\":\"yes\"}", "stream")]
    [InlineData("{\"model\":\"demo\"," + Messages + ",\"stream_options\":{}}", "stream_options")]
    [InlineData("{\"model\":\"demo\"," + Messages + ",\"stream\":true,\"stream_options\":{\"include_usage\":1}}", "stream_options.include_usage")]
    [InlineData("{\"model\":\"demo\"," + Messages + ",\"response_format\":{\"type\":\"json_object\"}}", "response_format")]
    [InlineData("{\"model\":\"demo\"," + Messages + ",\"tool_choice\":\"required\"}", "tool_choice")]
    [InlineData("{\"model\":\"demo\"," + Messages + ",\"best_of\":2}", "best_of")]
    [InlineData("{\"model\":\"demo\"," + Messages + ",\"repetition_penalty\":1e-38}", "repetition_penalty")]
    [InlineData("{\"model\":\"demo\"," + Messages + ",\"structured_outputs\":{\"json\":{}}}", "structured_outputs")]
    [InlineData("{\"model\":\"demo\"," + Messages + ",\"function_call\":{\"name\":\"f\"}}", "function_call")]
    [InlineData("{\"model\":\"demo\"," + Messages + ",\"prompt_logprobs\":1}", "prompt_logprobs")]
    [InlineData("{\"model\":\"demo\"," + Messages + ",\"modalities\":[\"audio\"]}", "modalities")]
    [InlineData("{\"model\":\"demo\"," + Messages + ",\"tool_choice\":\"\\ud800\"}", "tool_choice")]
    [InlineData("{\"model\":\"demo\"," + Messages + ",\"tools\":[{\"a\":[1,\"\\udc00\"]}]}", "tools[0].a[1]")]
    [InlineData("{\"model\":\"demo\"," + Messages + ",\"logit_bias\":{\"\\ud800\":1}}", "logit_bias")]
    [InlineData("{\"model\":\"demo\",\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"\\ud800\",\"text\":\"x\"}]}]}", "messages[0].content[0].type")]
    public async Task AWrongFieldOfAChatIsNamed(string body, string param) => await ExpectAsync(Chat, body, param);

    [Theory]
    [InlineData("{\"model\":\"demo\"}", "prompt")]
    [InlineData("{\"model\":\"demo\",\"prompt\":\"\"}", "prompt")]
    [InlineData("{\"model\":\"demo\",\"prompt\":[]}", "prompt")]
    [InlineData("{\"model\":\"demo\",\"prompt\":[\"a\",\"\"]}", "prompt[1]")]
    [InlineData("{\"model\":\"demo\",\"prompt\":[\"a\",[1]]}", "prompt")]
    [InlineData("{\"model\":\"demo\",\"prompt\":[1,768]}", "prompt")]
    [InlineData("{\"model\":\"demo\",\"prompt\":[1,-1]}", "prompt")]
    [InlineData("{\"model\":\"demo\",\"prompt\":{}}", "prompt")]
    [InlineData("{\"model\":\"demo\",\"prompt\":\"a\",\"logprobs\":21}", "logprobs")]
    [InlineData("{\"model\":\"demo\",\"prompt\":\"a\",\"suffix\":\"b\"}", "suffix")]
    [InlineData("{\"model\":\"demo\",\"prompt\":\"a\",\"echo\":true,\"logprobs\":1}", "echo")]
    [InlineData("{\"model\":\"demo\",\"prompt\":[\"a\",\"b\"],\"n\":65}", "n")]
    public async Task AWrongFieldOfACompletionIsNamed(string body, string param) => await ExpectAsync(Completions, body, param);

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("\"text\"")]
    [InlineData("{\"model\":\"demo\",}")]
    [InlineData("{\"\\ud800x\":1,\"model\":\"demo\"}")]
    [InlineData("{\"model\":\"demo\",\"model\":\"demo\"}")]
    public async Task ABodyThatIsNoJsonObjectIsRefused(string body)
    {
        (HttpStatusCode status, JsonElement answer, _) = await app.PostAsync(Chat, body);
        status.Should().Be(HttpStatusCode.BadRequest);
        Error(answer).GetProperty("message").GetString().Should().Contain("body");
        await StillServesAsync();
    }

    [Fact]
    public async Task ABodyThatIsNotUtf8IsRefusedWithThePlaceOfTheFirstBadByte()
    {
        byte[] body = [.. "{\"model\":\""u8, 0xC3, 0x28, .. "\"}"u8];
        HttpResponseMessage response = await app.CreateClient().PostAsync(Chat, new ByteArrayContent(body));

        response.StatusCode.Should().Be(HttpStatusCode.BadRequest);
        (await response.Content.ReadAsStringAsync()).Should().Contain("UTF-8").And.Contain("byte 10");
        await StillServesAsync();
    }

    [Fact]
    public async Task ABodyOverTheLimitIsRefused()
    {
        await using var own = new SiloApp(("Preble:BodyBytesMax", "2048"));
        string body = "{\"model\":\"demo\",\"messages\":[{\"role\":\"user\",\"content\":\"" + new string('a', 3000) + "\"}]}";

        (HttpStatusCode status, JsonElement answer, _) = await own.PostAsync(Chat, body);

        status.Should().Be(HttpStatusCode.RequestEntityTooLarge);
        Error(answer).GetProperty("message").GetString().Should().Contain("2048");
    }

    [Fact]
    public async Task AnUnknownModelIs404AndTheServedOnesAreNamed()
    {
        (HttpStatusCode status, JsonElement answer, _) = await app.PostAsync(Chat, "{\"model\":\"gpt-9\"," + Messages + "}");
        status.Should().Be(HttpStatusCode.NotFound);
        Error(answer).GetProperty("code").GetString().Should().Be("model_not_found");
        Error(answer).GetProperty("message").GetString().Should().Contain("gpt-9").And.Contain("demo");
    }

    [Theory]
    [InlineData(1024)]
    [InlineData(5000)]
    public async Task APromptLongerThanTheContextIsRefusedWithItsLength(int tokens)
    {
        (HttpStatusCode status, JsonElement answer, _) = await app.PostAsync(Completions, new { model = "demo", prompt = Enumerable.Repeat(5, tokens) });
        status.Should().Be(HttpStatusCode.BadRequest);
        Error(answer).GetProperty("code").GetString().Should().Be("context_length_exceeded");
        Error(answer).GetProperty("message").GetString().Should().Contain($"{tokens}").And.Contain("1024");
        await StillServesAsync();
    }

    [Theory]
    [InlineData("GET", "/v1/nothing", HttpStatusCode.NotFound)]
    [InlineData("GET", "/v1/chat/completions", HttpStatusCode.MethodNotAllowed)]
    [InlineData("GET", "/v1/models/absent", HttpStatusCode.NotFound)]
    [InlineData("GET", "/v1/requests/absent", HttpStatusCode.NotFound)]
    [InlineData("GET", "/v1/requests/%20", HttpStatusCode.NotFound)]
    public async Task WhatIsNotThereIsToldInTheErrorShape(string method, string path, HttpStatusCode status)
    {
        HttpResponseMessage response = await app.CreateClient().SendAsync(new HttpRequestMessage(new HttpMethod(method), path));
        response.StatusCode.Should().Be(status);
        Error(JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement);
    }

    [Fact]
    public async Task ACompressedBodyIsRefusedAsSuch()
    {
        var content = new ByteArrayContent([0x1f, 0x8b, 8, 0]);
        content.Headers.ContentEncoding.Add("gzip");
        HttpResponseMessage response = await app.CreateClient().PostAsync(Chat, content);
        response.StatusCode.Should().Be(HttpStatusCode.UnsupportedMediaType);
        (await response.Content.ReadAsStringAsync()).Should().Contain("Content-Encoding");
    }

    [Fact]
    public async Task ALongTextIsRefusedWithoutBeingTokenized()
    {
        (HttpStatusCode status, JsonElement answer, _) = await app.PostAsync(Completions, new { model = "demo", prompt = new string('a', 1_000_000) });
        status.Should().Be(HttpStatusCode.BadRequest);
        Error(answer).GetProperty("message").GetString().Should().Contain("at least");
    }

    [Theory]
    [InlineData("{\"role\":\"assistant\",\"content\":null,\"tool_calls\":[{\"id\":\"1\",\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}]},{\"role\":\"tool\",\"tool_call_id\":\"1\",\"content\":\"4\"}")]
    [InlineData("{\"role\":\"assistant\"},{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"a\"},{\"type\":\"text\",\"text\":\"b\"}]}")]
    [InlineData("{\"role\":\"assistant\",\"content\":[{\"type\":\"refusal\",\"refusal\":\"no\"}]}")]
    [InlineData("{\"role\":\"assistant\",\"content\":[{\"type\":\"refusal\",\"refusal\":\"no\",\"text\":5}]}")]
    public async Task EarlierAnswersMayLackTheirText(string messages)
    {
        (HttpStatusCode status, JsonElement answer, _) = await app.PostAsync(Chat, "{\"model\":\"demo\",\"max_tokens\":2,\"messages\":[{\"role\":\"user\",\"content\":\"x\"}," + messages + "]}");
        status.Should().Be(HttpStatusCode.OK, answer.ToString());
    }

    [Fact]
    public async Task MutatedBodiesNeverFailTheServer()
    {
        string valid = "{\"model\":\"demo\",\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"H\\u00e9\"}]}],\"max_tokens\":2,\"stop\":[\"x\"],\"logit_bias\":{\"5\":1.5},\"seed\":7,\"n\":1,\"temperature\":0.5,\"stream\":false}";
        string[] pieces = ["\"", "{", "}", "[", "]", ",", ":", "null", "1e9", "-1", "\\ud800", "\\u0000", "\\", "true", "model", "9999999999999999999", "\"a\"", "\u00e9"];
        var random = new Random(5);
        for (int round = 0; round < 600; round++)
        {
            string body = valid;
            for (int change = random.Next(1, 4); change > 0; change--)
            {
                int at = random.Next(body.Length);
                int removed = random.Next(Math.Min(6, body.Length - at));
                body = body[..at] + (random.Next(3) > 0 ? pieces[random.Next(pieces.Length)] : "") + body[(at + removed)..];
            }

            (HttpStatusCode status, JsonElement answer, _) = await app.PostAsync(random.Next(2) == 0 ? Chat : Completions, body);
            ((int)status).Should().BeLessThan(500, body);
            if (status != HttpStatusCode.OK)
            {
                Error(answer);
            }
        }
    }

    [Fact]
    public async Task UnknownFieldsAreIgnored()
    {
        (HttpStatusCode status, _, _) = await app.PostAsync(Chat, "{\"model\":\"demo\"," + Messages + ",\"user\":\"u\",\"metadata\":{\"a\":1},\"service_tier\":\"auto\",\"prompt_cache_key\":\"k\",\"whatever\":[1]}");
        status.Should().Be(HttpStatusCode.OK);
    }

    private static JsonElement Error(JsonElement body)
    {
        JsonElement error = body.GetProperty("error");
        error.EnumerateObject().Select(property => property.Name).Should().BeEquivalentTo("message", "type", "param", "code");
        return error;
    }

    private async Task ExpectAsync(string path, string body, string param)
    {
        (HttpStatusCode status, JsonElement answer, HttpResponseMessage response) = await app.PostAsync(path, body);
        status.Should().Be(HttpStatusCode.BadRequest);
        JsonElement error = Error(answer);
        error.GetProperty("param").GetString().Should().Be(param);
        error.GetProperty("message").GetString().Should().Contain(param);
        error.GetProperty("type").GetString().Should().Be("invalid_request_error");
        response.Headers.Contains("x-request-id").Should().BeTrue();
    }

    private async Task StillServesAsync()
    {
        (HttpStatusCode status, _, _) = await app.PostAsync(Chat, "{\"model\":\"demo\"," + Messages + "}");
        status.Should().Be(HttpStatusCode.OK);
    }
}
