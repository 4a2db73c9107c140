// SPDX-License-Identifier: Apache-2.0
// The table of mm/mlock.c's functions in model/README.md: complete, and right to the line.
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <regex>
#include <sstream>
#include <string>
#include <vector>

namespace heddle::model_table_test {
namespace {

// mm/mlock.c at commit a52633d8e9, in its order. Source: "paths" 1.1 to 1.20.
const std::vector<std::string> functions_of_mlock_c = {"can_do_mlock",
                                                       "clear_page_mlock",
                                                       "mlock_vma_page",
                                                       "__munlock_isolate_lru_page",
                                                       "__munlock_isolated_page",
                                                       "__munlock_isolation_failed",
                                                       "munlock_vma_page",
                                                       "__mlock_posix_error_return",
                                                       "__putback_lru_fast_prepare",
                                                       "__putback_lru_fast",
                                                       "__munlock_pagevec",
                                                       "__munlock_pagevec_fill",
                                                       "munlock_vma_pages_range",
                                                       "mlock_fixup",
                                                       "apply_vma_lock_flags",
                                                       "do_mlock",
                                                       "mlock",
                                                       "mlock2",
                                                       "munlock",
                                                       "apply_mlockall_flags",
                                                       "mlockall",
                                                       "munlockall",
                                                       "user_shm_lock",
                                                       "user_shm_unlock"};

std::vector<std::string> lines_of(const std::string& file) {
    std::ifstream stream(std::string(HEDDLE_SOURCE_DIR) + "/" + file);
    std::vector<std::string> lines;
    for (std::string line; std::getline(stream, line);) {
        lines.push_back(line);
    }
    return lines;
}

// "file:line" by function, from rows such as "| mlock | `model/mlock_vma.cpp:237` |".
std::map<std::string, std::string> table() {
    const std::regex row(R"(\| (\w+) \| `(model/\w+\.cpp:\d+)` \|.*)");
    std::map<std::string, std::string> rows;
    for (const std::string& line : lines_of("model/README.md")) {
        std::smatch match;
        if (std::regex_match(line, match, row)) {
            rows[match[1]] = match[2];
        }
    }
    return rows;
}

// Where a function is defined: a line that begins with its type and name, unless it ends a
// declaration.
std::string place_of(const std::string& function) {
    const std::regex definition(R"(^[\w][\w :*]* \*?(sys_)?)" + function + R"(\(.*[^;]$)");
    for (const char* file : {"model/mlock.cpp", "model/mlock_vma.cpp", "model/mlock_shm.cpp"}) {
        const std::vector<std::string> lines = lines_of(file);
        for (std::size_t i = 0; i < lines.size(); ++i) {
            if (std::regex_match(lines[i], definition)) {
                return std::string(file).append(":").append(std::to_string(i + 1));
            }
        }
    }
    return "nowhere";
}

TEST(ModelTable, TellsWhereEachFunctionOfMlockIs) {
    const std::map<std::string, std::string> rows = table();
    for (const std::string& function : functions_of_mlock_c) {
        const std::string place = place_of(function);
        EXPECT_NE(place, "nowhere") << function << " is not in the model";
        EXPECT_TRUE(rows.contains(function)) << "model/README.md has no row for " << function;
        if (rows.contains(function)) {
            EXPECT_EQ(rows.at(function), place)
                << "expected the row | " << function << " | `" << place << "` |";
        }
    }
    EXPECT_EQ(rows.size(), functions_of_mlock_c.size()) << "a row for what is not in mm/mlock.c";
}

}  // namespace
}  // namespace heddle::model_table_test
