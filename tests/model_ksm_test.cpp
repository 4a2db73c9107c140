// SPDX-License-Identifier: Apache-2.0
// model/ksm.cpp: visible operations against "paths" 10.1, and what files may not say of KSM pages.
#include <gtest/gtest.h>

#include <variant>

#include "scenarios/scenario_file.h"
#include "scenarios/steps.h"
#include "tests/model_operations.h"

namespace heddle::model_ksm_test {
namespace {

const std::string processes = R"(
name = "ksm"
story = "s"
fixes.with = ["ksm_mlocks_what_is_mapped"]
[[process]]
name = "A"
[[process]]
name = "B"
[[vma]]
name = "a"
process = "A"
pages = 1
locked = true
[[vma]]
name = "b"
process = "B"
pages = 1
)";
const std::string mlocked_page = R"(
[[page]]
name = "P"
flags = ["uptodate", "mlocked"]
where = "unevictable"
mapped_by = ["a"]
)";
const std::string ksm_page = R"(
[[page]]
name = "K"
flags = ["uptodate", "dirty"]
where = "inactive_anon"
mapped_by = ["b"]
ksm = true
)";
const std::string ksmd = R"(
[[task]]
name = "ksmd"
steps = ["ksm a b"]
)";

ScenarioWords words_of(const std::string& text) {
    auto read = parse_scenario_file("x.toml", text);
    return std::get<std::vector<ScenarioWords>>(read).at(0);
}

std::string error_of(const std::string& text) {
    auto read = parse_scenario_file("x.toml", text);
    const auto* error = std::get_if<FileError>(&read);
    return error == nullptr ? "no error" : error->message;
}

// paths: 10.1 steps 4 to 6: the entry is read-only before the contents are compared; the mark goes
// over with one page lock at a time; with the fix the entry is looked at once more in between.
TEST(Ksm, MovesTheMarkWithOnePageLockAtATime) {
    const ModelRun did = run(words_of(processes + mlocked_page + ksm_page + ksmd));
    EXPECT_EQ(only(did.operations, {"A.p", "locked", "mlocked", "_mapcount"}), R"(
spin_lock A.ptl
spin_unlock A.ptl
test_and_set_bit_lock locked P.flags 0->1
READ_ONCE A.pte[0] =15
spin_lock A.ptl
WRITE_ONCE A.pte[0] 15->0
atomic_read P._mapcount =0
WRITE_ONCE A.pte[0] 0->5
spin_unlock A.ptl
spin_lock A.ptl
atomic_inc_and_test K._mapcount 0->1
WRITE_ONCE A.pte[0] 5->261
atomic_add_negative P._mapcount 0->-1
test_bit mlocked P.flags =1
test_and_clear_bit mlocked P.flags 1->0
test_bit mlocked P.flags =0
atomic_read P._mapcount =-1
test_bit locked P.flags =1
spin_unlock A.ptl
test_bit locked P.flags =1
test_and_clear_bit mlocked P.flags 0->0
test_bit mlocked K.flags =0
test_bit locked P.flags =1
clear_bit_unlock locked P.flags 1->0
wait_on_bit_lock locked K.flags 0->1
spin_lock A.ptl
spin_unlock A.ptl
test_bit locked K.flags =1
test_and_set_bit mlocked K.flags 0->1
test_bit mlocked K.flags =1
test_bit mlocked K.flags =1
test_bit locked K.flags =1
clear_bit_unlock locked K.flags 1->0
wait_on_bit_lock locked K.flags 0->1
test_bit locked K.flags =1
clear_bit_unlock locked K.flags 1->0
)");
}

TEST(Ksm, LeavesPagesApartThatAreNotAlike) {
    const std::string write = R"(
[[task]]
name = "user"
process = "A"
steps = ["touch 0 write -> 0"]
)";
    const ModelRun did = run(words_of(processes + mlocked_page + ksm_page + write + ksmd));
    EXPECT_EQ(only(did.operations, {"_mapcount"}), R"(
atomic_read P._mapcount =0
)");
}

TEST(Ksm, FilesSayNothingOfItThatHasNoMeaning) {
    EXPECT_EQ(error_of(processes + "[[mapping]]\nname = \"f\"\n" + ksm_page +
                       "mapping = \"f\"\ncached = true\n" + ksmd),
              "a KSM page is an anonymous page of a machine without huge pages");
    EXPECT_EQ(error_of(processes + ksm_page +
                       "[[task]]\nname = \"t\"\nsteps = [\"ksm a b\", \"ksm a b\", \"ksm a b\", "
                       "\"ksm a b\"]\n"),
              "a KSM page has 4 places at most, steps 'ksm' included");
}

TEST(Ksm, AStepNamesTwoVmasOfProcesses) {
    const ScenarioWords words = words_of(processes + "[[vma]]\nname = \"v\"\n" + ksm_page +
                                         "[[task]]\nname = \"t\"\nsteps = [\"ksm v b\"]\n");
    const auto step = prepare_step(words, words.tasks[0], words.tasks[0].steps[0]);
    ASSERT_TRUE(std::holds_alternative<FileError>(step));
    EXPECT_EQ(std::get<FileError>(step).message,
              "'v': expected a vma of a process, and a machine without huge pages");
}

}  // namespace
}  // namespace heddle::model_ksm_test
