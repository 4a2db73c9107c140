// SPDX-License-Identifier: Apache-2.0
// Parts of a selection: --shard, and what runners of tests set.
#include <algorithm>
#include <vector>

#include "tests/command_line.h"

namespace heddle::command_line_shard_test {
namespace {

std::vector<std::string> names_of(const Ran& ran) {
    std::vector<std::string> names;
    const Json json = Json::parse(ran.out);
    for (const Json& result : json["results"]) {
        names.push_back(result["scenario"]);
    }
    return names;
}

class Shards : public CommandLine {
  protected:
    void SetUp() override {
        CommandLine::SetUp();
        for (const char* name : {"one", "two", "three"}) {
            write(std::string("catalogue/") + name + ".toml",
                  leak_file(name, "pass") + seed_variant);
        }
    }
};

TEST_F(Shards, TogetherAreTheWholeSelection) {
    const std::vector<std::string> all = names_of(run("check --json -"));
    ASSERT_EQ(all.size(), 5U);
    std::vector<std::string> first = {all[0], all[3]};
    EXPECT_EQ(names_of(run("check --json - --shard 1/3")), first);
    std::vector<std::string> together;
    for (const char* shard : {"1/3", "2/3", "3/3"}) {
        for (const std::string& name :
             names_of(run("check --json -", std::string("HEDDLE_SHARD=") + shard))) {
            together.push_back(name);
        }
    }
    std::vector<std::string> sorted = all;
    std::sort(sorted.begin(), sorted.end());
    std::sort(together.begin(), together.end());
    EXPECT_EQ(together, sorted);
}

TEST_F(Shards, AreThoseOfTheTestRunner) {
    const std::string second = "GTEST_TOTAL_SHARDS=3 GTEST_SHARD_INDEX=1";
    EXPECT_EQ(names_of(run("check --json -", second)), names_of(run("check --json - --shard 2/3")));
    EXPECT_EQ(names_of(run("check --json - --shard 1/3", second)),
              names_of(run("check --json - --shard 1/3")));
}

TEST_F(Shards, MayBeEmpty) {
    const Ran ran = run("check clean --shard 2/2");
    EXPECT_EQ(ran.code, 0);
    EXPECT_TRUE(has_part(ran.err, "nothing to check: no scenario of 1 belongs to this shard"));
    EXPECT_EQ(run("check 'nothing-*' --shard 2/2").code, 5);
}

TEST_F(Shards, RefuseWhatMakesNoSense) {
    for (const char* shard : {"0/3", "4/3", "1/0", "1", "a/b", "1/3/5", "-1/3"}) {
        const Ran ran = run(std::string("check --shard=") + shard);
        EXPECT_EQ(ran.code, 2) << shard;
        EXPECT_TRUE(has_part(ran.err, "expected I/N with I from 1 to N, such as 1/3")) << shard;
    }
    for (const char* set :
         {"GTEST_TOTAL_SHARDS=3", "GTEST_SHARD_INDEX=0", "GTEST_TOTAL_SHARDS=3 GTEST_SHARD_INDEX=3",
          "GTEST_TOTAL_SHARDS=many GTEST_SHARD_INDEX=0"}) {
        const Ran ran = run("check", set);
        EXPECT_EQ(ran.code, 2) << set;
        EXPECT_TRUE(has_part(ran.err, "the environment sets GTEST_TOTAL_SHARDS=")) << set;
    }
}

}  // namespace
}  // namespace heddle::command_line_shard_test
