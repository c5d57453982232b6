"""Applications as newcomers have them: folders that brownout has never seen, without a word about it in them."""

from __future__ import annotations

import json

FASTAPI = {
    "requirements.txt": "fastapi\nuvicorn\nopenai\n",
    "main.py": """\
import json
from collections.abc import AsyncIterator

from fastapi import FastAPI
from fastapi.responses import StreamingResponse
from openai import AsyncOpenAI
from pydantic import BaseModel

app = FastAPI()
client = AsyncOpenAI()


class Question(BaseModel):
    prompt: str
    temperature: float = 0.5


@app.post("/v1/ask")
async def ask(question: Question) -> StreamingResponse:
    async def events() -> AsyncIterator[str]:
        asked = [{"role": "user", "content": question.prompt}]
        async for chunk in await client.chat.completions.create(model="gpt-4o-mini", messages=asked, stream=True):
            if chunk.choices and chunk.choices[0].delta.content:
                yield f"data: {json.dumps({'kind': 'piece', 'token': chunk.choices[0].delta.content})}\\n\\n"
        yield "data: [DONE]\\n\\n"

    return StreamingResponse(events(), media_type="text/event-stream")
""",
}
"""FastAPI and the SDK of OpenAI; the answer is streamed."""
FLASK = {
    "requirements.txt": "flask\nrequests\n",
    "app.py": """\
import os

import requests
from flask import Flask, jsonify, request

app = Flask(__name__)


@app.route("/api/talk", methods=["POST"])
def talk():
    words = request.get_json()["question"]
    answer = requests.post(
        "https://api.anthropic.com/v1/messages",
        headers={"x-api-key": os.environ["ANTHROPIC_API_KEY"], "anthropic-version": "2023-06-01"},
        json={"model": "claude-sonnet-4-5", "max_tokens": 300, "messages": [{"role": "user", "content": words}]},
        timeout=20,
    )
    if not answer.ok:
        return jsonify({"error": "Please ask again later."}), 503, {"Retry-After": "1"}
    return jsonify({"data": {"answer": answer.json()["content"][0]["text"]}})
""",
}
"""Flask and plain requests to Anthropic's own host; an outage is passed on honestly."""
PLAIN = {
    "Procfile": "web: python serve.py\n",
    "serve.py": """\
import json, os, pathlib, urllib.request
from http.server import BaseHTTPRequestHandler, HTTPServer

URL = os.environ.get("OPENAI_BASE_URL", "https://api.openai.com/v1") + "/chat/completions"


class Chat(BaseHTTPRequestHandler):
    def do_GET(self):
        self.reply({})

    def do_POST(self):
        said = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["message"]
        body = json.dumps({"model": "gpt-4o", "messages": [{"role": "user", "content": said}]}).encode()
        asked = urllib.request.Request(URL, body, {"Content-Type": "application/json", "Authorization": "Bearer x"})
        self.reply({"text": json.load(urllib.request.urlopen(asked))["choices"][0]["message"]["content"]})

    def reply(self, value):
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(value).encode())


HTTPServer(("127.0.0.1", int(pathlib.Path("port.txt").read_text())), Chat).serve_forever()
""",
}
"""The standard library alone, on the port that ``port.txt`` has: nobody can tell it another."""
EXPRESS = {
    "package.json": json.dumps(
        {
            "name": "talk",
            "type": "module",
            "scripts": {"start": "node src/server.js"},
            "dependencies": {"express": "5", "openai": "6"},
        }
    ),
    "src/server.js": """\
import express from "express";
import OpenAI from "openai";

const openai = new OpenAI({ maxRetries: 0 });
const app = express();
app.use(express.json());

app.post("/api/login", (req, res) => res.json({ token: req.body.name }));

app.post("/api/talk", async (req, res) => {
  const { userInput } = req.body;
  if (!userInput) return res.status(400).json({ error: "userInput is missing" });
  try {
    const answer = await openai.responses.create({ model: "gpt-5-mini", input: userInput });
    res.json({ ok: true, result: { text: answer.output_text } });
  } catch {
    res.set("Retry-After", "1").status(503).json({ error: "Please ask again later." });
  }
});

app.listen(process.env.PORT || 3000);
""",
}
"""Express and the SDK of OpenAI."""
AI_SDK = {
    "package.json": json.dumps(
        {
            "name": "assistant",
            "scripts": {"dev": "node dev.mjs"},
            "dependencies": {"next": "16", "ai": "6", "@ai-sdk/openai": "3"},
        }
    ),
    "app/api/chat/route.js": """\
import { openai } from "@ai-sdk/openai";
import { convertToModelMessages, streamText } from "ai";

export async function POST(req) {
  const { messages } = await req.json();
  const asked = await convertToModelMessages(messages);
  return streamText({ model: openai("gpt-4o"), messages: asked, maxRetries: 0 }).toUIMessageStreamResponse();
}
""",
    "dev.mjs": """\
// What Next does with a route handler, as far as this application needs it.
import http from "node:http";
import { Readable } from "node:stream";
import { POST } from "./app/api/chat/route.js";

http
  .createServer(async (req, res) => {
    if (req.method !== "POST" || req.url !== "/api/chat") return res.writeHead(404).end();
    const body = Readable.toWeb(req);
    const asked = new Request("http://127.0.0.1/api/chat", { method: "POST", body, duplex: "half" });
    const answer = await POST(asked);
    res.writeHead(answer.status, Object.fromEntries(answer.headers));
    Readable.fromWeb(answer.body).pipe(res);
  })
  .listen(Number(process.env.PORT), "127.0.0.1");
""",
}
"""A route of Next with the AI SDK, whose UI messages it streams."""
