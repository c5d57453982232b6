// Each case once, plain and streamed, with one client; prints {found: {case: [plain, streamed]}, crashes}.
// Told by the environment: CLIENT, CASES ([{key, silent}]), RETRIES (the SDK's own if empty); base URLs and keys in the
// SDKs' own variables.
const { CLIENT, CASES, RETRIES } = process.env;
const retries = RETRIES ? { maxRetries: Number(RETRIES) } : {};
const AT_ONCE = 8;
const LONG = 30_000, SHORT = 1_000; // the SDK's own timeout, where something must come and where nothing will
const GRACE = 1_500; // what covers the body too: a signal, so much later

const crashes = [];
for (const event of ["uncaughtException", "unhandledRejection"])
  process.on(event, error => crashes.push(`${event}: ${error?.stack ?? error}`));

const said = "Hello there", messages = [{ role: "user", content: said }];
const parameters = { type: "object", properties: { city: { type: "string" } }, required: ["city"] };
const weather = { name: "weather", description: "The weather in a city.", parameters };

async function openai(make) {
  const { default: OpenAI } = await import("openai");
  return make(new OpenAI(retries));
}

const sdk = {
  "openai chat": () => openai(client => async ({ stream, ...options }) => {
    const tools = [{ type: "function", function: weather }];
    const got = await client.chat.completions.create({ model: "gpt-4o-mini", messages, tools, stream }, options);
    if (!stream) return got.choices;
    let last;
    for await (const event of got) last = event.choices?.[0]?.finish_reason ?? last;
    return last;
  }),
  "openai responses": () => openai(client => async ({ stream, ...options }) => {
    const tools = [{ type: "function", strict: false, ...weather }];
    const got = await client.responses.create({ model: "gpt-4o-mini", input: said, tools, stream }, options);
    if (!stream) return got.output;
    let last;
    for await (const event of got) last = /^response.(completed|incomplete|failed)$/.exec(event.type)?.[1] ?? last;
    return last;
  }),
  anthropic: async () => {
    const { default: Anthropic } = await import("@anthropic-ai/sdk");
    const client = new Anthropic(retries);
    const tools = [{ name: weather.name, input_schema: parameters }];
    return async ({ stream, ...options }) => {
      const body = { model: "claude-haiku-4-5", max_tokens: 256, messages, tools, stream };
      const got = await client.messages.create(body, options);
      if (!stream) return got.content;
      let last;
      for await (const event of got) last = event.type === "message_stop" || last;
      return last;
    };
  },
  "ai openai": () => vercel("openai", "gpt-4o-mini"),
  "ai anthropic": () => vercel("anthropic", "claude-haiku-4-5"),
};

async function vercel(name, model) {
  const { generateText, jsonSchema, streamText, tool } = await import("ai");
  const { [name]: provider } = await import(`@ai-sdk/${name}`);
  const tools = { weather: tool({ description: weather.description, inputSchema: jsonSchema(parameters) }) };
  return async ({ stream, headers, signal }) => {
    const call = { model: provider(model), prompt: said, tools, ...retries, headers, abortSignal: signal };
    if (!stream) return (await generateText(call)).content;
    let last;
    for await (const part of streamText({ ...call, onError() {} }).fullStream) {
      if (part.type === "error") throw part.error;
      if (part.type === "finish" && part.finishReason !== "other") last = part.finishReason;
    }
    return last;
  };
}

// The class, its status, and what a bare transport error says.
function named(error) {
  if (error?.constructor === Object) return "an error of no class"; // the AI SDK hands an event's error on as it is
  const name = error?.name?.startsWith("AI_") ? error.name : error?.constructor?.name ?? String(error);
  const status = error?.status ?? error?.statusCode;
  const torn = error?.message === "terminated" ? ": terminated" : ""; // fetch's word for a connection that breaks
  return `${name}${status ? ` ${status}` : ""}${torn}`;
}

async function outcome(call, { key, silent }, stream) {
  const timeout = silent ? SHORT : LONG, signal = AbortSignal.timeout(timeout + GRACE);
  try {
    const answer = await call({ stream, headers: { "x-brownout-cell": key }, timeout, signal });
    if (signal.aborted) return "hangs";
    if (answer === undefined || answer === null) return stream ? "ends early" : "no answer in it";
    return "an answer";
  } catch (error) {
    return signal.aborted ? "hangs" : named(error);
  }
}

const call = await sdk[CLIENT](), found = {};
const waiting = JSON.parse(CASES).flatMap(each => [[each, false], [each, true]]);
await Promise.all(Array.from({ length: AT_ONCE }, async () => {
  for (let next; (next = waiting.shift()); ) {
    const [each, stream] = next;
    (found[each.key] ??= [])[Number(stream)] = await outcome(call, each, stream);
  }
}));
console.log(JSON.stringify({ found, crashes }));
process.exit(0); // a connection that hangs would keep the process
