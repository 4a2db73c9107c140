// SPDX-License-Identifier: Apache-2.0
#include "scenarios/schema.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "scenarios/file_keys.h"
#include "scenarios/steps.h"
#include "scenarios/syscall_steps.h"

namespace heddle {

namespace {

using Json = nlohmann::ordered_json;

Json schema_of_table(const Keys& keys);

Json schema_of_text(const Key& key) {
    Json schema = {{"type", "string"}};
    if (key.words != nullptr) {
        schema["enum"] = key.words();
    }
    if (key.required) {
        schema["minLength"] = 1;
    }
    return schema;
}

// A step begins with the name of a function.
Json schema_of_step() {
    std::vector<std::string> names = syscall_names();
    for (const StepKind& kind : step_kinds()) {
        names.emplace_back(kind.name);
    }
    return {{"type", "string"},
            {"pattern", fmt::format("^\\s*({})(\\s|$)", fmt::join(names, "|"))}};
}

Json schema_of_number(const Key& key) {
    Json schema = {{"type", "integer"}, {"minimum", key.low}, {"maximum", key.high}};
    if (key.by_default >= key.low) {
        schema["default"] = key.by_default;
    }
    return schema;
}

Json schema_of(const Key& key) {
    switch (key.kind) {
        case KeyKind::text:
            return schema_of_text(key);
        case KeyKind::texts:
            return {{"type", "array"}, {"items", schema_of_text(key)}};
        case KeyKind::steps:
            return {{"type", "array"}, {"items", schema_of_step()}, {"minItems", 1}};
        case KeyKind::boolean:
            return {{"type", "boolean"}, {"default", false}};
        case KeyKind::number:
            return schema_of_number(key);
        case KeyKind::table:
            return schema_of_table(*key.keys);
        case KeyKind::tables:
            return {{"type", "array"}, {"items", schema_of_table(*key.keys)}};
        case KeyKind::variants:
            break;
    }
    return {{"type", "object"},
            {"propertyNames", {{"pattern", "^[a-z0-9-]+$"}}},
            {"additionalProperties", {{"$ref", "#/$defs/variant"}}}};
}

Json schema_of_table(const Keys& keys) {
    Json properties = Json::object();
    Json required = Json::array();
    for (const Key& key : keys) {
        properties[key.name] = schema_of(key);
        properties[key.name]["description"] = key.meaning;
        if (key.required) {
            required.push_back(key.name);
        }
    }
    return {{"type", "object"},
            {"properties", properties},
            {"required", required},
            {"additionalProperties", false}};
}

}  // namespace

std::string scenario_schema() {
    Json schema = schema_of_table(file_keys());
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema";
    schema["title"] = "A scenario file of heddle";
    // What a file with variants lacks, or a variant, is in the other.
    schema["required"] = Json::array();
    schema["$defs"]["variant"] = schema_of_table(variant_keys());
    schema["$defs"]["variant"]["required"] = Json::array();
    return schema.dump(2);
}

}  // namespace heddle
