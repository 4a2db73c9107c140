// SPDX-License-Identifier: Apache-2.0
// Where results go.
#pragma once

#include <fstream>
#include <optional>
#include <ostream>
#include <string>
#include <variant>

#include "scenarios/report/text_style.h"

namespace heddle {

// The style of stdout. `color` is auto, always or never.
TextStyle style_of_stdout(const std::string& color);

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
