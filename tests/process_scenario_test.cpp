// SPDX-License-Identifier: Apache-2.0
// Scenario files about processes, their vmas and system calls: what is taken, what each mistake in
// them is called, and where.
#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "checker/execution.h"
#include "scenarios/make_scenario.h"

namespace heddle::process_scenario_test {
namespace {

constexpr const char* good = R"(story = "A story."
sometimes = ["A.locked_vm == 2"]
[machine]
cpus = 1
user_pages = 16
free_pages = 4
int_bits = 5
[[process]]
name = "A"
memlock_limit = 3
cap_ipc_lock = false
[[process]]
name = "B"
[[vma]]
name = "a"
process = "A"
start = 1
pages = 2
onfault = true
[[vma]]
name = "b"
process = "A"
start = 8
pages = 3
file = "f"
offset = 2
shared = true
read_only = true
special = true
[[mapping]]
name = "f"
[[page]]
name = "P"
where = "inactive_anon"
mapped_by = ["a+1"]
[[task]]
name = "user"
process = "A"
steps = ["mlock 1 2 -> 0", "mmap 4 1 shared f+1", "fork B -> 0", "mlock 0 100B -> -ENOMEM"]
[[claim]]
name = "there"
finally = "A.page2.present && A.page1.locked && A.page9.mapped && !B.page1.onfault"
[fixes]
with = ["mlock_fixup_counts_once", "do_mlock_subtracts_overlap"]
)";

using Result = std::variant<Scenario, FileError>;

Result make(const std::string& text) {
    const auto parsed = parse_scenario_file("x.toml", text);
    if (const auto* error = std::get_if<FileError>(&parsed)) {
        return *error;
    }
    return make_scenario(std::get<std::vector<ScenarioWords>>(parsed).at(0));
}

std::string with(const std::string& from, const std::string& to) {
    std::string text = good;
    const std::size_t at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return at == std::string::npos ? text : text.replace(at, from.size(), to);
}

struct Mistake {
    const char* from;
    const char* to;
    const char* message;  // how it begins, behind "x.toml:"
};

void expect_messages(std::span<const Mistake> mistakes) {
    for (const Mistake& mistake : mistakes) {
        const Result made = make(with(mistake.from, mistake.to));
        const auto* error = std::get_if<FileError>(&made);
        const std::string message = error == nullptr ? "no error" : text_of(*error);
        EXPECT_TRUE(message.starts_with(std::string("x.toml:") + mistake.message))
            << "for " << mistake.to << "\n  got      " << message << "\n  expected "
            << mistake.message;
    }
}

TEST(ProcessScenario, AcceptsWhatMakesSense) {
    const Result made = make(good);
    const auto* error = std::get_if<FileError>(&made);
    EXPECT_EQ(error, nullptr) << text_of(*error);
}

TEST(ProcessScenario, NamesMistakesInTheWorld) {
    constexpr Mistake mistakes[] = {
        {"user_pages = 16", "user_pages = 17", "5:14: 'user_pages' in [machine]: expected a"},
        {"user_pages = 16", "user_pages = 4", "5:14: 'user_pages' in [machine]: expected a"},
        {"free_pages = 4", "free_pages = 9", "6:14: 'free_pages' in [machine]: expected a number"},
        {"int_bits = 5", "lru_lock = \"list\"",
         "7:12: 'lru_lock' is 'list'; expected one of: node, zone, lruvec, page-hash"},
        {"int_bits = 5", "vmas = 17", "7:8: 'vmas' in [machine]: expected a number from 1 to 16"},
        {"int_bits = 5", "vmas = 1", "21:8: too many vmas for machine.vmas; expected at most 1"},
        {"int_bits = 5", "int_bits = 2", "7:12: 'int_bits' in [machine]: expected a number from"},
        {"memlock_limit", "memlock", "10:1: unknown key 'memlock' in [[process]]; expected one"},
        {"memlock_limit = 3", "memlock_limit = -1", "10:17: 'memlock_limit' in [[process]]:"},
        {"cap_ipc_lock = false", "cap_ipc_lock = 0", "11:16: 'cap_ipc_lock' in [[process]]:"},
        {"name = \"B\"", "name = \"A\"", "13:8: 'A' names two things; expected a name of its own"},
        {"process = \"A\"\nstart = 1", "process = \"C\"\nstart = 1",
         "16:11: there is no [[process]] 'C'; expected one of: A, B"},
        {"start = 1", "start = 16", "17:9: 'start' in [[vma]]: expected a number from 0 to 15"},
        {"pages = 2", "pages = 0", "18:9: 'pages' in [[vma]]: expected a number from 1 to 16"},
        {"pages = 2\n", "", "15:8: vma 'a' ends above its address space"},
        {"start = 8\npages = 3", "start = 14\npages = 3", "21:8: vma 'b' ends above its address"},
        {"start = 8", "start = 2", "21:8: vma 'b' overlaps vma 'a'"},
        {"process = \"A\"\nstart = 1\n", "", "15:8: vma 'a' has pages but no process"},
        {"file = \"f\"", "file = \"g\"", "25:8: there is no [[mapping]] 'g'; expected one of: f"},
        {"offset = 2", "offset = 8", "26:10: 'offset' in [[vma]]: expected a number from 0 to 7"},
        {"read_only = true", "locked = true", "21:8: vma 'b' is special and locked; expected one"},
        {"memlock_limit = 3", "stack_limit = 1001", "10:15: 'stack_limit' in [[process]]:"},
        {"file = \"f\"\noffset = 2\n", "", "21:8: vma 'b' is shared memory without a file, which"},
        {"special = true", "grows_down = true",
         "21:8: vma 'b' is a stack; expected neither 'file'"},
        {"name = \"f\"", "name = \"f\"\npages = 9", "32:9: 'pages' in [[mapping]]: expected a"},
        {"\"a+1\"", "\"a+2\"", "35:14: vma 'a' has only 2 pages"},
        {"\"a+1\"", "\"a+\"", "35:14: 'a+': expected a [[vma]]'s name and which of its pages"},
        {"\"a+1\"", "\"a+x\"", "35:14: 'a+x': expected a [[vma]]'s name and which of its pages"},
    };
    expect_messages(mistakes);
}

TEST(ProcessScenario, NamesAPageThatIsBehindTheEndOfItsFile) {
    const Result made = make(R"(story = "A story."
[[mapping]]
name = "f"
pages = 2
[[process]]
name = "A"
[[vma]]
name = "a"
process = "A"
pages = 2
file = "f"
offset = 1
[[page]]
name = "P"
where = "inactive_file"
mapping = "f"
cached = true
mapped_by = ["a+1"]
[[task]]
name = "t"
steps = ["truncate f"]
)");
    const auto* error = std::get_if<FileError>(&made);
    ASSERT_NE(error, nullptr);
    EXPECT_EQ(text_of(*error),
              "x.toml:14:8: page 'P' would be page 2 of its file, counted from 0; expected one "
              "before the file's end");
}

TEST(ProcessScenario, NamesMistakesInSystemCalls) {
    constexpr Mistake mistakes[] = {
        {"process = \"A\"\nsteps", "process = \"C\"\nsteps", "38:11: there is no [[process]] 'C'"},
        {"process = \"A\"\nsteps", "steps", "38:11: a system call needs a process; expected"},
        {"mlock 1 2", "mlock 1", "39:11: an argument is missing; expected 'mlock PAGES PAGES"},
        {"mlock 1 2 -> 0", "mlock 1 2 3", "39:21: '3' is no argument of mlock; expected 'mlock"},
        {"mlock 1 2", "mlock 1 two", "39:19: 'two': expected a number of pages (2), of bytes"},
        {"mlock 1 2", "mlock 1 -", "39:19: '-': expected a number of pages (2), of bytes (100B)"},
        {"mlock 1 2", "mlock B 2", "39:17: 'B': expected a number of pages (2), of bytes (100B)"},
        {"mlock 1 2", "mlock 1 2 onfault", "39:21: 'onfault' is no argument of mlock; expected"},
        {"mlock 1 2", "mloc 1 2", "39:11: unknown function 'mloc' in a step; expected one of"},
        {"-> 0\",", "-> EPERM\",", "39:24: expected one result behind '->': 0, -EPERM"},
        {"-> 0\",", "->\",", "39:21: expected one result behind '->': 0, -EPERM"},
        {"-> 0\",", "-> 0 0\",", "39:21: expected one result behind '->': 0, -EPERM"},
        {"-> -ENOMEM", "-> ENOMEM", "39:83: expected one result behind '->': 0, -EPERM"},
        {"shared f+1", "shared g+1", "39:45: 'g+1' is no argument of mmap; expected 'mmap"},
        {"shared f+1", "shared f+8", "39:45: 'f+8' is no argument of mmap; expected 'mmap"},
        {"shared f+1", "shared", "39:29: shared memory without a [[mapping]] is not modelled"},
        {"mlock 1 2", "mprotect 1 2 exec", "39:24: 'exec' is no argument of mprotect; expected"},
        {"mlock 1 2 -> 0", "truncate g", "39:20: 'g': expected the name of a [[mapping]]"},
        {"mlock 1 2 -> 0", "truncate f 8", "39:22: '8': expected a number from 0 to 7"},
        {"mlock 1 2 -> 0", "truncate f 1 1", "39:24: '1' is one word too many for truncate; "},
        {"fork B", "fork C", "39:57: 'C': expected the name of a [[process]]"},
        {"fork B", "fork", "39:52: an argument is missing; expected 'fork PROCESS [-> RESULT]'"},
        {"fork B", "fork A", "39:57: 'A' exists already; expected a [[process]] without vmas"},
    };
    expect_messages(mistakes);
}

TEST(ProcessScenario, NamesMistakesInConditions) {
    constexpr Mistake mistakes[] = {
        {"A.locked_vm", "A.lockedvm", "2:15: condition 'A.lockedvm == 2': nothing is called"},
        {"A.page2.present", "A.page16.present", "42:12: condition 'A.page16.present"},
        {"A.page2.present", "A.page2.there", "42:12: condition 'A.page2.there"},
        {"A.page2.present", "A.page02.present", "42:12: condition 'A.page02.present"},
        {"!B.page1", "!C.page1", "42:"},
    };
    expect_messages(mistakes);
}

std::string hash_of(const std::string& text) {
    const auto parsed = parse_scenario_file("x.toml", text);
    return std::get<std::vector<ScenarioWords>>(parsed).at(0).hash;
}

// A schedule of one of these is none of the other.
TEST(ProcessScenario, EveryKeyChangesTheHash) {
    constexpr const char* changes[][2] = {
        {"user_pages = 16", "user_pages = 15"},
        {"free_pages = 4", "free_pages = 5"},
        {"int_bits = 5", "int_bits = 6"},
        {"int_bits = 5", "vmas = 8\nint_bits = 5"},
        {"int_bits = 5", "lru_lock = \"zone\"\nint_bits = 5"},
        {"memlock_limit = 3", "memlock_limit = 4"},
        {"memlock_limit = 3", ""},
        {"cap_ipc_lock = false", "cap_ipc_lock = true"},
        {"start = 1", "start = 2"},
        {"pages = 2", "pages = 3"},
        {"onfault = true", "onfault = false"},
        {"file = \"f\"\noffset = 2\nshared = true", "offset = 2"},
        {"name = \"f\"", "name = \"f\"\npages = 7"},
        {"memlock_limit = 3", "memlock_limit = 3\nstack_limit = 3"},
        {"onfault = true", "grows_down = true"},
        {"offset = 2", "offset = 3"},
        {"shared = true", ""},
        {"read_only = true", ""},
        {"special = true", ""},
        {"a+1", "a+0"},
        {"process = \"A\"\nsteps", "process = \"B\"\nsteps"},
        {"mlock 1 2", "mlock 1 1"},
    };
    for (const auto& change : changes) {
        EXPECT_NE(hash_of(with(change[0], change[1])), hash_of(good)) << change[1];
    }
}

// The value of the condition when the task has finished.
std::optional<std::string> broken_claim(const std::string& condition) {
    std::string text = good;
    const std::size_t begin = text.find("A.page2.present");
    text.replace(begin, text.find('"', begin) - begin, condition);
    const Result made = make(text);
    Execution execution(std::get<Scenario>(made));
    while (!execution.choices().empty() && !execution.finished()) {
        execution.take(execution.choices()[0]);
    }
    const std::optional<Violation> violation = execution.violation();
    return violation ? std::optional(violation->claim) : std::nullopt;
}

TEST(ProcessScenario, ConditionsTellThePlacesOfAProcess) {
    const char* const hold[] = {
        "A.page1.mapped && A.page2.mapped && !A.page0.mapped && !A.page3.mapped",
        "A.page1.locked && A.page2.locked && !A.page9.locked && !B.page1.locked",
        "!A.page1.onfault && B.page1.mapped && !B.page0.mapped",
        "A.page1.present && A.page2.present && !A.page3.present && !A.page9.present",
        "A.page2.mlocked && P.mlocked && !A.page3.mlocked",
        "A.total_vm == 6 && A.locked_vm == 2 && B.locked_vm == 0 && B.total_vm == 6",
    };
    for (const char* condition : hold) {
        EXPECT_EQ(broken_claim(condition), std::nullopt) << condition;
        EXPECT_EQ(broken_claim("!(" + std::string(condition) + ")"), "there") << condition;
    }
}

}  // namespace
}  // namespace heddle::process_scenario_test
