// SPDX-License-Identifier: Apache-2.0
#include "scenarios/shm_words.h"

#include <algorithm>
#include <sstream>

#include "model/mm_types.h"

namespace heddle {

namespace {

Word text_if_any(const TomlTable& table, const char* key) {
    return table.has(key) ? table.required_text(key) : Word{};
}

SegmentWords read_segment(const TomlTable& table) {
    SegmentWords segment;
    segment.name = table.required_text("name");
    segment.mapping = text_if_any(table, "mapping");
    segment.pages = table.number("pages");
    segment.entries = table.texts("entries");
    segment.owner = table.required_text("owner");
    segment.creator = text_if_any(table, "creator");
    segment.locked_by = text_if_any(table, "locked_by");
    segment.huge = table.boolean("huge");
    segment.not_yet = table.boolean("not_yet");
    return segment;
}

}  // namespace

void read_shm(const TomlTable& top, ScenarioWords& scenario) {
    for (const TomlTable& table : top.tables("user")) {
        scenario.users.push_back({table.required_text("name")});
    }
    for (const TomlTable& table : top.tables("segment")) {
        scenario.segments.push_back(read_segment(table));
    }
}

std::string canonical_text_of_shm(const ScenarioWords& scenario) {
    std::ostringstream text;
    for (const UserWords& user : scenario.users) {
        text << "user " << user.name.text << '\n';
    }
    for (const SegmentWords& segment : scenario.segments) {
        text << "segment " << segment.name.text << ' ' << segment.mapping.text << ' '
             << segment.pages << ' ' << segment.owner.text << ' ' << segment.creator.text << ' '
             << segment.locked_by.text << ' ' << segment.huge << ' ' << segment.not_yet;
        for (const std::string& entry : entries_of(scenario, segment)) {
            text << ' ' << entry;
        }
        text << '\n';
    }
    return text.str();
}

namespace {

bool is_cached_in(const PageWords& page, const Word& mapping) {
    return page.cached && page.mapping.text == mapping.text;
}

void check_entries(const ScenarioWords& scenario, const SegmentWords& segment, FileErrors& errors) {
    if (segment.entries.size() > page_tree_max) {
        errors.add(segment.entries[page_tree_max].place,
                   "too many entries; expected at most " + std::to_string(page_tree_max));
    }
    for (const Word& entry : segment.entries) {
        const auto is_page = [&](const PageWords& page) {
            return page.name.text == entry.text && is_cached_in(page, segment.mapping);
        };
        const auto same = [&entry](const Word& other) { return other.text == entry.text; };
        if (entry.text == "swap" || entry.text == "none") {
            continue;
        }
        if (std::none_of(scenario.pages.begin(), scenario.pages.end(), is_page)) {
            errors.add(entry.place, "'" + entry.text +
                                        "': expected \"swap\", \"none\" or a page that is "
                                        "cached in mapping '" +
                                        segment.mapping.text + "'");
        } else if (std::count_if(segment.entries.begin(), segment.entries.end(), same) > 1) {
            errors.add(entry.place, "'" + entry.text + "' stands twice; expected it once");
        }
    }
    const std::vector<std::string> entries = entries_of(scenario, segment);
    for (const PageWords& page : scenario.pages) {
        if (is_cached_in(page, segment.mapping) &&
            std::count(entries.begin(), entries.end(), page.name.text) == 0) {
            errors.add(page.name.place, "page '" + page.name.text +
                                            "' is cached but not among the entries of segment '" +
                                            segment.name.text + "'");
        }
    }
}

void check_mapping(const ScenarioWords& scenario, const SegmentWords& segment, FileErrors& errors) {
    const auto mapping = std::find_if(
        scenario.mappings.begin(), scenario.mappings.end(),
        [&segment](const MappingWords& row) { return row.name.text == segment.mapping.text; });
    if (mapping != scenario.mappings.end() && mapping->unevictable) {
        errors.add(mapping->name.place, "mapping '" + segment.mapping.text +
                                            "' is that of segment '" + segment.name.text +
                                            "'; expected no 'unevictable', which follows from "
                                            "'locked_by' of the segment");
    }
    for (const SegmentWords& other : scenario.segments) {
        if (&other == &segment) {
            break;
        }
        if (other.mapping.text == segment.mapping.text) {
            errors.add(segment.mapping.place, "mapping '" + segment.mapping.text +
                                                  "' is that of segment '" + other.name.text +
                                                  "' already; expected one of its own");
        }
    }
}

}  // namespace

void check_segment(const ScenarioWords& scenario, const SegmentWords& segment, FileErrors& errors) {
    const std::string of = "segment '" + segment.name.text + "': ";
    if (segment.huge) {
        if (!segment.mapping.text.empty() || !segment.entries.empty()) {
            errors.add(segment.name.place,
                       of + "the pages of a huge segment are not modelled; expected neither "
                            "'mapping' nor 'entries'");
        }
        if (segment.not_yet && !segment.locked_by.text.empty()) {
            errors.add(segment.locked_by.place, of + "expected either 'not_yet' or 'locked_by'");
        }
        return;
    }
    if (segment.mapping.text.empty()) {
        errors.add(segment.name.place, of + "expected a 'mapping', or huge = true");
        return;
    }
    if (segment.not_yet) {
        errors.add(segment.name.place, of + "'not_yet' is for huge segments only");
    }
    check_mapping(scenario, segment, errors);
    check_entries(scenario, segment, errors);
    if (segment.pages != 0 && segment.pages < entries_of(scenario, segment).size()) {
        errors.add(segment.name.place, of + "has fewer 'pages' than entries; expected at least " +
                                           std::to_string(entries_of(scenario, segment).size()));
    }
}

std::vector<std::string> entries_of(const ScenarioWords& scenario, const SegmentWords& segment) {
    std::vector<std::string> entries;
    for (const Word& entry : segment.entries) {
        entries.push_back(entry.text);
    }
    if (!entries.empty() || segment.mapping.text.empty()) {
        return entries;
    }
    for (const PageWords& page : scenario.pages) {
        if (is_cached_in(page, segment.mapping)) {
            entries.push_back(page.name.text);
        }
    }
    return entries;
}

}  // namespace heddle
