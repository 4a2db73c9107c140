# SPDX-License-Identifier: Apache-2.0
"""Validates a document, or with --lines each line of a file, against a JSON Schema.

Usage: validate_json.py [--lines] SCHEMA DOCUMENT
Says what is wrong and ends with 1; references of the schema to its neighbours are followed.
"""
import json
import pathlib
import sys
import warnings

import jsonschema

# Debian 12 has no other way to follow references than one that later versions call deprecated.
warnings.simplefilter("ignore", DeprecationWarning)


def refuse_constant(name):
    raise ValueError(f"{name} is no JSON")


def refuse_repeated(pairs):
    names = [name for name, _ in pairs]
    if len(names) != len(set(names)):
        raise ValueError(f"a member comes twice: {names}")
    return dict(pairs)


def parse(text):
    return json.loads(text, parse_constant=refuse_constant, object_pairs_hook=refuse_repeated)


def main(arguments):
    by_line = arguments[0] == "--lines"
    schema_path, document_path = (pathlib.Path(path) for path in arguments[-2:])
    schema = parse(schema_path.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    resolver = jsonschema.RefResolver(schema_path.resolve().as_uri(), schema)
    validator = jsonschema.Draft202012Validator(schema, resolver=resolver)
    text = document_path.read_bytes().decode("utf-8")
    documents = [parse(part) for part in (text.splitlines() if by_line else [text])]
    errors = [error for document in documents for error in validator.iter_errors(document)]
    for error in errors:
        print(f"{error.json_path}: {error.message}")
    return 1 if errors or not documents else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
