// SPDX-License-Identifier: Apache-2.0
// Where results and progress go.
#pragma once

#include <fstream>
#include <optional>
#include <ostream>
#include <string>
#include <variant>

#include "checker/budget.h"
#include "scenarios/report/text_style.h"

namespace heddle {

// The style of stdout. `color` is auto, always or never.
TextStyle style_of_stdout(const std::string& color);

// One line on stderr that is redrawn; nothing at all if stderr is no terminal.
class ProgressLine {
  public:
    ProgressLine();
    void show(const std::string& text);
    void clear();
    bool is_on_terminal() const { return on_terminal_; }

  private:
    bool on_terminal_;
    bool shown_ = false;
};

// "1,230,000 states, 2,010,000 a second, about 41 % of 3,010,000".
std::string progress_text(const Progress& progress);

// A file that appears whole or not at all: it is written under another name beside its place, and
// renamed by finish(). A path that is there and no regular file (/dev/null, a pipe) is written to
// directly. Without finish() nothing remains of it.
class WholeFile {
  public:
    // Opens it, or says why it cannot be written. A file that `streams` is written to directly.
    static std::variant<WholeFile, std::string> open(const std::string& path, bool streams);

    WholeFile(WholeFile&& other) noexcept;
    WholeFile& operator=(WholeFile&&) = delete;
    ~WholeFile();

    std::ostream& stream() { return stream_; }

    // An empty text, or what went wrong.
    std::string finish();

  private:
    WholeFile() = default;

    std::string path_;
    std::string temporary_;  // empty: none, or it has been renamed
    std::ofstream stream_;
};

// stdout, a file, or nothing.
class Destination {
  public:
    // "-" is stdout, an empty path nothing. Empty, or why it cannot be written to: to be found out
    // before the work begins.
    std::string open(const std::string& path, bool streams = false);

    bool is_stdout() const { return path_ == "-"; }
    bool is_nothing() const { return path_.empty(); }

    // Of a destination that is not nothing.
    std::ostream& stream();

    // Empty, or what went wrong.
    std::string finish();

  private:
    std::string path_ = {};
    std::optional<WholeFile> file_ = std::nullopt;
};

}  // namespace heddle
