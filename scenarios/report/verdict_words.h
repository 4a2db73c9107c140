// SPDX-License-Identifier: Apache-2.0
// What the forms for programs have in common: what a result is to whoever runs tests, and its text.
#pragma once

#include <string>
#include <string_view>

#include "scenarios/report/report.h"

namespace heddle {

// A result as a test runner sees it.
enum class Outcome {
    met,       // the verdict is the expected one
    skipped,   // the search is incomplete, and that was allowed
    failed,    // a violation not expected, an expected one not found, or VACUOUS
    undecided  // UNKNOWN, or ERROR
};

Outcome outcome_of(const Result& result, const Run& run);

// Why a result is not met, in a word: the violated claim, "not-found" for an expected violation
// that did not come, otherwise the verdict: "VACUOUS", "UNKNOWN", "ERROR".
std::string type_of(const Result& result);

// The first line of text_of(): "FAIL leak/seed: B1 violated, as expected".
std::string headline_of(const Result& result);

// What write_text() says without colour. Its lines are as in the scenario: it may hold any bytes.
std::string text_of(const Result& result);

// Where the violation was noticed, or for a claim the last step that has a place; no file if there
// is none.
Where place_of(const Result& result);

constexpr const char* replacement_character = "\xef\xbf\xbd";  // U+FFFD

// The text in UTF-8. What is none becomes U+FFFD, and so do U+FFFE and U+FFFF, which are no
// characters and which no XML may hold.
std::string valid_utf8(std::string_view unsafe);

// valid_utf8() in one line: each control character becomes a blank.
std::string one_line(std::string_view text);

}  // namespace heddle
