// SPDX-License-Identifier: Apache-2.0
// Verdicts for a reader with a browser. page/ has the sources of the page.
#pragma once

#include <ostream>
#include <string_view>

#include "scenarios/report/report.h"

namespace heddle {

// One self-contained file: the prebuilt page with the results in it. It loads nothing, and runs
// under a Content-Security-Policy that allows nothing but its own script and style.
void write_html(std::ostream& out, const Run& run);

// The prebuilt page; `page_place` stands where the results go.
std::string_view prebuilt_page();

}  // namespace heddle
