"""A bot on WhatsApp as pywa's tutorial for FastAPI writes it: whoever writes gets the model's answer, as a reply."""

from __future__ import annotations

import os

from fastapi import FastAPI
from openai import OpenAI
from pywa import WhatsApp, types

app = FastAPI()
llm = OpenAI(timeout=8)


@app.get("/")
def up() -> str:
    return "up"


wa = WhatsApp(
    phone_id=os.environ["PHONE_ID"],
    token="EAAtest",
    server=app,
    webhook_endpoint="/hooks/whatsapp",
    verify_token=os.environ["VERIFY_TOKEN"],
    app_secret=os.environ["APP_SECRET"],
)


@wa.on_message  # type: ignore[misc]
def answer(_: WhatsApp, message: types.Message) -> None:
    try:
        made = llm.chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": message.text or ""}])
        text = made.choices[0].message.content or "..."
    except Exception:
        text = "Sorry, I cannot answer right now."
    message.reply_text(text, quote=True)
