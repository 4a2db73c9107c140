// SPDX-License-Identifier: Apache-2.0
#include "scenarios/page_words.h"

namespace heddle {

MappedWords split_mapped(const TomlTable& table, const Word& word) {
    MappedWords mapped = {word, 0};
    const std::size_t plus = word.text.find('+');
    if (plus != std::string::npos) {
        const std::string at = word.text.substr(plus + 1);
        mapped.vma.text = word.text.substr(0, plus);
        if (at.empty() || at.size() > 2 || at.find_first_not_of("0123456789") != at.npos) {
            table.wrong(word.place, "'" + word.text + "': expected a [[vma]]'s name and which of " +
                                        "its pages, such as v+1");
        } else {
            mapped.at = static_cast<unsigned>(std::stoul(at));
        }
    }
    return mapped;
}

MappedWords split_part(const TomlTable& table, Word word) {
    const std::size_t colon = word.text.find(':');
    unsigned part = 0;
    if (colon != std::string::npos) {
        const std::string digit = word.text.substr(colon + 1);
        if (digit.size() != 1 || digit[0] < '0' || digit[0] > '7') {
            table.wrong(word.place, "'" + word.text + "': expected a place and which part of the " +
                                        "huge page is there, such as v+1:0");
        } else {
            part = static_cast<unsigned>(digit[0] - '0');
        }
        word.text.resize(colon);
    }
    MappedWords mapped = split_mapped(table, word);
    mapped.part = part;
    return mapped;
}

void add_tails(ScenarioWords& scenario) {
    const PageWords head = scenario.pages.back();
    for (unsigned i = 1; i < scenario.machine.hpage_pmd_nr; ++i) {
        PageWords tail;
        tail.name = {head.name.text + "_" + std::to_string(i), head.name.place};
        tail.zone = head.zone;
        tail.mapping = head.mapping;
        tail.cached = head.cached;
        tail.where = {"none", head.where.place};
        tail.tail = true;
        scenario.pages.push_back(std::move(tail));
    }
}

}  // namespace heddle
