// SPDX-License-Identifier: Apache-2.0
#include "scenarios/scenario_checks.h"
#include "model/mm_types.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <set>

#include "scenarios/shm_words.h"

namespace heddle {

namespace {

constexpr std::size_t pages_limit = 8;
constexpr std::size_t vmas_limit = 8;
constexpr std::size_t tasks_limit = 16;

constexpr std::array lists = {"inactive_anon", "active_anon", "inactive_file",
                              "active_file",   "unevictable", "none"};
constexpr std::array pagevecs = {"lru_add", "lru_rotate", "lru_deactivate_file", "lru_deactivate",
                                 "activate_page"};

template <class Named>
bool is_named(const std::vector<Named>& elements, const std::string& name) {
    return std::any_of(elements.begin(), elements.end(),
                       [&name](const Named& element) { return element.name.text == name; });
}

// "A, B"; "none" if there are no elements.
template <class Named>
std::string names_of(const std::vector<Named>& elements) {
    std::string names;
    for (const Named& element : elements) {
        names += (names.empty() ? "" : ", ") + element.name.text;
    }
    return names.empty() ? "none" : names;
}

bool is_object_name(const std::string& name) {
    const auto letter = [](char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0; };
    return !name.empty() && (letter(name[0]) || name[0] == '_') &&
           std::all_of(name.begin(), name.end(), [&letter](char c) {
               return letter(c) || std::isdigit(static_cast<unsigned char>(c)) != 0 || c == '_' ||
                      c == '-';
           });
}

class Checks {
  public:
    Checks(const ScenarioWords& scenario, FileErrors& errors)
        : scenario_(scenario), errors_(errors) {}

    void run() {
        check_names(scenario_.processes);
        check_names(scenario_.vmas);
        check_names(scenario_.mappings);
        check_names(scenario_.users);
        check_names(scenario_.segments);
        check_names(scenario_.pages);
        check_names(scenario_.tasks);
        check_limit("pages", scenario_.pages, pages_limit);
        check_limit("processes", scenario_.processes, vmas_limit);
        check_limit("vmas", scenario_.vmas, vmas_limit);
        check_limit("mappings", scenario_.mappings, vmas_limit);
        check_limit("users", scenario_.users, vmas_limit);
        check_limit("segments", scenario_.segments, vmas_limit);
        check_limit("tasks", scenario_.tasks, tasks_limit);
        if (scenario_.machine.vmas != 0) {
            check_limit("vmas for machine.vmas", scenario_.vmas, scenario_.machine.vmas);
        }
        if (scenario_.tasks.empty()) {
            errors_.add({1, 1}, "there is no [[task]]; expected at least one");
        }
        for (const VmaWords& vma : scenario_.vmas) {
            check_vma(vma);
        }
        for (const TaskWords& task : scenario_.tasks) {
            if (!task.process.text.empty()) {
                check_references({task.process}, scenario_.processes, "[[process]]");
            }
        }
        for (const PageWords& page : scenario_.pages) {
            check_page(page);
            check_huge(page);
            check_ksm(page);
        }
        check_shm();
    }

  private:
    template <class Named>
    void check_names(const std::vector<Named>& elements) {
        for (const Named& element : elements) {
            const Word& name = element.name;
            if (!is_object_name(name.text)) {
                errors_.add(name.place, "'" + name.text +
                                            "' is no name; expected letters, digits, '_' and '-', "
                                            "and no digit first");
            } else if (!names_.insert(name.text).second) {
                errors_.add(name.place,
                            "'" + name.text + "' names two things; expected a name of its own");
            }
        }
    }

    template <class Named>
    void check_limit(const char* what, const std::vector<Named>& elements, std::size_t limit) {
        if (elements.size() > limit) {
            errors_.add(
                elements[limit].name.place,
                "too many " + std::string(what) + "; expected at most " + std::to_string(limit));
        }
    }

    template <class Named>
    void check_references(const std::vector<Word>& words, const std::vector<Named>& elements,
                          const char* what) {
        std::set<std::string> seen;
        for (const Word& word : words) {
            if (!is_named(elements, word.text)) {
                errors_.add(word.place, "there is no " + std::string(what) + " '" + word.text +
                                            "'; expected one of: " + names_of(elements));
            } else if (!seen.insert(word.text).second) {
                errors_.add(word.place, "'" + word.text + "' stands twice; expected it once");
            }
        }
    }

    void check_vma(const VmaWords& vma) {
        const std::string what = "vma '" + vma.name.text + "'";
        if (vma.shared && vma.file.text.empty()) {
            errors_.add(vma.name.place, what +
                                            " is shared memory without a file, which is not "
                                            "modelled; expected 'file', a [[mapping]]");
        }
        if (vma.process.text.empty()) {
            if (vma.pages != 0) {
                errors_.add(vma.name.place, what + " has pages but no process; expected both");
            }
            return;
        }
        check_references({vma.process}, scenario_.processes, "[[process]]");
        if (!vma.file.text.empty()) {
            check_references({vma.file}, scenario_.mappings, "[[mapping]]");
        }
        if (vma.pages == 0 || vma.start + vma.pages > scenario_.machine.user_pages) {
            errors_.add(vma.name.place,
                        what +
                            " ends above its address space; expected 'pages' such that "
                            "start + pages is at most machine.user_pages = " +
                            std::to_string(scenario_.machine.user_pages));
        }
        if (vma.grows_down && (!vma.file.text.empty() || vma.huge)) {
            errors_.add(vma.name.place, what + " is a stack; expected neither 'file' nor 'huge'");
        }
        if ((vma.special || vma.mixedmap) && vma.locked) {
            errors_.add(vma.name.place, what + " is special and locked; expected one of them");
        }
        for (const VmaWords& other : scenario_.vmas) {
            if (&other < &vma && other.process.text == vma.process.text &&
                other.start < vma.start + vma.pages && vma.start < other.start + other.pages) {
                errors_.add(vma.name.place, what + " overlaps vma '" + other.name.text + "'");
            }
        }
    }

    // A pmd maps the pages of an aligned range, and all of them are in the vma.
    void check_huge(const PageWords& page) {
        const unsigned nr = scenario_.machine.hpage_pmd_nr;
        for (const MappedWords& mapped : page.pte_mapped_by) {
            check_references({mapped.vma}, scenario_.vmas, "[[vma]]");
            if (mapped.part >= nr) {
                errors_.add(mapped.vma.place,
                            "a huge page has parts 0 to " + std::to_string(nr - 1) + " only");
            }
        }
        for (const MappedWords& mapped : page.huge ? page.mapped_by : std::vector<MappedWords>()) {
            for (const VmaWords& vma : scenario_.vmas) {
                if (vma.name.text == mapped.vma.text &&
                    (vma.process.text.empty() || (vma.start + mapped.at) % nr != 0 ||
                     mapped.at + nr > vma.pages)) {
                    errors_.add(mapped.vma.place, "a pmd of vma '" + vma.name.text +
                                                      "' cannot map page '" + page.name.text +
                                                      "' there; expected a vma of a process, and " +
                                                      "all of a range of " + std::to_string(nr) +
                                                      " pages that begins at a multiple of that");
                }
            }
        }
    }

    void check_ksm(const PageWords& page) {
        if (!page.ksm) {
            return;
        }
        if (!page.mapping.text.empty() || has_huge_pages(scenario_)) {
            errors_.add(page.name.place,
                        "a KSM page is an anonymous page of a machine without huge pages");
        }
        if (page.mapped_by.size() + ksm_steps(scenario_) > rmap_items_max) {
            errors_.add(page.name.place, "a KSM page has " + std::to_string(rmap_items_max) +
                                             " places at most, steps 'ksm' included");
        }
    }

    void check_mapped(const PageWords& page) {
        std::set<std::string> seen;
        for (const MappedWords& mapped : page.mapped_by) {
            check_references({mapped.vma}, scenario_.vmas, "[[vma]]");
            if (!seen.insert(mapped.vma.text).second) {
                errors_.add(mapped.vma.place,
                            "'" + mapped.vma.text + "' stands twice; expected it once");
            }
            for (const VmaWords& vma : scenario_.vmas) {
                if (vma.name.text == mapped.vma.text && !vma.process.text.empty() &&
                    mapped.at >= vma.pages) {
                    errors_.add(mapped.vma.place, "vma '" + vma.name.text + "' has only " +
                                                      std::to_string(vma.pages) + " pages");
                }
            }
        }
    }

    void check_page(const PageWords& page) {
        check_mapped(page);
        check_references(page.pinned_by, scenario_.tasks, "[[task]]");
        if (!page.mapping.text.empty()) {
            check_references({page.mapping}, scenario_.mappings, "[[mapping]]");
        }
        check_where(page.where);
    }

    void check_shm() {
        for (const TaskWords& task : scenario_.tasks) {
            if (!task.user.text.empty()) {
                check_references({task.user}, scenario_.users, "[[user]]");
            }
        }
        for (const SegmentWords& segment : scenario_.segments) {
            for (const Word& user : {segment.owner, segment.creator, segment.locked_by}) {
                if (!user.text.empty()) {
                    check_references({user}, scenario_.users, "[[user]]");
                }
            }
            if (!segment.mapping.text.empty()) {
                check_references({segment.mapping}, scenario_.mappings, "[[mapping]]");
            }
            check_segment(scenario_, segment, errors_);
        }
    }

    void check_where(const Word& where) {
        const std::size_t colon = where.text.find(':');
        const std::string kind = where.text.substr(0, colon);
        const bool has_colon = colon != std::string::npos;
        const std::string of = has_colon ? where.text.substr(colon + 1) : "";
        if (!has_colon && std::count(lists.begin(), lists.end(), kind) > 0) {
            return;
        }
        if (has_colon && kind == "isolated") {
            if (!is_named(scenario_.tasks, of)) {
                errors_.add(where.place, "there is no [[task]] '" + of +
                                             "' to have it isolated; expected one of: " +
                                             names_of(scenario_.tasks));
            }
            return;
        }
        if (has_colon && std::count(pagevecs.begin(), pagevecs.end(), kind) > 0) {
            const bool digit = of.size() == 1 && of[0] >= '0' && of[0] <= '9';
            if (!digit || static_cast<unsigned>(of[0] - '0') >= scenario_.machine.cpus) {
                errors_.add(where.place, "there is no CPU '" + of + "'; expected 0 to " +
                                             std::to_string(scenario_.machine.cpus - 1));
            }
            return;
        }
        errors_.add(where.place,
                    "'where' is '" + where.text +
                        "'; expected a list (inactive_anon, active_anon, inactive_file, "
                        "active_file, unevictable), a pagevec and its CPU (lru_add:1), "
                        "isolated:TASK, or none");
    }

    const ScenarioWords& scenario_;
    FileErrors& errors_;
    std::set<std::string> names_;
};

}  // namespace

bool is_scenario_name(const std::string& name) {
    return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
    });
}

void check_scenario_words(const ScenarioWords& scenario, FileErrors& errors) {
    Checks(scenario, errors).run();
}

}  // namespace heddle
