// SPDX-License-Identifier: Apache-2.0
// What the commands share, and the commands.
#pragma once

#include <iostream>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "scenarios/command_line.h"
#include "scenarios/exit_code.h"
#include "scenarios/output.h"
#include "scenarios/selection.h"

namespace heddle {

// A message on stderr.
void tell(const std::string& message);

// The mistakes, errors and unmatched patterns of a selection on stderr; the exit code that they
// amount to, that of an empty selection included.
ExitCode tell_problems(const Selection& selection, const std::string& catalogue);

// Tells the message, if there is one, and lets it count as an error of usage.
ExitCode or_usage(ExitCode code, const std::string& message);

// Where the JSON document goes, found out before the work begins.
class JsonOutput {
  public:
    // Empty, or why the document could not be written.
    std::string open(const std::string& path) {
        path_ = path;
        if (path.empty() || path == "-") {
            return "";
        }
        std::variant<WholeFile, std::string> opened = WholeFile::open(path);
        if (const auto* message = std::get_if<std::string>(&opened)) {
            return *message;
        }
        file_.emplace(std::get<WholeFile>(std::move(opened)));
        return "";
    }

    bool is_stdout() const { return path_ == "-"; }

    // Calls `write` with the stream if there is one. Empty, or what went wrong.
    template <class Write>
    std::string write(Write write) {
        if (is_stdout()) {
            write(std::cout);
        } else if (file_) {
            write(file_->stream());
            return file_->finish();
        }
        return "";
    }

  private:
    std::string path_ = {};
    std::optional<WholeFile> file_ = std::nullopt;
};

// The commands. Each tells its messages itself.
ExitCode list_command(const CommandLine& line, JsonOutput& json);
ExitCode check_command(const CommandLine& line, JsonOutput& json);
ExitCode replay_command(const CommandLine& line, JsonOutput& json);

}  // namespace heddle
