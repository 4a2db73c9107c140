// SPDX-License-Identifier: Apache-2.0
// The prebuilt page as a part of the program. CMake says where it lies.
#include <string_view>

#include "bench/analysis/page_json.h"

asm(".pushsection .rodata\n"
    ".global heddle_bench_page_begin\n"
    ".global heddle_bench_page_end\n"
    "heddle_bench_page_begin:\n"
    ".incbin \"" HEDDLE_BENCH_PAGE
    "\"\n"
    "heddle_bench_page_end:\n"
    ".popsection\n");

namespace heddle::bench {

extern "C" {
extern const char heddle_bench_page_begin[];
extern const char heddle_bench_page_end[];
}

std::string_view prebuilt_bench_page() {
    return {heddle_bench_page_begin,
            static_cast<std::size_t>(heddle_bench_page_end - heddle_bench_page_begin)};
}

}  // namespace heddle::bench
