// SPDX-License-Identifier: Apache-2.0
#include "scenarios/report/junit.h"

#include <fmt/format.h>

#include "scenarios/report/verdict_words.h"

namespace heddle {

namespace {

// The text as content of an element or an attribute; a parser gives back the line ends of both.
std::string xml(std::string_view unsafe) {
    std::string escaped;
    for (const char c : valid_utf8(unsafe)) {
        if (c == '&') {
            escaped += "&amp;";
        } else if (c == '<') {
            escaped += "&lt;";
        } else if (c == '>') {
            escaped += "&gt;";
        } else if (c == '"') {
            escaped += "&quot;";
        } else if (c == '\n' || c == '\t' || c == '\r') {
            escaped += fmt::format("&#{};", static_cast<int>(c));
        } else if (static_cast<unsigned char>(c) < ' ') {
            escaped += replacement_character;
        } else {
            escaped += c;
        }
    }
    return escaped;
}

// The same for an element, whose lines stay lines.
std::string xml_lines(std::string_view text) {
    std::string lines;
    while (!text.empty()) {
        const std::size_t end = text.find('\n');
        lines += xml(text.substr(0, end));
        lines += end == text.npos ? "" : "\n";
        text.remove_prefix(end == text.npos ? text.size() : end + 1);
    }
    return lines;
}

struct Counts {
    std::size_t tests = 0;
    std::size_t failures = 0;
    std::size_t errors = 0;
    std::size_t skipped = 0;
    double seconds = 0;
};

Counts counts_of(const Run& run) {
    Counts counts = {.tests = run.results.size() + run.errors.size(), .errors = run.errors.size()};
    for (const Result& result : run.results) {
        const Outcome outcome = outcome_of(result, run);
        counts.failures += outcome == Outcome::failed ? 1 : 0;
        counts.errors += outcome == Outcome::undecided ? 1 : 0;
        counts.skipped += outcome == Outcome::skipped ? 1 : 0;
        counts.seconds += result.summary.seconds;
    }
    return counts;
}

std::string attributes(const Counts& counts) {
    return fmt::format(
        R"(name="heddle" tests="{}" failures="{}" errors="{}" skipped="{}" time="{:.3f}")",
        counts.tests, counts.failures, counts.errors, counts.skipped, counts.seconds);
}

void write_case(std::ostream& out, const Result& result, const Run& run) {
    const Summary& summary = result.summary;
    const std::string group = summary.scenario.substr(0, summary.scenario.find('/'));
    out << fmt::format("    <testcase classname=\"{}\" name=\"{}\" time=\"{:.3f}\">\n", xml(group),
                       xml(summary.scenario), summary.seconds);
    const std::string headline = xml(headline_of(result));
    const Outcome outcome = outcome_of(result, run);
    if (outcome == Outcome::skipped) {
        out << fmt::format("      <skipped message=\"{}\"/>\n", headline);
    } else if (outcome != Outcome::met) {
        const char* element = outcome == Outcome::failed ? "failure" : "error";
        out << fmt::format("      <{0} type=\"{1}\" message=\"{2}\">{3}</{0}>\n", element,
                           xml(type_of(result)), headline, xml_lines(text_of(result)));
    }
    out << fmt::format("      <system-out>{}\n{} states, {} transitions</system-out>\n",
                       xml(headline_of(result)), summary.states, summary.transitions);
    out << "    </testcase>\n";
}

}  // namespace

void write_junit(std::ostream& out, const Run& run) {
    const std::string counts = attributes(counts_of(run));
    out << "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        << "<testsuites " << counts << ">\n  <testsuite " << counts << ">\n";
    for (const Result& result : run.results) {
        write_case(out, result, run);
    }
    for (std::size_t i = 0; i < run.errors.size(); ++i) {
        out << fmt::format(
            "    <testcase classname=\"input\" name=\"input {}\" time=\"0.000\">\n"
            "      <error type=\"input\" message=\"{}\"/>\n    </testcase>\n",
            i + 1, xml(run.errors[i]));
    }
    out << "  </testsuite>\n</testsuites>\n";
}

}  // namespace heddle
