"""Two routers as LiteLLM's documentation writes them: one model behind two keys, and a model with a fallback."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.responses import JSONResponse
from litellm import Router

app = FastAPI()
keys = Router(
    model_list=[
        {
            "model_name": "chat",
            "litellm_params": {"model": "openai/gpt-4o-mini", "api_key": key, "order": order, "timeout": 6},
        }
        for order, key in enumerate(("sk-test-a", "sk-test-b"), 1)
    ]
)
fallback = Router(
    model_list=[
        {"model_name": "first", "litellm_params": {"model": "openai/gpt-4o", "api_key": "sk-test-c", "timeout": 6}},
        {
            "model_name": "second",
            "litellm_params": {"model": "anthropic/claude-sonnet-4-5", "api_key": "sk-ant-test", "timeout": 6},
        },
    ],
    fallbacks=[{"first": ["second"]}],
    num_retries=1,
)


async def answer(router: Router, model: str, text: str) -> Any:
    try:
        made = await router.acompletion(model=model, messages=[{"role": "user", "content": text}])
        return {"reply": made.choices[0].message.content}
    except Exception as error:
        print(type(error).__name__, flush=True)  # noqa: T201  # the application's log
        return JSONResponse({"error": "Sorry, please ask again."}, 503)


@app.get("/")
async def up() -> str:
    return "up"


@app.post("/keys")
async def ask_with_two_keys(body: dict[str, str]) -> Any:
    return await answer(keys, "chat", body["text"])


@app.post("/fallback")
async def ask_with_a_fallback(body: dict[str, str]) -> Any:
    return await answer(fallback, "first", body["text"])
