// SPDX-License-Identifier: Apache-2.0
#include "bench/analysis/text_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <cmath>
#include <initializer_list>

namespace heddle::bench {

namespace {

using Cells = std::vector<std::string>;

void write_row(std::ostream& out, const Cells& cells, const std::vector<std::size_t>& widths) {
    std::string line;
    for (std::size_t i = 0; i < cells.size(); ++i) {
        const bool is_text = i == 0 || i + 1 == cells.size();
        line += i == 0 ? "" : "  ";
        line += is_text ? fmt::format("{:<{}}", cells[i], widths[i])
                        : fmt::format("{:>{}}", cells[i], widths[i]);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    out << line << '\n';
}

// Three digits.
std::string with_unit(double number, std::initializer_list<const char*> units) {
    const char* const* unit = units.begin();
    while (std::abs(number) >= 999.5 && unit + 1 != units.end()) {
        number /= 1000;
        ++unit;
    }
    const double size = std::abs(number);
    const int digits = size >= 99.95 ? 0 : size >= 9.995 ? 1 : 2;
    return fmt::format("{:.{}f}{}", number, digits, *unit);
}

}  // namespace

void write_table(std::ostream& out, const TextTable& table) {
    std::vector<std::size_t> widths(table.heads.size());
    const auto widen = [&widths](const Cells& cells) {
        assert(cells.size() == widths.size());
        for (std::size_t i = 0; i < cells.size(); ++i) {
            widths[i] = std::max(widths[i], cells[i].size());
        }
    };
    widen(table.heads);
    std::for_each(table.rows.begin(), table.rows.end(), widen);
    write_row(out, table.heads, widths);
    for (const Cells& cells : table.rows) {
        write_row(out, cells, widths);
    }
}

std::string short_number(double number) {
    return std::isinf(number) ? "none" : with_unit(number, {"", "k", "M", "G", "T"});
}

std::string short_time(double ns) { return with_unit(ns, {" ns", " us", " ms", " s"}); }

std::string percent(double part) { return fmt::format("{:+.1f} %", 100 * part); }

}  // namespace heddle::bench
