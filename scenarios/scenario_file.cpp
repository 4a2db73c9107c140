// SPDX-License-Identifier: Apache-2.0
#include "scenarios/scenario_file.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <sstream>
#include <tuple>
#include <utility>

#include "scenarios/lru_lock_words.h"
#include "scenarios/page_words.h"
#include "scenarios/scenario_checks.h"
#include "scenarios/scenario_hash.h"
#include "scenarios/shm_words.h"
#include "scenarios/toml_table.h"
#include "scenarios/vma_words.h"

namespace heddle {

namespace {

constexpr const char* blanks = " \t\r\n";

// The step's words with their columns, which are right in a string without escapes.
StepWords split_step(const Word& step) {
    StepWords words;
    const std::string& text = step.text;
    for (std::size_t at = text.find_first_not_of(blanks); at != std::string::npos;) {
        const std::size_t end = std::min(text.find_first_of(blanks, at), text.size());
        const unsigned column = step.place.column + 1 + static_cast<unsigned>(at);
        words.words.push_back({text.substr(at, end - at), {step.place.line, column}});
        at = text.find_first_not_of(blanks, end);
    }
    return words;
}

// Conditions are parsed later: their place is that of their first letter, behind the quote.
std::vector<Word> inside_quotes(std::vector<Word> words) {
    for (Word& word : words) {
        ++word.place.column;
    }
    return words;
}

void read_machine(const TomlTable& top, ScenarioWords& scenario) {
    const TomlTable table = top.table("machine", true);
    MachineWords& machine = scenario.machine;
    machine.cpus = table.number("cpus");
    machine.nodes = table.number("nodes");
    machine.zones = table.number("zones");
    machine.pagevec_size = table.number("pagevec_size");
    machine.user_pages = table.number("user_pages");
    machine.free_pages = table.number("free_pages");
    machine.vmas = table.number("vmas");
    machine.swap_slots = table.number("swap_slots");
    machine.migrate_passes = table.number("migrate_passes");
    machine.int_bits = table.number("int_bits");
    machine.section_pages = table.number("section_pages");
    machine.hpage_pmd_nr = table.number("hpage_pmd_nr");
    if ((machine.hpage_pmd_nr & (machine.hpage_pmd_nr - 1)) != 0) {
        table.wrong(table.place(), "'hpage_pmd_nr': expected 2, 4 or 8");
    }
    machine.lru_lock = read_lru_lock(table);
}

void read_pages(const TomlTable& top, ScenarioWords& scenario) {
    const unsigned zones = scenario.machine.nodes * scenario.machine.zones;
    for (const TomlTable& table : top.tables("page")) {
        PageWords page;
        page.name = table.required_text("name");
        page.zone = table.number("zone", zones - 1);
        page.flags = table.texts("flags");
        page.where = table.required_text("where");
        if (table.has("mapping")) {
            page.mapping = table.required_text("mapping");
        }
        page.cached = table.boolean("cached");
        page.old = table.boolean("old");
        for (const Word& word : table.texts("mapped_by")) {
            page.mapped_by.push_back(split_mapped(table, word));
        }
        page.pinned_by = table.texts("pinned_by");
        page.huge = table.boolean("huge");
        page.ksm = table.boolean("ksm");
        for (const Word& word : table.texts("pte_mapped_by")) {
            page.pte_mapped_by.push_back(split_part(table, word));
        }
        if (!page.huge && !page.pte_mapped_by.empty()) {
            table.wrong(page.name.place, "'pte_mapped_by' is of huge pages; expected mapped_by");
        }
        scenario.pages.push_back(std::move(page));
        if (scenario.pages.back().huge) {
            add_tails(scenario);
        }
    }
}

void read_tasks(const TomlTable& top, ScenarioWords& scenario) {
    for (const TomlTable& table : top.tables("task")) {
        TaskWords task;
        task.name = table.required_text("name");
        task.process = table.text("process", "");
        task.cpu = table.number("cpu", scenario.machine.cpus - 1);
        task.interrupt = table.boolean("interrupt");
        task.work = table.boolean("work");
        task.user = table.text("user", "");
        for (const Word& step : table.texts("steps")) {
            task.steps.push_back(split_step(step));
            if (task.steps.back().words.empty()) {
                table.wrong(step.place, "a step is empty; expected a function and its arguments");
            }
        }
        if (task.steps.empty()) {
            table.wrong(table.place(),
                        "task '" + task.name.text + "' has no steps; expected at least one");
        }
        scenario.tasks.push_back(std::move(task));
    }
}

constexpr std::array claim_moments = {std::pair("always", Moment::always),
                                      std::pair("finally", Moment::finally),
                                      std::pair("eventually", Moment::eventually)};

void read_claims(const TomlTable& top, ScenarioWords& scenario) {
    for (const TomlTable& table : top.tables("claim")) {
        ClaimWords claim;
        claim.name = table.required_text("name").text;
        unsigned moments = 0;
        for (const auto& [key, moment] : claim_moments) {
            if (table.has(key)) {
                claim.moment = moment;
                claim.condition = table.text(key, "");
                ++moments;
            }
        }
        if (moments != 1) {
            table.wrong(table.place(), "claim '" + claim.name +
                                           "': expected one of 'always', 'finally' and "
                                           "'eventually'");
        }
        ++claim.condition.place.column;
        scenario.claims.push_back(std::move(claim));
    }
}

void read_expect(const TomlTable& top, ScenarioWords& scenario) {
    const Word expect = top.text("expect", "pass");
    const bool fail = expect.text.rfind("fail:", 0) == 0 && expect.text.size() > 5;
    if (expect.text != "pass" && !fail) {
        top.wrong(expect.place, "'expect' is '" + expect.text +
                                    "'; expected \"pass\" or \"fail:<claim>\", such as fail:B1");
    }
    scenario.expect = expect.text;
}

ScenarioWords read_scenario(FileErrors& errors, const std::string& file, const std::string& name,
                            const TomlTable& top) {
    ScenarioWords scenario;
    scenario.file = file;
    scenario.name = name;
    scenario.story = top.required_text("story").text;
    read_expect(top, scenario);
    for (const Word& label : top.texts("labels")) {
        scenario.labels.push_back(label.text);
    }
    scenario.sometimes = inside_quotes(top.texts("sometimes"));
    read_machine(top, scenario);
    const TomlTable fixes = top.table("fixes", false);
    scenario.fixes_with = fixes.texts("with");
    scenario.fixes_without = fixes.texts("without");
    scenario.invariants_off = top.table("invariants", false).texts("off");
    read_processes(top, scenario);
    read_vmas(top, scenario);
    for (const TomlTable& table : top.tables("mapping")) {
        scenario.mappings.push_back(
            {table.required_text("name"), table.boolean("unevictable"), table.number("pages")});
    }
    read_shm(top, scenario);
    read_pages(top, scenario);
    read_tasks(top, scenario);
    read_claims(top, scenario);
    if (!errors.first()) {
        check_scenario_words(scenario, errors);
    }
    scenario.hash = schedules_hash(scenario);
    return scenario;
}

// Errors in what stands at the top, which no scenario reads if each variant replaces it.
void check_replaced_keys(const TomlTable& top) {
    for (const Key& key : variant_keys()) {
        if (key.kind == KeyKind::table) {
            top.table(key.name, false);
        } else if (key.kind == KeyKind::tables) {
            top.tables(key.name);
        }
    }
}

// The variants' names and tables in the order of the file.
std::vector<std::pair<std::string, const toml::table*>> variants_of(const toml::table& file,
                                                                    FileErrors& errors) {
    std::vector<std::pair<std::string, const toml::table*>> variants;
    const toml::node* node = file.get("variant");
    if (node == nullptr) {
        return variants;
    }
    if (!node->is_table()) {
        errors.add(place_of(*node), "'variant': expected tables such as [variant.fixed]");
        return variants;
    }
    for (const auto& [key, value] : *node->as_table()) {
        const std::string name(key.str());
        if (!is_scenario_name(name)) {
            errors.add({key.source().begin.line, key.source().begin.column},
                       "variant '" + name + "': expected letters a-z, digits and dashes");
        } else if (const toml::table* table = value.as_table()) {
            variants.emplace_back(name, table);
        } else {
            errors.add(place_of(value), "expected a table [variant." + name + "]");
        }
    }
    std::sort(variants.begin(), variants.end(), [](const auto& a, const auto& b) {
        const Place first = place_of(*a.second);
        const Place second = place_of(*b.second);
        return std::tie(first.line, first.column) < std::tie(second.line, second.column);
    });
    return variants;
}

}  // namespace

bool has_huge_pages(const ScenarioWords& scenario) {
    return std::any_of(scenario.pages.begin(), scenario.pages.end(),
                       [](const PageWords& page) { return page.huge; }) ||
           std::any_of(scenario.vmas.begin(), scenario.vmas.end(),
                       [](const VmaWords& vma) { return vma.huge; });
}

bool has_ksm(const ScenarioWords& scenario) {
    return std::any_of(scenario.pages.begin(), scenario.pages.end(),
                       [](const PageWords& page) { return page.ksm; }) ||
           ksm_steps(scenario) > 0;
}

unsigned ksm_steps(const ScenarioWords& scenario) {
    unsigned count = 0;
    for (const TaskWords& task : scenario.tasks) {
        count += static_cast<unsigned>(
            std::count_if(task.steps.begin(), task.steps.end(),
                          [](const StepWords& step) { return step.words[0].text == "ksm"; }));
    }
    return count;
}

std::string text_of(const FileError& error) {
    if (error.place.line == 0) {
        return error.file + ": " + error.message;
    }
    return error.file + ":" + std::to_string(error.place.line) + ":" +
           std::to_string(error.place.column) + ": " + error.message;
}

std::variant<std::vector<ScenarioWords>, FileError> parse_scenario_file(const std::string& file,
                                                                        const std::string& text) {
    const auto toml = parse_toml(file, text);
    if (const auto* error = std::get_if<FileError>(&toml)) {
        return *error;
    }
    const auto& parsed = std::get<toml::table>(toml);
    FileErrors errors(file);
    const TomlTable top(errors, "the file", {&parsed}, file_keys());
    const Word name = top.text("name", std::filesystem::path(file).stem().string());
    if (!is_scenario_name(name.text)) {
        errors.add(top.place("name"), "the scenario's name is '" + name.text +
                                          "'; expected letters a-z, digits and dashes");
    }
    check_replaced_keys(top);
    std::vector<ScenarioWords> scenarios;
    for (const auto& [variant, table] : variants_of(parsed, errors)) {
        // Checks the variant's own keys; what it lacks comes from the top.
        const TomlTable own(errors, "[variant." + variant + "]", {table}, variant_keys());
        const TomlTable layered(errors, "the file", {table, &parsed}, file_keys());
        scenarios.push_back(read_scenario(errors, file, name.text + "/" + variant, layered));
    }
    if (scenarios.empty()) {
        scenarios.push_back(read_scenario(errors, file, name.text, top));
    }
    if (errors.first()) {
        return *errors.first();
    }
    return scenarios;
}

std::variant<std::vector<ScenarioWords>, FileError> read_scenario_file(const std::string& file) {
    const auto text = read_text(file);
    if (const auto* error = std::get_if<FileError>(&text)) {
        return *error;
    }
    return parse_scenario_file(file, std::get<std::string>(text));
}

}  // namespace heddle
