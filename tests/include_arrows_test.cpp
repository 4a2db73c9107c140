// SPDX-License-Identifier: Apache-2.0
// Which folder may include which: the table of folders of the design, as data.
#include <gtest/gtest.h>

#include <algorithm>
#include <regex>
#include <string>
#include <string_view>
#include <vector>

#include "tests/repository_files.h"

namespace heddle::include_arrows_test {
namespace {

using Prefixes = std::vector<std::string_view>;

// What files whose path begins with `from` may include besides the standard library: prefixes of
// "project" and of <other> includes.
struct Arrows {
    std::string_view from;
    Prefixes project;
    Prefixes others;
};

// The first match counts, so the narrower path stands first.
const std::vector<Arrows> table = {
    {"checker/sync/threads/lock_kinds.h", {"checker/sync/"}, {"pthread.h"}},
    {"checker/sync/", {"checker/sync/"}, {}},
    {"checker/execution.", {"checker/"}, {"sys/", "unistd.h", "sanitizer/", "boost/context/"}},
    {"checker/gtest.h", {"checker/"}, {"gtest/"}},
    {"checker/", {"checker/"}, {"sys/", "unistd.h", "sanitizer/", "xxhash.h", "xxh_x86dispatch.h"}},
    {"model/", {"model/", "checker/sync/"}, {}},
    {"scenarios/engine/", {"scenarios/engine/", "checker/"}, {}},
    {"scenarios/",
     {"scenarios/", "model/", "checker/"},
     {"sys/", "fcntl.h", "poll.h", "sched.h", "signal.h", "spawn.h", "unistd.h", "xxhash.h", "CLI/",
      "fmt/", "nlohmann/", "sqlite3.h", "toml++/"}},
    {"bench/analysis/",
     {"bench/analysis/", "scenarios/"},
     {"CLI/", "cminpack.h", "fmt/", "nlohmann/"}},
    {"bench/",
     {"bench/", "scenarios/", "model/", "checker/"},
     {"sys/", "linux/", "pthread.h", "sched.h", "signal.h", "unistd.h", "benchmark/", "CLI/",
      "fmt/", "hwloc.h", "nlohmann/"}},
};

bool begins_with_one_of(std::string_view name, const Prefixes& prefixes) {
    return std::any_of(prefixes.begin(), prefixes.end(),
                       [name](std::string_view prefix) { return name.starts_with(prefix); });
}

// Whether the file at `path` may have `include`, which is spelled with its quotes or brackets.
bool may_include(std::string_view path, std::string_view include) {
    const auto arrows = std::find_if(table.begin(), table.end(), [path](const Arrows& row) {
        return path.starts_with(row.from);
    });
    if (arrows == table.end()) {
        return true;
    }
    const std::string_view name = include.substr(1, include.size() - 2);
    if (include.front() == '"') {
        return begins_with_one_of(name, arrows->project);
    }
    const bool is_standard = name.find_first_of("./") == std::string_view::npos;
    return is_standard || begins_with_one_of(name, arrows->others);
}

// What a line includes, with its quotes or brackets; empty for any other line.
std::string included_by(const std::string& line) {
    static const std::regex include_line(R"(^\s*#\s*include\s*(["<][^">]+[">]).*)");
    std::smatch match;
    return std::regex_match(line, match, include_line) ? match[1].str() : "";
}

TEST(IncludeArrows, AreThoseOfTheDesign) {
    std::size_t seen = 0;
    for (const std::string& path : repository_files()) {
        if (!path.ends_with(".h") && !path.ends_with(".cpp")) {
            continue;
        }
        for (const std::string& line : lines_of(path)) {
            const std::string include = included_by(line);
            seen += include.empty() ? 0 : 1;
            EXPECT_TRUE(include.empty() || may_include(path, include)) << path << ": " << line;
        }
    }
    EXPECT_GT(seen, 0U);
}

TEST(IncludeArrows, ReadAnySpellingOfAnInclude) {
    EXPECT_EQ(included_by("#include <vector>"), "<vector>");
    EXPECT_EQ(included_by("  #  include \"model/mlock.h\"  // why"), "\"model/mlock.h\"");
    EXPECT_EQ(included_by("// #include <vector>"), "");
}

TEST(IncludeArrows, AllowWhatTheTableNames) {
    EXPECT_TRUE(may_include("checker/sync/threads.h", "<atomic>"));
    EXPECT_TRUE(may_include("checker/search.h", "\"checker/sync/operation.h\""));
    EXPECT_TRUE(may_include("checker/execution.cpp", "<boost/context/detail/fcontext.hpp>"));
    EXPECT_TRUE(may_include("checker/visited.cpp", "<xxhash.h>"));
    EXPECT_TRUE(may_include("checker/gtest.h", "<gtest/gtest.h>"));
    EXPECT_TRUE(may_include("model/mlock.cpp", "\"checker/sync/sync.h\""));
    EXPECT_TRUE(may_include("scenarios/main.cpp", "<CLI/CLI.hpp>"));
    EXPECT_TRUE(may_include("scenarios/engine/peterson.cpp", "\"checker/sync/sync.h\""));
    EXPECT_TRUE(may_include("bench/threads_lru_lock_bench.cpp", "\"model/mlock.h\""));
    EXPECT_TRUE(may_include("tests/any_test.cpp", "<gtest/gtest.h>"));
}

TEST(IncludeArrows, ForbidWhatItDoesNot) {
    EXPECT_FALSE(may_include("checker/sync/checked.h", "\"checker/execution.h\""));
    EXPECT_FALSE(may_include("checker/sync/checked.h", "<sys/mman.h>"));
    EXPECT_FALSE(may_include("checker/search.cpp", "\"model/mlock.h\""));
    EXPECT_FALSE(may_include("checker/search.cpp", "<boost/context/detail/fcontext.hpp>"));
    EXPECT_FALSE(may_include("checker/heddle.h", "<gtest/gtest.h>"));
    EXPECT_FALSE(may_include("checker/search.cpp", "<fmt/format.h>"));
    EXPECT_FALSE(may_include("checker/search.cpp", "\"search.h\""));
    EXPECT_FALSE(may_include("model/mlock.cpp", "\"checker/execution.h\""));
    EXPECT_FALSE(may_include("model/mlock.cpp", "<xxhash.h>"));
    EXPECT_FALSE(may_include("scenarios/engine/peterson.cpp", "\"model/mlock.h\""));
    EXPECT_FALSE(may_include("scenarios/engine/peterson.cpp", "\"scenarios/catalogue.h\""));
    EXPECT_FALSE(may_include("scenarios/main.cpp", "\"tests/repository_files.h\""));
    EXPECT_FALSE(may_include("scenarios/main.cpp", "<boost/context/fiber.hpp>"));
    EXPECT_FALSE(may_include("bench/threads_lru_lock_bench.cpp", "<gtest/gtest.h>"));
}

}  // namespace
}  // namespace heddle::include_arrows_test
