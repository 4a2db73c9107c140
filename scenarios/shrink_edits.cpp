// SPDX-License-Identifier: Apache-2.0
#include "scenarios/shrink_edits.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <set>
#include <sstream>

#include "scenarios/file_keys.h"
#include "scenarios/shrink_names.h"

namespace heddle {

namespace {

const std::set<std::string> kept_at_the_top = {"name", "story", "expect"};

// Tables whose elements others name, those that take most along first.
constexpr const char* kinds_with_names[] = {"task",    "process", "page", "vma",
                                            "segment", "mapping", "user"};

std::string text_of_node(const toml::node& node) {
    std::ostringstream text;
    node.visit([&text](const auto& value) {
        if constexpr (toml::is_value<decltype(value)>) {
            text << value;
        }
    });
    return text.str();
}

// Collects the edits of one document. Paths are those of toml::at_path, such as "task[1].steps".
class ShrinkEdits {
  public:
    explicit ShrinkEdits(const toml::table& document) : document_(document) {}

    std::vector<ShrinkEdit> all() {
        for (const char* kind : kinds_with_names) {
            add_named(kind);
        }
        walk_arrays(document_, "");
        walk_keys(document_, "", file_keys());
        add_cpus();
        walk_numbers(document_, "", file_keys());
        return std::move(edits_);
    }

  private:
    void add(const std::string& what, std::function<void(toml::table&)> apply) {
        edits_.push_back({what, std::move(apply)});
    }

    // [[kind]] elements, each with all that names it.
    void add_named(const std::string& kind) {
        const toml::array* elements = document_.get_as<toml::array>(kind);
        for (std::size_t i = 0; elements != nullptr && i < elements->size(); ++i) {
            const std::string name = name_of_element((*elements)[i]);
            if (name.empty()) {
                continue;
            }
            const std::string what = fmt::format("{} '{}'", kind, name);
            add(what + " and what names it", [kind, name](toml::table& document) {
                remove_named(document, kind, name, OfSteps::all);
            });
            add(what + ", which steps no longer name", [kind, name](toml::table& document) {
                remove_named(document, kind, name, OfSteps::words);
            });
        }
    }

    // Parts of each array, from halves to single elements.
    void walk_arrays(const toml::table& table, const std::string& path) {
        for (const auto& [key, node] : table) {
            const std::string own = path + std::string(key.str());
            for_each_table(node, own, [this](const toml::table& inner, const std::string& at) {
                walk_arrays(inner, at);
            });
            if (const toml::array* array = node.as_array()) {
                add_parts(*array, own);
            }
        }
    }

    void add_parts(const toml::array& array, const std::string& path) {
        // All of it goes with its key.
        for (std::size_t length = array.size() / 2; length > 0; length /= 2) {
            for (std::size_t begin = 0; begin + length <= array.size(); begin += length) {
                add_part(array, path, begin, length);
            }
        }
        for (std::size_t i = 0; i < array.size(); ++i) {
            if (const auto* text = array[i].as_string(); text != nullptr && is_steps(path)) {
                add_words(text->get(), path + "[" + std::to_string(i) + "]");
            }
        }
    }

    static bool is_steps(const std::string& path) { return path.ends_with("steps"); }

    void add_part(const toml::array& array, const std::string& path, std::size_t begin,
                  std::size_t length) {
        std::string what = path;
        for (std::size_t i = begin; i < begin + length; ++i) {
            const std::string name = name_of_element(array[i]);
            what += ' ' + (name.empty() ? text_of_node(array[i]) : "'" + name + "'");
        }
        add(what, [path, begin, length](toml::table& document) {
            toml::array& elements = *toml::at_path(document, path).as_array();
            const auto first = elements.begin() + static_cast<std::ptrdiff_t>(begin);
            elements.erase(first, first + static_cast<std::ptrdiff_t>(length));
        });
    }

    // The arguments of a step, one by one.
    void add_words(const std::string& step, const std::string& path) {
        const std::vector<std::string> words = words_of_step(step);
        for (std::size_t i = 1; i < words.size(); ++i) {
            add(path + " without " + words[i], [path, words, i](toml::table& document) {
                std::vector<std::string> left = words;
                left.erase(left.begin() + static_cast<std::ptrdiff_t>(i));
                *toml::at_path(document, path).as_string() = step_of_words(left);
            });
        }
    }

    // Keys whose defaults are not more than what they say.
    void walk_keys(const toml::table& table, const std::string& path, const Keys& keys) {
        for (const Key& key : keys) {
            const toml::node* node = table.get(key.name);
            const std::string own = path + key.name;
            if (node == nullptr || (path.empty() && kept_at_the_top.contains(own))) {
                continue;
            }
            for_each_table(*node, own, [&](const toml::table& inner, const std::string& at) {
                walk_keys(inner, at, *key.keys);
            });
            const auto* number = node->as_integer();
            const bool grows = number != nullptr && number->get() < key.by_default;
            // What a table says goes key by key.
            const bool holds_more = node->is_table() && !node->as_table()->empty();
            if (!key.required && !grows && !holds_more) {
                add(own, [path, name = std::string(key.name)](toml::table& document) {
                    table_at(document, path).erase(name);
                });
            }
        }
    }

    // Calls what(table, "path.") for the table or the tables of an array.
    template <class What>
    static void for_each_table(const toml::node& node, const std::string& path, const What& what) {
        if (const toml::table* table = node.as_table()) {
            what(*table, path + ".");
        } else if (const toml::array* array = node.as_array()) {
            for (std::size_t i = 0; i < array->size(); ++i) {
                if (const toml::table* element = (*array)[i].as_table()) {
                    what(*element, path + "[" + std::to_string(i) + "].");
                }
            }
        }
    }

    // `path` is empty or ends in a dot.
    static toml::table& table_at(toml::table& document, const std::string& path) {
        return path.empty() ? document
                            : *toml::at_path(document, path.substr(0, path.size() - 1)).as_table();
    }

    // A machine that does not say how many CPUs it has has two.
    void add_cpus() {
        const auto said = toml::at_path(document_, "machine.cpus");
        if (!said) {
            add("a CPU", [](toml::table& document) {
                document.emplace<toml::table>("machine").first->second.as_table()->insert("cpus",
                                                                                          1);
            });
        }
    }

    void walk_numbers(const toml::table& table, const std::string& path, const Keys& keys) {
        for (const Key& key : keys) {
            const toml::node* node = table.get(key.name);
            const std::string own = path + key.name;
            if (node == nullptr) {
                continue;
            }
            for_each_table(*node, own, [&](const toml::table& inner, const std::string& at) {
                walk_numbers(inner, at, *key.keys);
            });
            add_numbers_at(*node, own, key);
        }
    }

    void add_numbers_at(const toml::node& node, const std::string& path, const Key& key) {
        if (const auto* number = node.as_integer()) {
            add_lower(path, number->get(), key.low);
        } else if (const auto* text = node.as_string(); text != nullptr && is_inside(path)) {
            add_numbers_of(text->get(), path);
        } else if (const toml::array* array = node.as_array()) {
            for (std::size_t i = 0; i < array->size(); ++i) {
                if (const auto* element = (*array)[i].as_string()) {
                    add_numbers_of(element->get(), path + "[" + std::to_string(i) + "]");
                }
            }
        }
    }

    // At the top stand words for people.
    static bool is_inside(const std::string& path) { return path.find('.') != path.npos; }

    static std::set<std::int64_t> lower_numbers(std::int64_t number, std::int64_t low) {
        std::set<std::int64_t> lower = {low, (low + number) / 2, number - 1};
        std::erase_if(lower, [=](std::int64_t other) { return other < low || other >= number; });
        return lower;
    }

    void add_lower(const std::string& path, std::int64_t number, std::int64_t low) {
        for (const std::int64_t lower : lower_numbers(number, low)) {
            add(path + " from " + std::to_string(number) + " to " + std::to_string(lower),
                [path, lower](toml::table& document) {
                    *toml::at_path(document, path).as_integer() = lower;
                });
        }
    }

    // Those in a text, as in "mlock 0 4" or "lru_add:1".
    void add_numbers_of(const std::string& text, const std::string& path) {
        for (const NumberInText& number : numbers_in(text)) {
            for (const std::int64_t lower : lower_numbers(number.value, 0)) {
                std::string with = text;
                with.replace(number.at, number.length, std::to_string(lower));
                add(fmt::format("{} from '{}' to '{}'", path, text, with),
                    [path, with](toml::table& document) {
                        *toml::at_path(document, path).as_string() = with;
                    });
            }
        }
    }

    const toml::table& document_;
    std::vector<ShrinkEdit> edits_ = {};
};

}  // namespace

std::vector<ShrinkEdit> shrink_edits(const toml::table& document) {
    return ShrinkEdits(document).all();
}

}  // namespace heddle
