// SPDX-License-Identifier: Apache-2.0
#include "scenarios/truncate_steps.h"

#include <algorithm>

#include "model/machine.h"
#include "model/truncate.h"

namespace heddle {

void run_truncate(const StepArguments& arguments) {
    struct address_space* mapping = this_machine().mappings + arguments.mapping;
    if (arguments.count < READ_ONCE(mapping->i_size)) {
        truncate_setsize(mapping, arguments.count);
    }
}

std::optional<std::string> wrong_file(const ScenarioWords& words, const std::string& mapping) {
    if (std::any_of(words.segments.begin(), words.segments.end(),
                    [&](const SegmentWords& segment) { return segment.mapping.text == mapping; })) {
        return "'" + mapping + "' is of a segment; expected the [[mapping]] of a file";
    }
    if (std::any_of(words.pages.begin(), words.pages.end(), [&](const PageWords& page) {
            return page.huge && page.mapping.text == mapping;
        })) {
        return "'" + mapping + "' has a huge page, whose truncation is not modelled";
    }
    return std::nullopt;
}

}  // namespace heddle
