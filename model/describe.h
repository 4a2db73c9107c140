// SPDX-License-Identifier: Apache-2.0
// The machine in the words of the kernel's own reports.
#pragma once

#include <span>
#include <string>
#include <vector>

namespace heddle {

// The names of the bits of page.flags, from bit 0; empty where a bit has no name here.
std::vector<std::string> page_flag_names();

// The bit of a page flag's name without PG_, such as "mlocked"; -1 if there is none.
int page_flag_of(const std::string& name);

// The index of an LRU list by name, such as "inactive_anon"; -1 if there is none.
int lru_list_of(const std::string& name);

// The bit of an event's name, such as "UNEVICTABLE_PGSTRANDED"; -1 if there is none.
int vm_event_of(const std::string& name);
const char* vm_event_name(unsigned item);

// Every page in the form of dump_page() (mm/debug.c, v4.8) and where it is, every zone's NR_MLOCK,
// every pagevec that is not empty, events that are not 0. `names` are the pages' names.
std::string describe_machine(std::span<const std::string> names);

}  // namespace heddle
