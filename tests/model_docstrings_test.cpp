// SPDX-License-Identifier: Apache-2.0
// Each header of the model says which kernel file and version it mirrors and what it leaves out,
// and of each function what it does.
#include <gtest/gtest.h>

#include <algorithm>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include "tests/repository_files.h"

namespace heddle::model_docstrings_test {
namespace {

using Lines = std::vector<std::string>;

// What the kernel has no file for.
const std::set<std::string> our_own = {
    "bit_set.h",          "describe.h",        "fixes.h",      "ghost.h",
    "invariant_checks.h", "invariant_words.h", "invariants.h", "lru_lock.h",
    "machine.h",          "mutations.h",       "slot.h"};

std::vector<std::string> headers_of_the_model() {
    std::vector<std::string> headers;
    for (const std::string& path : repository_files()) {
        if (path.starts_with("model/") && path.ends_with(".h")) {
            headers.push_back(path);
        }
    }
    return headers;
}

// The comment before #pragma once.
std::string head_of(const Lines& lines) {
    std::string head;
    for (std::size_t i = 1; i < lines.size() && lines[i].starts_with("//"); ++i) {
        head += lines[i].substr(2);
    }
    return head;
}

bool mirrors_a_file(const std::string& head) {
    static const std::regex file(R"(Mirrors .*\.[ch]\b)");
    static const std::regex version(R"(v\d\.\d+|July 2016)");
    return std::regex_search(head, file) && std::regex_search(head, version);
}

bool says_what_is_left_out(const Lines& lines) {
    return std::any_of(lines.begin(), lines.end(), [](const std::string& line) {
        return line.starts_with("//") && line.find("eaves out") != std::string::npos;
    });
}

// A function at the outermost level, but for those of one glance: inline ones and templates.
bool declares_a_function(const std::string& line) {
    static const std::regex declaration(R"(^\w[\w:<>*& ]*[ *&]\w+\(.*)");
    return std::regex_match(line, declaration) && !line.starts_with("inline ") &&
           !line.starts_with("constexpr ") && !line.starts_with("template") &&
           !line.starts_with("struct alignas(");
}

// Functions without a comment in the lines before them, up to an empty one.
Lines functions_without_a_docstring(const Lines& lines) {
    Lines found;
    bool has_comment = false;
    for (const std::string& line : lines) {
        has_comment = !line.empty() && (has_comment || line.starts_with("//"));
        if (declares_a_function(line) && !has_comment) {
            found.push_back(line);
        }
    }
    return found;
}

TEST(ModelHeaders, SayWhatTheyMirrorAndLeaveOut) {
    for (const std::string& path : headers_of_the_model()) {
        const Lines lines = lines_of(path);
        const bool is_ours = our_own.count(path.substr(path.rfind('/') + 1)) != 0;
        EXPECT_TRUE(is_ours || mirrors_a_file(head_of(lines))) << path;
        EXPECT_TRUE(is_ours || says_what_is_left_out(lines)) << path;
        EXPECT_NE(head_of(lines), "") << path;
    }
    EXPECT_TRUE(mirrors_a_file(" Mirrors mm/ksm.c (v4.8): pages"));
    EXPECT_FALSE(mirrors_a_file(" Mirrors mm/ksm.c: pages"));
    EXPECT_FALSE(mirrors_a_file(" Pages (v4.8)."));
    EXPECT_FALSE(says_what_is_left_out({"// Mirrors mm/ksm.c (v4.8)."}));
}

TEST(ModelHeaders, SayWhatEachFunctionDoes) {
    unsigned functions = 0;
    for (const std::string& path : headers_of_the_model()) {
        const Lines lines = lines_of(path);
        functions +=
            static_cast<unsigned>(std::count_if(lines.begin(), lines.end(), declares_a_function));
        for (const std::string& line : functions_without_a_docstring(lines)) {
            ADD_FAILURE() << path << ": " << line;
        }
    }
    EXPECT_GT(functions, 200U);
    EXPECT_EQ(functions_without_a_docstring({"// Of b.", "int a();", "", "int b(int c);"}),
              Lines{"int b(int c);"});
}

}  // namespace
}  // namespace heddle::model_docstrings_test
