// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ostream>
#include <string>
#include <vector>

namespace heddle::bench {

// Rows of as many cells as there are heads, below each other; two spaces between columns. The first
// column and the last stand to the left, the others, which are numbers, to the right.
struct TextTable {
    std::vector<std::string> heads;
    std::vector<std::vector<std::string>> rows;
};
void write_table(std::ostream& out, const TextTable& table);

// Three digits and a unit: 1234567 is "1.23M". Infinite is "none".
std::string short_number(double number);

// Nanoseconds in a unit that fits: 1234 is "1.23 us".
std::string short_time(double ns);

// A part as per cent, with its sign: 0.123 is "+12.3 %".
std::string percent(double part);

}  // namespace heddle::bench
