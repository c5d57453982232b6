// A chat as the AI SDK's page about Express writes it (https://ai-sdk.dev/examples/api-servers/express). /ui streams UI
// messages, which say how an answer ended, and /text the words and nothing else. /caught reads the same UI messages by
// itself, and says so where the stream broke off: what the other two leave to nobody ends the process.
import { openai } from "@ai-sdk/openai";
import { convertToModelMessages, streamText } from "ai";
import express from "express";

const app = express();
app.use(express.json());

const answer = async (model, messages) =>
  streamText({ model: openai(model), messages: await convertToModelMessages(messages), maxRetries: 1 });

app.get("/", (request, response) => response.send("up"));

app.post("/ui", async (request, response) => {
  const result = await answer("gpt-4o", request.body.messages);
  result.pipeUIMessageStreamToResponse(response);
});

app.post("/text", async (request, response) => {
  const result = await answer("gpt-4o", request.body.messages);
  result.pipeTextStreamToResponse(response);
});

app.post("/caught", async (request, response) => {
  const write = (chunk) => response.write(`data: ${JSON.stringify(chunk)}\n\n`);
  response.setHeader("content-type", "text/event-stream");
  try {
    const result = await answer("gpt-4o-mini", request.body.messages);
    for await (const chunk of result.toUIMessageStream()) write(chunk);
  } catch {
    write({ type: "error", errorText: "The answer broke off. Please ask again." });
  }
  response.end("data: [DONE]\n\n");
});

app.listen(Number(process.argv[2]), "127.0.0.1");
