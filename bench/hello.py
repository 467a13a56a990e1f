"""The least that a Flask application can do."""

from flask import Flask

app = Flask("hello")


@app.post("/")
def hello() -> str:
    return "hello"
