"""A bot on WhatsApp as pywa's tutorial writes it: whoever writes gets the model's answer, as a reply."""

from __future__ import annotations

import sys

from flask import Flask
from openai import OpenAI
from pywa.client import WhatsApp
from pywa.types.message import Message

NUMBER, SECRET, TOKEN = "100000000000001", "test-app-secret", "test-verify-token"
app = Flask(__name__)
llm = OpenAI(api_key="sk-test-0000", timeout=8)
llm.chat.completions  # noqa: B018  # loaded before the first question
bot = WhatsApp(
    phone_id=NUMBER,
    token="EAAtest",
    server=app,
    webhook_endpoint="/hooks/whatsapp",
    verify_token=TOKEN,
    app_secret=SECRET,
    skip_duplicate_updates=False,
)


@app.get("/")
def up() -> str:
    return "up"


@bot.on_message  # type: ignore[misc]
def answer(_: WhatsApp, message: Message) -> None:
    try:
        made = llm.chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": message.text or ""}])
        text = made.choices[0].message.content or "..."
    except Exception:
        text = "Sorry, I cannot answer right now."
    message.reply_text(text, quote=True)


if __name__ == "__main__":
    app.run("127.0.0.1", int(sys.argv[1]), threaded=True)
