// SPDX-License-Identifier: Apache-2.0
#include "scenarios/report_json.h"

#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "tests/report_scenarios.h"

namespace heddle {
namespace {

using Json = nlohmann::json;

// The part of JSON Schema that results.schema.json uses: adds what is wrong to `errors`.
class Validator {
  public:
    explicit Validator(Json schema) : root_(std::move(schema)) {}

    std::string errors_of(const Json& document) {
        errors_.clear();
        check(root_, document, "$");
        return errors_;
    }

  private:
    void expect(bool holds, const std::string& path, const std::string& what) {
        if (!holds) {
            errors_.append(path).append(": ").append(what).append("\n");
        }
    }

    static bool has_type(const Json& value, const std::string& type) {
        return (type == "object" && value.is_object()) || (type == "array" && value.is_array()) ||
               (type == "string" && value.is_string()) ||
               (type == "boolean" && value.is_boolean()) ||
               (type == "integer" && value.is_number_integer()) ||
               (type == "number" && value.is_number());
    }

    void check_members(const Json& schema, const Json& value, const std::string& path) {
        for (const Json& name : schema.value("required", Json::array())) {
            expect(value.contains(name.get<std::string>()), path, "lacks " + name.dump());
        }
        for (const auto& [name, member] : value.items()) {
            const bool known = schema["properties"].contains(name);
            expect(known, path, std::string("is not to have ").append(name));
            if (known) {
                check(schema["properties"][name], member,
                      std::string(path).append(".").append(name));
            }
        }
    }

    void check(const Json& schema, const Json& value, const std::string& path) {
        if (schema.contains("$ref")) {
            const std::string reference = schema["$ref"].get<std::string>().substr(1);
            check(root_.at(Json::json_pointer(reference)), value, path);
        }
        if (schema.contains("type")) {
            expect(has_type(value, schema["type"]), path, "is no " + schema["type"].dump());
        }
        if (schema.contains("const")) {
            expect(value == schema["const"], path, "is not " + schema["const"].dump());
        }
        if (schema.contains("enum")) {
            const Json& words = schema["enum"];
            expect(std::find(words.begin(), words.end(), value) != words.end(), path,
                   value.dump() + " is not one of " + words.dump());
        }
        if (schema.contains("minimum") && value.is_number()) {
            expect(value >= schema["minimum"], path, "is too small");
        }
        if (value.is_object() && schema.contains("properties")) {
            check_members(schema, value, path);
        }
        if (value.is_array() && schema.contains("items")) {
            for (const Json& item : value) {
                check(schema["items"], item, path + "[]");
            }
        }
    }

    Json root_;
    std::string errors_ = {};
};

Validator results_validator() {
    std::ifstream file(std::string(HEDDLE_SOURCE_DIR) + "/scenarios/results.schema.json");
    return Validator(Json::parse(file));
}

Json json_of(const std::vector<Result>& results, ExitCode code = ExitCode::met) {
    std::ostringstream out;
    write_json(out, results, {"a file is malformed"}, code);
    return Json::parse(out.str());
}

TEST(ReportJson, FollowsItsSchema) {
    const Json json = json_of(
        {checked(lost_update), checked(lock_inversion), checked(flag_bug), unfinished(lost_update),
         replay_scenario({lost_update, "lost-update"}, {{0, 0}}, {})},
        ExitCode::not_met);
    EXPECT_EQ(results_validator().errors_of(json), "");
    EXPECT_EQ(json["schema"], "heddle-results-1");
    EXPECT_EQ(json["exit_code"], 1);
    EXPECT_EQ(json["errors"], Json::array({"a file is malformed"}));
    EXPECT_EQ(json["results"].size(), 5U);
}

TEST(ReportJson, IsCheckedByAValidatorThatFindsMistakes) {
    Json json = json_of({checked(lost_update)});
    json["results"][0]["met"] = "yes";
    json["results"][0]["steps"][0].erase("where");
    json["results"][0]["surprise"] = 1;
    const std::string errors = results_validator().errors_of(json);
    EXPECT_NE(errors.find("$.results[].met: is no \"boolean\""), std::string::npos) << errors;
    EXPECT_NE(errors.find("$.results[].steps[]: lacks \"where\""), std::string::npos) << errors;
    EXPECT_NE(errors.find("is not to have surprise"), std::string::npos) << errors;
}

TEST(ReportJson, TellsAViolation) {
    const Json result = json_of({checked(lost_update)})["results"][0];
    EXPECT_EQ(result["verdict"], "FAIL");
    EXPECT_EQ(result["expected"], "fail:B1");
    EXPECT_EQ(result["met"], true);
    EXPECT_EQ(result["invariant"], "B1");
    EXPECT_EQ(result["formula"], "NR_MLOCK == 2");
    EXPECT_EQ(result["sides"], "NR_MLOCK is 1");
    EXPECT_EQ(result["schedule"], "1-5c0ffee5-a1b2a1");
    EXPECT_EQ(result["preemptions"], 1);
    EXPECT_EQ(result["minimal"], true);
    EXPECT_EQ(result["steps"].size(), 4U);
    EXPECT_EQ(result["tasks"][1]["name"], "isolate");
}

TEST(ReportJson, TellsAStepInTheKernelsWords) {
    const Json steps = json_of({checked(flag_bug)})["results"][0]["steps"];
    const auto cleared = std::find_if(steps.begin(), steps.end(), [](const Json& step) {
        return step["operation"] == "test_and_clear_bit";
    });
    ASSERT_NE(cleared, steps.end());
    EXPECT_EQ((*cleared)["task"], "isolate");
    EXPECT_EQ((*cleared)["cpu"], 1);
    EXPECT_EQ((*cleared)["object"], "P.flags");
    EXPECT_EQ((*cleared)["bits"], Json::array({"mlocked"}));
    EXPECT_EQ((*cleared)["before"], "1");
    EXPECT_EQ((*cleared)["after"], "0");
    EXPECT_EQ((*cleared)["word_before"], "0x100020");
    EXPECT_EQ((*cleared)["word_after"], "0x20");
    EXPECT_EQ((*cleared)["where"], (*cleared)["file"].get<std::string>() + ":" +
                                       std::to_string((*cleared)["line"].get<unsigned>()));
}

TEST(ReportJson, GivesTheReasonOfAnIncompleteSearch) {
    const Json result = json_of({unfinished(lost_update)})["results"][0];
    EXPECT_EQ(result["verdict"], "UNKNOWN");
    EXPECT_EQ(result["met"], false);
    EXPECT_EQ(result["reason"], "limit of 1 states reached");
    EXPECT_FALSE(result.contains("steps"));
}

TEST(ExitCode, OfSeveralIsTheMostImportant) {
    EXPECT_EQ(more_important(ExitCode::met, ExitCode::incomplete), ExitCode::incomplete);
    EXPECT_EQ(more_important(ExitCode::nothing, ExitCode::incomplete), ExitCode::nothing);
    EXPECT_EQ(more_important(ExitCode::nothing, ExitCode::not_met), ExitCode::not_met);
    EXPECT_EQ(more_important(ExitCode::usage, ExitCode::not_met), ExitCode::usage);
    EXPECT_EQ(more_important(ExitCode::usage, ExitCode::internal), ExitCode::internal);
    EXPECT_EQ(more_important(ExitCode::interrupted, ExitCode::internal), ExitCode::interrupted);
}

TEST(ExitCode, OfAVacuousScenarioThatShouldFailIsNotMet) {
    Summary summary;
    summary.verdict = Verdict::vacuous("never");
    summary.expected = "pass";
    EXPECT_EQ(exit_code_of(summary), ExitCode::nothing);
    summary.expected = "fail:B1";
    EXPECT_EQ(exit_code_of(summary), ExitCode::not_met);
}

}  // namespace
}  // namespace heddle
