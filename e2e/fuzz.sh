#!/usr/bin/env bash
# Throws what schemathesis thinks of at every operation of the API's own document, always the same.
# Run beside the program: node e2e/with-program.mjs e2e/fuzz.sh
set -euo pipefail
mkdir -p "$(dirname "$0")/output"
cd "$(dirname "$0")/output"

# Made-up ids only ever find nothing, so it all is done a second time with ids that are there.
ask() { curl --silent --show-error --fail --header "Authorization: Bearer $LIANXIN_TOKEN" "$LIANXIN_URL/api/v1/$1"; }
# Reads to the end: a reader that leaves early would end `grep` and with it this script.
first_id() { grep -oE '"id":"[^"]+"' | sed -n '1s/"id":"\(.*\)"/\1/p'; }
matter=$(ask "matters?county=421223" | first_id)
organisation=$(ask "organisations?area=421223" | first_id)
cat >schemathesis.toml <<END
[[operations]]
include-path-regex = "/matters/"
parameters = { "path.county" = "421223", "path.id" = "$matter" }

[[operations]]
include-path-regex = "/organisations/"
parameters = { "path.id" = "$organisation" }

[[operations]]
include-path-regex = "/areas/"
parameters = { "path.id" = "421223100" }
END

fuzz() {
  ../../.venv/bin/schemathesis "$@" run "$LIANXIN_URL/api/openapi.json" \
    --header "Authorization: Bearer $LIANXIN_TOKEN" \
    --checks not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance \
    --phases examples,coverage,fuzzing \
    --max-examples "${FUZZ_EXAMPLES:-25}" \
    --seed 311 \
    --generation-database none \
    --workers 1 \
    --request-timeout 10 \
    --continue-on-failure \
    --no-color
}

fuzz --config-file /dev/null
fuzz --config-file schemathesis.toml
