// SPDX-License-Identifier: Apache-2.0
#include "tests/json_schema.h"

#include <nlohmann/json.hpp>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validator.hpp>

namespace heddle {

std::string schema_errors(const nlohmann::json& schema, const nlohmann::json& document) {
    using Adapter = valijson::adapters::NlohmannJsonAdapter;
    valijson::Schema parsed;
    valijson::SchemaParser().populateSchema(Adapter(schema), parsed);
    valijson::ValidationResults results;
    valijson::Validator().validate(parsed, Adapter(document), &results);
    std::string errors;
    for (const valijson::ValidationResults::Error& error : results) {
        for (const std::string& part : error.context) {
            errors += part;
        }
        errors += ": " + error.description + "\n";
    }
    return errors;
}

}  // namespace heddle
