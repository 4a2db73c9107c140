// SPDX-License-Identifier: Apache-2.0
#include "scenarios/report/github.h"

#include <fmt/format.h>

#include <cstdlib>

#include "scenarios/report/text.h"
#include "scenarios/report/verdict_words.h"

namespace heddle {

namespace {

// What stands behind the second "::" of a command.
std::string data_text(std::string_view unsafe) {
    std::string escaped;
    for (const char c : valid_utf8(unsafe)) {
        if (c == '%' || c == '\r' || c == '\n') {
            escaped += fmt::format("%{:02X}", static_cast<int>(c));
        } else {
            escaped += c;
        }
    }
    return escaped;
}

// The value of a property: ',' and ':' end it.
std::string property_text(std::string_view text) {
    std::string escaped;
    for (const char c : data_text(text)) {
        if (c == ':' || c == ',') {
            escaped += fmt::format("%{:02X}", static_cast<int>(c));
        } else {
            escaped += c;
        }
    }
    return escaped;
}

// A word that is not in the text: with it commands are switched off and on again.
std::string word_not_in(const std::string& text) {
    std::string word = "heddle-text";
    for (unsigned i = 0; text.find(word) != std::string::npos; ++i) {
        word = fmt::format("heddle-text-{}", i);
    }
    return word;
}

void write_folded(std::ostream& out, const std::string& title, const std::string& unsafe) {
    const std::string text = valid_utf8(unsafe);
    const std::string word = word_not_in(text);
    out << "::group::" << data_text(title) << "\n::stop-commands::" << word << '\n'
        << text << "::" << word << "::\n::endgroup::\n";
}

void write_annotation(std::ostream& out, const Result& result, const char* level) {
    const Where where = place_of(result);
    std::string place;
    if (*where.file() != '\0') {
        place = fmt::format("file={},line={},", property_text(where.file()), where.line());
    }
    std::string message = headline_of(result);
    if (const auto& violation = result.summary.verdict.violation) {
        message += "\n" + violation->formula + "\n" + violation->sides;
        message += message.back() == '\n' ? "" : "\n";
        message += replay_line(result);
    }
    out << fmt::format("::{} {}title={}::{}\n", level, place,
                       property_text(result.summary.scenario + ": " + type_of(result)),
                       data_text(message));
}

}  // namespace

void write_github(std::ostream& out, const Run& run) {
    for (const Result& result : run.results) {
        const Outcome outcome = outcome_of(result, run);
        if (outcome != Outcome::met) {
            write_folded(out, headline_of(result), text_of(result));
            write_annotation(out, result, outcome == Outcome::skipped ? "warning" : "error");
        }
    }
    for (const std::string& error : run.errors) {
        out << "::error title=heddle::" << data_text(error) << '\n';
    }
}

bool is_on_github() {
    const char* value = std::getenv("GITHUB_ACTIONS");
    return value != nullptr && std::string_view(value) == "true";
}

}  // namespace heddle
