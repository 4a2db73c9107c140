// SPDX-License-Identifier: Apache-2.0
// Scenario files of a few lines with a huge page, that several tests of huge pages use.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "scenarios/scenario_file.h"

namespace heddle {

// Process A with vma "a" of four pages (`vma` may say more of it), huge page H of two pages (`page`
// says where it is), and task "t", who has a pin of H unless `pinned` is false, with these steps.
struct HugeSetting {
    std::string steps;
    std::string vma = "locked = true";
    std::string page =
        "flags = [\"uptodate\", \"mlocked\"]\nwhere = \"unevictable\"\n"
        "mapped_by = [\"a\"]";
    bool pinned = true;
    std::string more = "";
    std::string process = "";  // of the task
};

inline ScenarioWords huge_world(const HugeSetting& setting) {
    const std::string text =
        "story = \"test\"\nsometimes = []\n[machine]\ncpus = 1\nfree_pages = 2\n"
        "[[process]]\nname = \"A\"\n[[process]]\nname = \"B\"\n"
        "[[vma]]\nname = \"a\"\nprocess = \"A\"\npages = 4\n" +
        setting.vma + "\n[[page]]\nname = \"H\"\nhuge = true\n" + setting.page + "\n" +
        (setting.pinned ? "pinned_by = [\"t\"]\n" : "") + setting.more +
        "\n[[task]]\nname = \"t\"\n" +
        (setting.process.empty() ? "" : "process = \"" + setting.process + "\"\n") + "steps = [" +
        setting.steps + "]\n";
    auto words = parse_scenario_file("test.toml", text);
    return std::get<std::vector<ScenarioWords>>(words)[0];
}

}  // namespace heddle
