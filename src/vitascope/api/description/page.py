"""The description as a page to read: families at the side, operations that open, a field to find one.

It works without its script; with it, typing narrows the list down. Style and script are files of their own, since the
page's policy allows nothing inline.
"""

import re
from collections.abc import Iterable
from html import escape
from typing import Any

_HEAD = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Vitascope: the HTTP API</title>
<link rel="stylesheet" href="api/page.css">
<script src="api/page.js" defer></script>
</head>
<body>
"""
_WHO = {"public": "anyone", "keyed": "by key", "signed-in": "signed in", "owner": "owner"}


def _slug(text: str) -> str:
    return "".join(char if char.isalnum() else "-" for char in text.lower())


def _code(text: str) -> str:
    """A text with what stands between backticks set as code."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(text))


def _type_of(schema: dict[str, Any]) -> str:
    if schema.get("type") == "array":
        return f"{_type_of(schema['items'])}, several"
    if "enum" in schema:
        return " or ".join(str(value) for value in schema["enum"])
    return str(schema.get("type", "string"))


def _parameters(operation: dict[str, Any]) -> Iterable[str]:
    if not operation["parameters"]:
        return
    yield "<table><thead><tr><th>Parameter</th><th>Type</th><th>What</th></tr></thead><tbody>"
    for parameter in operation["parameters"]:
        example = parameter.get("example")
        shown = ", ".join(map(str, example)) if isinstance(example, list) else example
        note = f" <small>for example <code>{escape(str(shown))}</code></small>" if example is not None else ""
        place = "path" if parameter["in"] == "path" else "required" if parameter.get("required") else ""
        yield (
            f"<tr><td><code>{escape(parameter['name'])}</code>{f' <small>{place}</small>' if place else ''}</td>"
            f"<td>{escape(_type_of(parameter['schema']))}</td>"
            f"<td>{_code(parameter.get('description', ''))}{note}</td></tr>"
        )
    yield "</tbody></table>"


def _answer(operation: dict[str, Any]) -> str:
    content = operation["responses"]["2XX"].get("content")
    if content is None:
        return "<p>Answers nothing but that it went well.</p>"
    kinds = ", ".join(f"<code>{escape(kind)}</code>" for kind in content)
    return f"<p>Answers {kinds}.</p>"


def _operation(method: str, path: str, operation: dict[str, Any]) -> Iterable[str]:
    name = escape(operation["operationId"])
    yield f'<details id="{name}"><summary><b class="{method}">{method.upper()}</b> <code>{escape(path)}</code> '
    yield f"<span>{_code(operation['summary'])}</span> <i>{_WHO[operation['x-policy']]}</i></summary>"
    yield from _parameters(operation)
    if "requestBody" in operation:
        yield f"<p>Body: {_code(operation['requestBody']['description'])}</p>"
    yield _answer(operation) + "</details>\n"


def page(document: dict[str, Any]) -> bytes:
    """The page of a description."""
    families: dict[str, list[tuple[str, str, dict[str, Any]]]] = {}
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            families.setdefault(operation["tags"][0], []).append((method, path, operation))
    out = [_HEAD, "<nav><h2>Families</h2><ul>"]
    out += [f'<li><a href="#{_slug(name)}">{escape(name)}</a></li>' for name in sorted(families)]
    info = document["info"]
    out.append(
        f"</ul></nav><main><h1>{escape(info['title'])} <small>{escape(info['version'])}</small></h1>"
        f"<p>{_code(info['description'])} The same as a document for programs: "
        '<a href="../openapi.json">openapi.json</a>.</p>'
        '<label class="find">Find <input type="search" id="find" placeholder="a path or a word" autocomplete="off">'
        '</label><p id="none" hidden>Nothing here has all of these words.</p>'
    )
    for name in sorted(families):
        out.append(f'<section id="{_slug(name)}"><h2>{escape(name)}</h2>\n')
        for method, path, operation in families[name]:
            out += _operation(method, path, operation)
        out.append("</section>\n")
    out.append("</main></body></html>\n")
    return "".join(out).encode()
