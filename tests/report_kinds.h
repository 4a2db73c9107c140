// SPDX-License-Identifier: Apache-2.0
// Results of every kind, names that no form may stumble over, and tools that read what we write.
#pragma once

#include <string>
#include <vector>

#include "scenarios/report/report.h"
#include "tests/command_line.h"
#include "tests/report_scenarios.h"

namespace heddle {

// Whatever ends a string, a line, a comment or a command somewhere, and bytes that are no UTF-8.
inline const std::string hostile_text =
    "q\" a' <b>&amp; ]]> \\N -- # {|}\n::error::x%0A,y=z\r##[error]\t\x01\x1b[31m\x7f \xff\xc3( "
    "\xef\xbf\xbf end";

inline Scenario hostile_scenario() {
    Scenario scenario = told_lost_update;
    scenario.name = hostile_text + "/seed";
    scenario.expect = "pass";
    scenario.build = [](Setup& setup) {
        auto& world = setup.world<ReportedWorld>();
        setup.name({&world.nr_mlock, sizeof(world.nr_mlock), hostile_text});
        setup.task(hostile_text, [&world] { atomic_inc(&world.nr_mlock); });
        setup.claim({.name = hostile_text,
                     .formula = hostile_text,
                     .moment = Moment::finally,
                     .holds = [] { return false; },
                     .sides = [] { return hostile_text; }});
        setup.describe([] { return hostile_text; });
    };
    return scenario;
}

inline Scenario with_expectation(Scenario scenario, const std::string& expect) {
    scenario.expect = expect;
    return scenario;
}

// A task that takes a step, and breaks no claim.
inline Scenario harmless(const std::string& name) {
    Scenario scenario = told_lost_update;
    scenario.name = name;
    scenario.expect = "pass";
    scenario.build = [](Setup& setup) {
        auto& world = setup.world<ReportedWorld>();
        setup.task("count", [&world] { atomic_inc(&world.nr_mlock); });
    };
    return scenario;
}

inline Scenario vacuous() {
    Scenario scenario = harmless("vacuous");
    scenario.build = [](Setup& setup) {
        auto& world = setup.world<ReportedWorld>();
        setup.task("count", [&world] { atomic_inc(&world.nr_mlock); });
        setup.sometimes("never", [] { return false; });
    };
    return scenario;
}

// Two that are as expected, and six that are not: three violations (one of hostile names, one in
// two runs), an expected one not found, VACUOUS, UNKNOWN and ERROR.
inline std::vector<Result> every_outcome() {
    return {checked(harmless("clean")),
            checked(told_lost_update),
            checked(hostile_scenario()),
            checked(with_expectation(flag_bug, "pass")),
            checked(with_expectation(exclusive_orders, "pass")),
            checked(with_expectation(harmless("unbroken"), "fail:B1")),
            checked(vacuous()),
            unfinished(told_lost_update),
            checked(harmless("unsearched"), {.search = "no-such-search"})};
}

// A folder for one test, with what tools say about the files in it.
class ReportedFiles : public CommandLine {
  protected:
    template <class Write>
    void write_report(const std::string& name, Write write_to, const heddle::Run& run) const {
        std::ofstream out(folder / name);
        write_to(out, run);
    }

    // Runs a tool of the system in the folder, with arguments for a shell.
    Ran run_tool(const std::string& command) const {
        const int status = std::system(
            ("cd '" + folder.string() + "' && " + command + " >tool.out 2>tool.err").c_str());
        return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, contents_of(folder / "tool.out"),
                contents_of(folder / "tool.err")};
    }

    // Empty if the tool ends with 0; a tool that is not there is a complaint too.
    std::string complaint_of(const std::string& command) const {
        const Ran ran = run_tool(command);
        return ran.code == 0
                   ? ""
                   : command + " ends with " + std::to_string(ran.code) + ": " + ran.out + ran.err;
    }

    static std::string in_sources(const std::string& path) {
        return " '" HEDDLE_SOURCE_DIR "/" + path + "' ";
    }

    // By python3-jsonschema; with `--lines` in `how` each line is a document.
    std::string schema_complaint(const std::string& schema, const std::string& file,
                                 const std::string& how = "") const {
        return complaint_of("python3" + in_sources("tests/validate_json.py") + how +
                            in_sources("scenarios/report/" + schema) + file);
    }

    // By the schema that comes with the validator of those who wrote SARIF (tests/sarif).
    std::string sarif_complaint(const std::string& file) const {
        return schema_complaint(
            "../../tests/sarif/node_modules/@microsoft/sarif-multitool-linux/sarif-2.1.0.json",
            file);
    }
};

}  // namespace heddle
