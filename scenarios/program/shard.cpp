// SPDX-License-Identifier: Apache-2.0
#include "scenarios/program/shard.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdlib>

#include "scenarios/program/options.h"
#include "scenarios/quantity.h"

namespace heddle {

namespace {

constexpr const char* total_name = "GTEST_TOTAL_SHARDS";
constexpr const char* index_name = "GTEST_SHARD_INDEX";

std::string text_of_environment(const char* name) {
    const char* value = std::getenv(name);
    return value == nullptr ? "" : value;
}

// What runners of GoogleTest programs set, such as Bazel and CTest wrappers.
std::variant<Shard, std::string> shard_of_test_runner() {
    const std::string total = text_of_environment(total_name);
    const std::string index = text_of_environment(index_name);
    if (total.empty() && index.empty()) {
        return Shard();
    }
    const Shard shard = {parse_count(index).value_or(0), parse_count(total).value_or(0)};
    if (!parse_count(index) || !parse_count(total) || shard.index >= shard.count) {
        return fmt::format(
            "the environment sets {}='{}' and {}='{}': expected whole numbers, the first 1 or "
            "more, the second less than the first",
            total_name, total, index_name, index);
    }
    return shard;
}

}  // namespace

std::optional<Shard> parse_shard(const std::string& text) {
    const std::size_t slash = text.find('/');
    if (slash == std::string::npos) {
        return std::nullopt;
    }
    const auto which = parse_count(text.substr(0, slash));
    const auto count = parse_count(text.substr(slash + 1));
    if (!which || !count || *which == 0 || *which > *count) {
        return std::nullopt;
    }
    return Shard{*which - 1, *count};
}

std::vector<Selected> scenarios_of(const Shard& shard, const std::vector<Selected>& all) {
    std::vector<Selected> mine;
    for (std::size_t i = 0; i < all.size(); ++i) {
        if (i % shard.count == shard.index) {
            mine.push_back(all[i]);
        }
    }
    return mine;
}

void ShardFlag::add_to(CLI::App& app) {
    app.add_option("--shard", text_,
                   "Every Nth of the selected scenarios, from the Ith on, for N runs that together "
                   "check all; default: what GTEST_TOTAL_SHARDS and GTEST_SHARD_INDEX say")
        ->type_name("I/N")
        ->check(accepts("I/N with I from 1 to N, such as 1/3",
                        [](const std::string& text) { return parse_shard(text).has_value(); }))
        ->envname("HEDDLE_SHARD");
}

std::variant<Shard, std::string> ShardFlag::shard() const {
    const std::optional<Shard> said = parse_shard(text_);
    return said ? *said : shard_of_test_runner();
}

}  // namespace heddle
