// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "scenarios/expression.h"
#include "scenarios/scenario_file.h"

namespace heddle {

// What a dotted name in a condition stands for, or why it stands for nothing:
//   P.mlocked                 a page flag: 0 or 1
//   P.refcount P.mapcount     counters of a page; a page nobody maps has mapcount 0
//   P.free                    1 once the page has been freed
//   P.isolated                1 while some task has it off the lists
//   P.on.inactive_anon        1 while the page is on that LRU list
//   A.locked_vm A.total_vm    counters of a process, in pages
//   A.def_locked              1 after mlockall(MCL_FUTURE)
//   A.page3.mapped            1 while a vma has the fourth page of the process's address space
//   A.page3.locked            1 while that vma is VM_LOCKED; onfault: VM_LOCKONFAULT
//   A.page3.present           1 while its page-table entry is present; mlocked: the page's flag
//   zone0.NR_MLOCK            a zone's counter
//   U.locked_shm U.count      pages charged to a user, and its references
//   S.locked S.deleted        a segment's SHM_LOCKED; 1 once it has been destroyed
//   UNEVICTABLE_PGSTRANDED    an event, summed over the CPUs
std::variant<Expression::Value, std::string> look_up_name(const ScenarioWords& words,
                                                          const std::vector<std::string>& path);

}  // namespace heddle
