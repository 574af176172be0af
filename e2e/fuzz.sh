#!/usr/bin/env bash
# Throws what schemathesis thinks of at every operation of the API's own document, always the same.
# Run beside the program: node e2e/with-program.mjs e2e/fuzz.sh
set -euo pipefail
mkdir -p "$(dirname "$0")/output"
cd "$(dirname "$0")/output"

exec ../../.venv/bin/schemathesis run "$LIANXIN_URL/api/openapi.json" \
  --header "Authorization: Bearer $LIANXIN_TOKEN" \
  --checks not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance \
  --phases examples,coverage,fuzzing \
  --max-examples "${FUZZ_EXAMPLES:-25}" \
  --seed 311 \
  --generation-database none \
  --workers 2 \
  --request-timeout 10 \
  --continue-on-failure \
  --no-color
