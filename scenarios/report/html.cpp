// SPDX-License-Identifier: Apache-2.0
#include "scenarios/report/html.h"

#include <map>
#include <nlohmann/json.hpp>
#include <string>

#include "scenarios/report/filled_page.h"
#include "scenarios/report/json.h"
#include "scenarios/report/text_style.h"

namespace heddle {

namespace {

using PageJson = nlohmann::ordered_json;

// A world changes in few lines from step to step. So each line is written once, and the `state` of
// a step becomes the numbers of its lines in `state_lines`.
void share_lines(PageJson& result) {
    std::map<std::string, std::size_t> numbers;
    PageJson lines = PageJson::array();
    for (PageJson& step : result["steps"]) {
        PageJson state = PageJson::array();
        for (const std::string& line : lines_of_text(step["state"].get<std::string>())) {
            const auto [found, is_new] = numbers.try_emplace(line, numbers.size());
            if (is_new) {
                lines.push_back(line);
            }
            state.push_back(found->second);
        }
        step["state"] = std::move(state);
    }
    result["state_lines"] = std::move(lines);
}

}  // namespace

void write_html(std::ostream& out, const Run& run) {
    PageJson json = results_json(run);
    for (PageJson& result : json["results"]) {
        if (result.contains("steps")) {
            share_lines(result);
        }
    }
    write_filled_page(out, prebuilt_page(), json);
}

}  // namespace heddle
