// SPDX-License-Identifier: Apache-2.0
// What a scenario file may say of users, segments and results, and what is said of mistakes in it.
#include "scenarios/shm_words.h"

#include <gtest/gtest.h>

#include "scenarios/make_scenario.h"
#include "tests/good_scenario_file.h"

namespace heddle::shm_words_test {
namespace {

const std::string shm_file = R"(story = "Two users and two segments."
[[user]]
name = "alice"
[[user]]
name = "bob"
[[mapping]]
name = "M"
[[mapping]]
name = "N"
[[segment]]
name = "S"
mapping = "M"
pages = 3
entries = ["swap", "P", "none"]
owner = "alice"
creator = "bob"
locked_by = "bob"
[[segment]]
name = "H"
owner = "bob"
huge = true
not_yet = true
[[page]]
name = "P"
flags = ["swapbacked"]
where = "unevictable"
mapping = "M"
cached = true
[[task]]
name = "t"
user = "alice"
steps = ["shmctl SHM_LOCK S -> 0", "newseg H -> -EPERM", "shm_destroy S"]
[[claim]]
name = "c"
always = "S.locked == 1 && alice.locked_shm < bob.count && H.deleted"
)";

// What reading the file and making its scenario says.
std::string message_of(const std::string& text) {
    const auto read = parse_scenario_file("x.toml", text);
    if (const auto* error = std::get_if<FileError>(&read)) {
        return text_of(*error);
    }
    const auto made = make_scenario(std::get<std::vector<ScenarioWords>>(read)[0]);
    const auto* error = std::get_if<FileError>(&made);
    return error == nullptr ? "no error" : text_of(*error);
}

struct Slip {
    std::string from;
    std::string to;
    std::string message;
};

void expect_messages(const std::vector<Slip>& table) {
    for (const Slip& slip : table) {
        const std::string message = message_of(with(shm_file, slip.from, slip.to));
        EXPECT_EQ(message.substr(0, 7 + slip.message.size()), "x.toml:" + slip.message) << message;
    }
}

ScenarioWords words_of(const std::string& text) {
    return std::get<std::vector<ScenarioWords>>(parse_scenario_file("x.toml", text))[0];
}

TEST(ShmWords, AreRead) {
    EXPECT_EQ(message_of(shm_file), "no error");
    const ScenarioWords words = words_of(shm_file);
    ASSERT_EQ(words.segments.size(), 2U);
    const SegmentWords& segment = words.segments[0];
    EXPECT_EQ(segment.mapping.text + segment.owner.text + segment.creator.text, "Malicebob");
    EXPECT_EQ(segment.pages, 3U);
    EXPECT_EQ(entries_of(words, segment), (std::vector<std::string>{"swap", "P", "none"}));
    EXPECT_TRUE(words.segments[1].huge && words.segments[1].not_yet);
    EXPECT_EQ(words.tasks[0].user.text, "alice");
}

TEST(ShmWords, HaveTheCachedPagesAsEntriesByDefault) {
    const ScenarioWords words =
        words_of(with(shm_file, "entries = [\"swap\", \"P\", \"none\"]\n", ""));
    EXPECT_EQ(entries_of(words, words.segments[0]), std::vector<std::string>{"P"});
}

TEST(ShmWords, ChangeTheHash) {
    for (const auto& [from, to] : std::vector<std::pair<std::string, std::string>>{
             {"pages = 3", "pages = 4"},
             {"\"none\"]", "\"swap\"]"},
             {"owner = \"alice\"", "owner = \"bob\""},
             {"creator = \"bob\"", "creator = \"alice\""},
             {"locked_by = \"bob\"\n", ""},
             {"not_yet = true", "not_yet = false"},
             {"user = \"alice\"", "user = \"bob\""},
             {"-> 0", "-> -EPERM"}}) {
        EXPECT_NE(words_of(with(shm_file, from, to)).hash, words_of(shm_file).hash) << from;
    }
}

TEST(ShmWords, NameWhatIsWrongInASegment) {
    expect_messages({
        {"owner = \"alice\"\n", "", "10:1: 'owner' is missing in [[segment]]; expected a string"},
        {"creator", "maker", "16:1: unknown key 'maker' in [[segment]]; expected one of: name, "},
        {"name = \"bob\"", "name = \"bob\"\nuid = 1",
         "6:1: unknown key 'uid' in [[user]]; expected one of: name"},
        {"pages = 3", "pages = 0",
         "13:9: 'pages' in [[segment]]: expected a number from 1 to 64, found 0"},
        {"pages = 3", "pages = 2",
         "11:8: segment 'S': has fewer 'pages' than entries; expected at least 3"},
        {"mapping = \"M\"\npages", "pages",
         "11:8: segment 'S': expected a 'mapping', or huge = true"},
        {"\"P\", \"none\"", "\"Q\", \"none\"",
         "14:20: 'Q': expected \"swap\", \"none\" or a page that is cached in mapping 'M'"},
        {"\"none\"]", "\"P\"]", "14:20: 'P' stands twice; expected it once"},
        {"\"P\", \"none\"", "\"swap\"",
         "24:8: page 'P' is cached but not among the entries of segment 'S'"},
        {"name = \"M\"", "name = \"M\"\nunevictable = true",
         "7:8: mapping 'M' is that of segment 'S'; expected no 'unevictable'"},
        {"huge = true\nnot_yet = true", "mapping = \"M\"",
         "21:11: mapping 'M' is that of segment 'S' already; expected one of its own"},
        {"huge = true", "mapping = \"N\"", "19:8: segment 'H': 'not_yet' is for huge segments"},
        {"huge = true", "huge = true\nmapping = \"N\"",
         "19:8: segment 'H': the pages of a huge segment are not modelled"},
        {"not_yet = true", "not_yet = true\nlocked_by = \"bob\"",
         "23:13: segment 'H': expected either 'not_yet' or 'locked_by'"},
    });
    std::string many = "entries = [\"P\"";
    for (unsigned i = 0; i < 8; ++i) {
        many += ", \"none\"";
    }
    expect_messages({{"entries = [\"swap\", \"P\", \"none\"]", many + "]",
                      "14:73: too many entries; expected at most 8"}});
}

TEST(ShmWords, NameReferencesToNothing) {
    expect_messages({
        {"owner = \"alice\"", "owner = \"M\"",
         "15:9: there is no [[user]] 'M'; expected one of: alice, bob"},
        {"creator = \"bob\"", "creator = \"x\"", "16:11: there is no [[user]] 'x'; "},
        {"locked_by = \"bob\"", "locked_by = \"x\"", "17:13: there is no [[user]] 'x'; "},
        {"mapping = \"M\"", "mapping = \"S\"",
         "12:11: there is no [[mapping]] 'S'; expected one of: M, N"},
        {"user = \"alice\"", "user = \"x\"", "31:8: there is no [[user]] 'x'; "},
        {"name = \"S\"", "name = \"M\"", "11:8: 'M' names two things; "},
        {"user = \"alice\"\n", "user = \"alice\"\ncap_ipc_lock = true\n",
         "32:1: unknown key 'cap_ipc_lock' in [[task]]; expected one of: name, "},
    });
}

TEST(ShmWords, NameWhatIsWrongInAStep) {
    expect_messages({
        {"shmctl SHM_LOCK S -> 0", "shmctl IPC_STAT S",
         "32:18: 'IPC_STAT': expected the name of a command, SHM_LOCK or SHM_UNLOCK"},
        {"shmctl SHM_LOCK S -> 0", "shmctl SHM_LOCK M",
         "32:27: 'M': expected the name of a [[segment]]"},
        {"shmctl SHM_LOCK S -> 0", "shmctl SHM_LOCK",
         "32:11: an argument is missing; expected 'shmctl SHM_LOCK|SHM_UNLOCK SEGMENT "
         "[-> RESULT]'"},
        {"S -> 0", "S ->", "32:29: '->': expected a result, such as 0 or -ENOMEM"},
        {"S -> 0", "S -> ENOMEM", "32:32: 'ENOMEM': expected a result, such as 0 or -ENOMEM"},
        {"S -> 0", "S -> 0 0", "32:34: '0' is one word too many for shmctl; "},
        {"newseg H", "newseg S",
         "32:44: newseg needs a segment with huge = true and not_yet = true"},
        {"shm_destroy S", "shmem_uncharge H",
         "32:74: shmem_uncharge needs a segment with a mapping"},
        {"newseg H", "truncate M",
         "32:46: 'M' is of a segment; expected the [[mapping]] of a file"},
        {"user = \"alice\"\n", "", "31:27: shmctl needs to know who calls: task 't' has no 'user'"},
        {"S.locked == 1", "S.mode == 1", "35:11: condition 'S.mode == 1 "},
        {"bob.count", "bob.size", "35:"},
    });
}

// A page of shmem is swap-backed: it is on the lists of anonymous pages.
TEST(ShmWords, PutPagesOnTheirLists) {
    expect_messages({{"\"unevictable\"", "\"inactive_file\"",
                      "26:9: page 'P' is swap-backed, as those of shmem are, and cannot be on the "
                      "list inactive_file"}});
    EXPECT_EQ(message_of(with(shm_file, "\"unevictable\"", "\"inactive_anon\"")), "no error");
}

}  // namespace
}  // namespace heddle::shm_words_test
