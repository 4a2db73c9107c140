// SPDX-License-Identifier: Apache-2.0
// The prebuilt page as a part of the program. CMake says where it lies.
#include <string_view>

#include "scenarios/report/html.h"

asm(".pushsection .rodata\n"
    ".global heddle_page_begin\n"
    ".global heddle_page_end\n"
    "heddle_page_begin:\n"
    ".incbin \"" HEDDLE_PAGE
    "\"\n"
    "heddle_page_end:\n"
    ".popsection\n");

namespace heddle {

extern "C" {
extern const char heddle_page_begin[];
extern const char heddle_page_end[];
}

std::string_view prebuilt_page() {
    return {heddle_page_begin, static_cast<std::size_t>(heddle_page_end - heddle_page_begin)};
}

}  // namespace heddle
