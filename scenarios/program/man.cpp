// SPDX-License-Identifier: Apache-2.0
// The manual page, from what the command line knows of itself.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <iostream>

#include "scenarios/program/app.h"
#include "scenarios/program/command.h"
#include "scenarios/program/grammar.h"

namespace heddle {

namespace {

// Text as roff takes it: no character that it would read as its own.
std::string roff(const std::string& text) {
    std::string escaped;
    for (const char c : text) {
        const bool begins_line = escaped.empty() || escaped.back() == '\n';
        if (c == '\\') {
            escaped += "\\e";
        } else if (c == '-') {
            escaped += "\\-";
        } else if (c == '\'') {
            escaped += "\\(aq";
        } else {
            escaped += (c == '.' && begins_line ? "\\&." : std::string(1, c));
        }
    }
    return escaped;
}

// Each line as a paragraph of its own.
std::string roff_lines(const std::string& text) {
    std::string lines = roff(text);
    for (std::size_t at = lines.find('\n'); at != std::string::npos;
         at = lines.find('\n', at + 1)) {
        lines.replace(at, 1, "\n.br\n");
        at += 4;
    }
    return lines;
}

// As it stands, line by line and column by column.
void write_verbatim(const std::string& text) {
    std::cout << ".PP\n.nf\n" << roff(text) << "\n.fi\n";
}

std::string environment_of(const CLI::Option& option) {
    return option.get_envname().empty() ? ""
                                        : fmt::format(" (environment: {})", option.get_envname());
}

void write_option(CLI::Option& option) {
    const bool is_flag = values_of(option).kind == Values::Kind::none;
    std::cout << fmt::format(".TP\n\\fB{}\\fR", roff(option.get_name()));
    if (!is_flag && !option.get_positional()) {
        std::cout << fmt::format(" \\fI{}\\fR", roff(option.get_type_name()));
    }
    std::cout << '\n' << roff_lines(option.get_description() + environment_of(option));
    if (const std::string text = option.get_default_str(); !text.empty()) {
        std::cout << roff(fmt::format("; default: {}", text));
    }
    std::cout << '\n';
}

void write_command(CLI::App& command) {
    std::cout << fmt::format(".SS heddle {}\n{}.\n", roff(command.get_name()),
                             roff(command.get_description()));
    for (CLI::Option* argument : arguments_of(command)) {
        write_option(*argument);
    }
    for (CLI::Option* option : named_options(command)) {
        write_option(*option);
    }
    if (const std::string footer = command.get_footer(); !footer.empty()) {
        write_verbatim(footer);
    }
}

class Man final : public Command {
  public:
    void add_options(CLI::App& app) override {
        app.footer(
            "Examples:\n"
            "  heddle man | man -l -                       read it\n"
            "  heddle man > /usr/local/share/man/man1/heddle.1");
    }

    ExitCode run() override {
        ProgramApp program;
        CLI::App& app = program.app();
        std::cout << ".TH HEDDLE 1 \"\" \"" << roff(app.version()) << "\" \"User Commands\"\n"
                  << ".SH NAME\nheddle \\- checks every interleaving of the Linux mlock paths\n"
                  << ".SH SYNOPSIS\n\\fBheddle\\fR \\fICOMMAND\\fR [\\fIOPTION\\fR]... "
                     "[\\fIARGUMENT\\fR]...\n"
                  << ".SH DESCRIPTION\n"
                  << roff_lines(app.get_description()) << "\n.SH COMMANDS\n";
        for (CLI::App* command : app.get_subcommands(nullptr)) {
            write_command(*command);
        }
        std::cout << ".SH EXAMPLES AND EXIT CODES\n";
        write_verbatim(app.get_footer());
        return ExitCode::met;
    }
};

}  // namespace

std::unique_ptr<Command> make_man() { return std::make_unique<Man>(); }

}  // namespace heddle
