// SPDX-License-Identifier: Apache-2.0
// What a [[page]] says of where it is mapped, and of huge pages.
#pragma once

#include "scenarios/scenario_file.h"
#include "scenarios/toml_table.h"

namespace heddle {

// "v+1": the second page of vma v.
MappedWords split_mapped(const TomlTable& table, const Word& word);

// "v+1:2": the third part of a huge page, there.
MappedWords split_part(const TomlTable& table, Word word);

// Adds the tails of the last page, which is huge.
void add_tails(ScenarioWords& scenario);

}  // namespace heddle
