// SPDX-License-Identifier: Apache-2.0
// Options from a file: a TOML table for each command, a key for each of its options.
#pragma once

#include <map>
#include <ostream>
#include <string>
#include <vector>

#include "scenarios/program/cli.h"
#include "scenarios/toml_table.h"

namespace heddle {

class Config {
  public:
    // Reads the file and makes its values the defaults of the options of `app`, which must not have
    // read a command line yet. Empty, or what is wrong and where; a file that cannot be read is.
    std::string apply(const std::string& file, CLI::App& app);

    // After the command line has been read: the options of a command as such a file, each with
    // where its value comes from. Those that are not set are comments.
    void print(std::ostream& out, const CLI::App& command) const;

  private:
    struct Setting {
        std::vector<std::string> texts;
        std::string origin;  // "heddle.toml:3:1"
    };

    void apply(const toml::table& table, CLI::App& command, FileErrors& errors);

    std::string file_ = {};
    std::map<const CLI::Option*, Setting> settings_ = {};
};

}  // namespace heddle
