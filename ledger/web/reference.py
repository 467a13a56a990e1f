"""The OpenAPI document as the rows of /docs."""

from collections.abc import Mapping
from typing import Any

METHODS = ("get", "post")


def operations(description: Mapping[str, Any]) -> list[dict[str, Any]]:
    """One entry an endpoint, in the order of the document."""
    schemas = description.get("components", {}).get("schemas", {})
    return [
        {
            "method": method.upper(),
            "path": path,
            "summary": operation.get("summary", ""),
            "about": operation.get("description", ""),
            "officer": "security" in operation,
            "parameters": [p["name"] for p in operation.get("parameters", []) if p["in"] != "path"],
            "bodies": _bodies(operation, schemas),
        }
        for path, methods in description["paths"].items()
        for method, operation in methods.items()
        if method in METHODS
    ]


def _bodies(operation: Mapping[str, Any], schemas: Mapping[str, Any]) -> list[dict[str, Any]]:
    content = operation.get("requestBody", {}).get("content", {})
    return [
        {"media_type": media_type, "fields": _fields(schemas[reference.rpartition("/")[2]])}
        for media_type, one in content.items()
        for reference in _references(one["schema"])
    ]


def _references(schema: Mapping[str, Any]) -> list[str]:
    return [schema["$ref"]] if "$ref" in schema else [one["$ref"] for one in schema["oneOf"]]


def _fields(schema: Mapping[str, Any]) -> list[dict[str, Any]]:
    required = schema.get("required", [])
    return [
        {"name": name, "required": name in required, "type": _type(field)}
        for name, field in schema.get("properties", {}).items()
    ]


def _type(field: Mapping[str, Any]) -> str:
    if len(field.get("enum", [])) == 1:
        return str(field["enum"][0])
    kind = field.get("type", "object")
    kinds = [one for one in kind if one != "null"] if isinstance(kind, list) else [kind]
    return str(field.get("format", kinds[0]))
