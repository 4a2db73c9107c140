// SPDX-License-Identifier: Apache-2.0
#include "scenarios/report/figures.h"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <nlohmann/json.hpp>

namespace heddle {

std::variant<std::vector<Figure>, std::string> read_figures(const std::string& file) {
    std::ifstream in(file);
    if (!in) {
        return "cannot read '" + file + "': " + std::strerror(errno);
    }
    std::vector<Figure> figures;
    try {
        const auto document = nlohmann::json::parse(in);
        for (const nlohmann::json& json : document.at("figures")) {
            figures.push_back({json.at("name").get<std::string>(),
                               json.at("value").get<std::string>(),
                               json.at("detail").get<std::string>()});
        }
    } catch (const nlohmann::json::exception& error) {
        return file +
               ": expected JSON with `figures`, an array of objects with the texts `name`, `value` "
               "and `detail`: " +
               error.what();
    }
    return figures;
}

}  // namespace heddle
