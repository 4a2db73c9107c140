// SPDX-License-Identifier: Apache-2.0
// What scenario_file.cpp says of malformed files, and where.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <random>
#include <string>
#include <variant>
#include <vector>

#include "scenarios/scenario_file.h"
#include "tests/good_scenario_file.h"

namespace heddle::scenario_file_errors_test {
namespace {

using Read = std::variant<std::vector<ScenarioWords>, FileError>;

std::string error_of(const Read& read) {
    const auto* error = std::get_if<FileError>(&read);
    return error == nullptr ? "no error" : text_of(*error);
}

// A slip in `good`, and how the message goes on after "x.toml:".
struct Slip {
    std::string from;
    std::string to;
    std::string message;
};

void expect_messages(const std::vector<Slip>& table) {
    for (const Slip& slip : table) {
        const std::string error =
            error_of(parse_scenario_file("x.toml", with(good + good_variants, slip.from, slip.to)));
        EXPECT_EQ(error.substr(0, 7 + slip.message.size()), "x.toml:" + slip.message) << error;
    }
}

TEST(ScenarioFileErrors, NameUnknownKeys) {
    expect_messages({
        {"where", "wehre",
         "26:1: unknown key 'wehre' in [[page]]; did you mean 'where'?; expected one of: name, "
         "where, flags, zone, mapping, cached, old, mapped_by, pinned_by"},
        {"labels", "lables", "4:1: unknown key 'lables' in the file; did you mean 'labels'?"},
        {"cpus", "cpu", "7:1: unknown key 'cpu' in [machine]; did you mean 'cpus'?"},
        {"without", "minus", "13:1: unknown key 'minus' in [fixes]; expected one of: with, "},
        {"off", "disabled", "15:1: unknown key 'disabled' in [invariants]; expected one of: off"},
        {"locked = true", "lokced = true",
         "18:1: unknown key 'lokced' in [[vma]]; did you mean 'locked'?"},
        {"unevictable", "pinned", "21:1: unknown key 'pinned' in [[mapping]]; expected one of: "},
        {"name = \"P\"", "nane = \"P\"",
         "23:1: unknown key 'nane' in [[page]]; did you mean "
         "'name'?"},
        {"steps", "step", "38:1: unknown key 'step' in [[task]]; did you mean 'steps'?"},
        {"finally", "seldom",
         "44:1: unknown key 'seldom' in [[claim]]; expected one of: "
         "name, always, finally, eventually"},
        {"story = \"Fixed.\"", "name = \"f\"", "51:1: unknown key 'name' in [variant.fixed]; "},
        {"[[vma]]", "[vmas]", "16:2: unknown key 'vmas' in the file; "},
    });
}

TEST(ScenarioFileErrors, NameKeysThatEveryVariantReplaces) {
    const std::string text = with(good, "without", "wihtout") + "[variant.a]\nfixes.with = []\n";
    EXPECT_TRUE(error_of(parse_scenario_file("x.toml", text))
                    .starts_with("x.toml:13:1: unknown key 'wihtout' in [fixes]; did you mean "
                                 "'without'?"));
}

TEST(ScenarioFileErrors, NameWrongTypes) {
    expect_messages({
        {"\"good\"", "1", "1:8: 'name' in the file: expected a string, found integer"},
        {"[\"mlock\", \"leak\"]", "\"mlock\"",
         "4:10: 'labels' in the file: expected an array of strings, found string"},
        {"\"leak\"", "2.5", "4:20: 'labels' in the file: expected a string, found floating-point"},
        {"cpus = 2", "cpus = \"2\"",
         "7:8: 'cpus' in [machine]: expected a number from 1 to 4, found string"},
        {"locked = true", "locked = 1",
         "18:10: 'locked' in [[vma]]: expected true or false, found integer"},
        {"[[mapping]]", "[mapping]",
         "19:1: 'mapping': expected an array of tables, [[mapping]], found table"},
        {"[\"A\"]", "[[]]", "29:14: 'mapped_by' in [[page]]: expected a string, found array"},
        {"[fixes]", "[[fixes]]", "11:1: 'fixes': expected a table, found array"},
        {"claim = []", "claim = [1]", "65:10: expected a table in [[claim]], found integer"},
    });
}

TEST(ScenarioFileErrors, NameVariantsThatAreNoTables) {
    const std::string number = "variant = 1\n" + good;
    EXPECT_EQ(error_of(parse_scenario_file("x.toml", number)),
              "x.toml:1:11: 'variant': expected tables such as [variant.fixed]");
    const std::string key = good + "[variant]\nmore = 1\n";
    EXPECT_EQ(error_of(parse_scenario_file("x.toml", key)),
              "x.toml:49:8: expected a table [variant.more]");
}

TEST(ScenarioFileErrors, NameWhatIsOutOfRange) {
    expect_messages({
        {"cpus = 2", "cpus = 0",
         "7:8: 'cpus' in [machine]: expected a number from 1 to 4, found 0"},
        {"cpus = 2", "cpus = -9223372036854775808",
         "7:8: 'cpus' in [machine]: expected a number from 1 to 4, found -9223372036854775808"},
        {"nodes = 2", "nodes = 3",
         "8:9: 'nodes' in [machine]: expected a number from 1 to 2, found 3"},
        {"zones = 2", "zones = 4294967297",
         "9:9: 'zones' in [machine]: expected a number from 1 to 2, found 4294967297"},
        {"pagevec_size = 14", "pagevec_size = 15",
         "55:24: 'pagevec_size' in [machine]: expected a number from 1 to 14, found 15"},
        {"zone = 3", "zone = 4",
         "24:8: 'zone' in [[page]]: expected a number from 0 to 3, found 4"},
        {"cpu = 1", "cpu = 2", "36:7: 'cpu' in [[task]]: expected a number from 0 to 1, found 2"},
        {"lru_add:1", "lru_add:2", "26:9: there is no CPU '2'; expected 0 to 1"},
        {"lru_add:1", "activate_page:", "26:9: there is no CPU ''; expected 0 to 1"},
    });
}

TEST(ScenarioFileErrors, NameWhatIsMissingOrEmpty) {
    expect_messages({
        {"story = \"A page in a remote pagevec is munlocked.\"\n", "",
         "47:1: 'story' is missing in the file; expected a string"},
        {"\"A page in a remote pagevec is munlocked.\"", "\"\"",
         "2:9: 'story' in the file is empty; expected a string"},
        {"where = \"lru_add:1\"\n", "", "22:1: 'where' is missing in [[page]]; expected a string"},
        {"name = \"A\"\n", "", "16:1: 'name' is missing in [[vma]]; expected a string"},
        {"\"Q\"", "\"\"", "32:8: 'name' in [[page]] is empty; expected a string"},
        {"mapping = \"M\"", "mapping = \"\"",
         "27:11: 'mapping' in [[page]] is empty; expected a string"},
        {"\"__munlock_pagevec P  Q\"", "\" \"",
         "38:10: a step is empty; expected a function and its arguments"},
        {"steps = [\"lru_add_drain_all\"]\n", "",
         "39:1: task 'drain' has no steps; expected at least one"},
        {"finally = \"P.mlocked == 0\"\n", "",
         "42:1: claim 'unlocked': expected one of 'always', 'finally' and 'eventually'"},
        {"finally", "always = \"1\"\nfinally",
         "42:1: claim 'unlocked': expected one of 'always', 'finally' and 'eventually'"},
        {"claim = []", "task = []", "1:1: there is no [[task]]; expected at least one"},
    });
}

TEST(ScenarioFileErrors, NameWrongNames) {
    const std::string no_name = "' is no name; expected letters, digits, '_' and '-'";
    expect_messages({
        {"\"good\"", "\"Good\"", "1:8: the scenario's name is 'Good'; expected letters a-z, "},
        {"[variant.seed]", "[variant.\"a/b\"]", "48:10: variant 'a/b': expected letters a-z, "},
        {"\"P\"", "\"1P\"", "23:8: '1P" + no_name},
        {"\"P\"", "\"P.x\"", "23:8: 'P.x" + no_name},
        {"\"Q\"", "\"P\"", "32:8: 'P' names two things; expected a name of its own"},
        {"name = \"munlock\"", "name = \"M\"", "35:8: 'M' names two things; "},
        {"fail:B1", "fail:", "3:10: 'expect' is 'fail:'; expected \"pass\" or \"fail:<claim>\""},
        {"fail:B1", "fails", "3:10: 'expect' is 'fails'; expected \"pass\" or \"fail:<claim>\""},
        {"\"pass\"", "\"\"", "52:10: 'expect' is ''; expected \"pass\" or \"fail:<claim>\""},
    });
}

TEST(ScenarioFileErrors, NameReferencesToNothing) {
    expect_messages({
        {"mapping = \"M\"", "mapping = \"A\"",
         "27:11: there is no [[mapping]] 'A'; expected one of: M"},
        {"[\"A\"]", "[\"A\", \"B\"]", "29:19: there is no [[vma]] 'B'; expected one of: A"},
        {"[\"A\"]", "[\"A\", \"A\"]", "29:19: 'A' stands twice; expected it once"},
        {"[\"munlock\"]", "[\"P\"]",
         "30:14: there is no [[task]] 'P'; expected one of: munlock, drain"},
        {"isolated:drain", "isolated:P",
         "33:9: there is no [[task]] 'P' to have it isolated; expected one of: munlock, drain"},
        {"isolated:drain", "isolated", "33:9: 'where' is 'isolated'; expected a list ("},
        {"lru_add:1", "inactive_anon:1", "26:9: 'where' is 'inactive_anon:1'; expected a list ("},
    });
}

std::string repeated_tables(const std::string& kind, const std::string& keys, unsigned times) {
    std::string text;
    for (unsigned i = 0; i < times; ++i) {
        text.append("[[").append(kind).append("]]\nname = \"").append(kind);
        text.append(std::to_string(i)).append("\"\n").append(keys);
    }
    return text;
}

TEST(ScenarioFileErrors, NameWhatIsTooMuch) {
    const auto message = [](unsigned pages, unsigned vmas, unsigned tasks) {
        return error_of(parse_scenario_file(
            "x.toml", "story = \"s\"\n" + repeated_tables("page", "where = \"none\"\n", pages) +
                          repeated_tables("vma", "", vmas) +
                          repeated_tables("task", "steps = [\"f\"]\n", tasks)));
    };
    EXPECT_EQ(message(8, 8, 16), "no error");
    EXPECT_EQ(message(9, 8, 16), "x.toml:27:8: too many pages; expected at most 8");
    EXPECT_EQ(message(8, 9, 16), "x.toml:43:8: too many vmas; expected at most 8");
    EXPECT_EQ(message(8, 8, 17), "x.toml:91:8: too many tasks; expected at most 16");
}

TEST(ScenarioFileErrors, PassOnThoseOfToml) {
    expect_messages({
        {"cpus = 2", "cpus = ", "7:8: "},
        {"\"good\"", "\"good", "1:13: Error while parsing string"},
        {"nodes", "cpus", "8:8: Error while parsing key-value pair: cannot redefine"},
        {"[machine]", "[machine", "6:9: "},
        // Where toml++ asserts.
        {"[machine]", "[&machine]", "6:1: malformed line; expected TOML such as [machine]"},
        {"[[claim]]", "[[[claim]]]", "42:1: malformed line; expected TOML such as [machine]"},
        {"claim = []\n", "[.a]", "65:1: malformed line; expected TOML such as [machine]"},
        {"A page", "\xff page", "2:9: Encountered invalid utf-8 sequence"},
        {"labels =", "l\u00e4bels =",
         "4:2: a letter outside strings and comments that is not ASCII"},
    });
}

TEST(ScenarioFileErrors, NameFilesThatCannotBeRead) {
    std::string long_name(5'000, 'a');
    long_name.append(".toml");
    const std::string folder = std::filesystem::temp_directory_path().string();
    for (const std::string& file : {std::string("no/such.toml"), std::string(), long_name, folder,
                                    folder + "/no-such-scenario.toml/x.toml"}) {
        EXPECT_EQ(error_of(read_scenario_file(file)),
                  file + ": cannot be read; expected a scenario file");
    }
}

// Whether the place is a letter of the text, the end of a line, or the end of the text.
bool is_inside(const std::string& text, Place place) {
    std::size_t begin = 0;
    for (unsigned line = 1; line < place.line; ++line) {
        begin = text.find('\n', begin);
        if (begin == std::string::npos) {
            return false;
        }
        ++begin;
    }
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    return place.line >= 1 && place.column >= 1 && place.column <= end - begin + 1;
}

void expect_words_or_a_place(const std::string& text) {
    const Read read = parse_scenario_file("x.toml", text);
    if (const auto* error = std::get_if<FileError>(&read)) {
        EXPECT_TRUE(is_inside(text, error->place)) << text_of(*error) << "\n" << text;
        EXPECT_EQ(error->file, "x.toml");
        EXPECT_NE(error->message, "");
    } else {
        EXPECT_FALSE(std::get<0>(read).empty());
    }
}

TEST(ScenarioFileErrors, StandInsideEveryPrefix) {
    const std::string text = good + good_variants;
    for (std::size_t size = 0; size <= text.size(); ++size) {
        expect_words_or_a_place(text.substr(0, size));
    }
}

// Seed 1. A fault that one in a thousand mutations shows is missed with chance 0.999^2000 = 14%.
TEST(ScenarioFileErrors, StandInsideEveryMutation) {
    const std::string text = good + good_variants;
    std::mt19937 random(1);
    for (unsigned i = 0; i < 2'000; ++i) {
        std::string mutated = text;
        mutated[random() % text.size()] = static_cast<char>(random() % 256);
        expect_words_or_a_place(mutated);
    }
}

}  // namespace
}  // namespace heddle::scenario_file_errors_test
