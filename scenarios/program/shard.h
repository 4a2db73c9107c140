// SPDX-License-Identifier: Apache-2.0
// A part of a selection, so that several runs together check the whole of it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "scenarios/program/cli.h"
#include "scenarios/result.h"

namespace heddle {

// Every `count`th scenario, from the one at `index` on: index is less than count.
struct Shard {
    std::uint64_t index = 0;
    std::uint64_t count = 1;
};

// "2/3" is the second of three.
std::optional<Shard> parse_shard(const std::string& text);

// What of `all` belongs to the shard, in the same order.
std::vector<Selected> scenarios_of(const Shard& shard, const std::vector<Selected>& all);

class ShardFlag {
  public:
    void add_to(CLI::App& app);

    // After the command line has been read: what it says, otherwise what GTEST_TOTAL_SHARDS and
    // GTEST_SHARD_INDEX (counted from 0) say, otherwise all. A message if those make no sense.
    std::variant<Shard, std::string> shard() const;

  private:
    std::string text_ = {};
};

}  // namespace heddle
