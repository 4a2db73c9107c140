// SPDX-License-Identifier: Apache-2.0
#include "scenarios/program/output.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <iostream>
#include <string_view>
#include <system_error>

#include "scenarios/quantity.h"

namespace heddle {

namespace {

namespace fs = std::filesystem;

constexpr unsigned width_max = 1000;

std::string_view environment(const char* name) {
    const char* value = std::getenv(name);
    return value == nullptr ? "" : value;
}

unsigned width_of_stdout() {
    TextStyle style;
    if (const auto columns = parse_count(std::string(environment("COLUMNS")))) {
        style.width = static_cast<unsigned>(std::min<std::uint64_t>(*columns, width_max));
    } else if (winsize size = {}; ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
        style.width = size.ws_col;
    }
    return std::clamp(style.width, width_min, width_max);
}

std::string reason(const std::string& path, const std::string& why) {
    return "cannot write '" + path + "': " + why;
}

}  // namespace

TextStyle style_of_stdout(const std::string& color) {
    TextStyle style;
    style.width = width_of_stdout();
    const bool wanted = isatty(STDOUT_FILENO) != 0 && environment("NO_COLOR").empty() &&
                        environment("TERM") != "dumb";
    style.colour = color == "always" || (color == "auto" && wanted);
    return style;
}

std::variant<WholeFile, std::string> WholeFile::open(const std::string& path, bool streams) {
    std::error_code error;
    const fs::file_status status = fs::status(path, error);
    if (fs::is_directory(status)) {
        return reason(path, "it is a directory; expected a file");
    }
    WholeFile file;
    // A link stays a link: what it points to is replaced.
    file.path_ = fs::exists(status) ? fs::canonical(path, error).string() : path;
    if (fs::exists(status) && access(file.path_.c_str(), W_OK) != 0) {
        return reason(path, std::strerror(errno));
    }
    const bool is_direct = streams || (fs::exists(status) && !fs::is_regular_file(status));
    if (!is_direct) {
        file.temporary_ = file.path_ + ".tmp-" + std::to_string(getpid());
    }
    file.stream_.open(is_direct ? file.path_ : file.temporary_);
    if (!file.stream_) {
        const std::string why = std::strerror(errno);
        file.temporary_.clear();
        return reason(path, why);
    }
    return file;
}

WholeFile::WholeFile(WholeFile&& other) noexcept
    : path_(std::move(other.path_)),
      temporary_(std::move(other.temporary_)),
      stream_(std::move(other.stream_)) {
    other.temporary_.clear();
}

WholeFile::~WholeFile() {
    if (!temporary_.empty()) {
        stream_.close();
        std::remove(temporary_.c_str());
    }
}

std::string WholeFile::finish() {
    stream_.close();
    if (!stream_) {
        return reason(path_, std::strerror(errno));
    }
    if (!temporary_.empty()) {
        std::error_code error;
        fs::rename(temporary_, path_, error);
        if (error) {
            return reason(path_, error.message());
        }
        temporary_.clear();
    }
    return "";
}

std::string Destination::open(const std::string& path, bool streams) {
    path_ = path;
    if (is_nothing() || is_stdout()) {
        return "";
    }
    std::variant<WholeFile, std::string> opened = WholeFile::open(path, streams);
    if (const auto* message = std::get_if<std::string>(&opened)) {
        return *message;
    }
    file_.emplace(std::get<WholeFile>(std::move(opened)));
    return "";
}

std::ostream& Destination::stream() { return is_stdout() ? std::cout : file_->stream(); }

std::string Destination::finish() { return file_ ? file_->finish() : ""; }

}  // namespace heddle
